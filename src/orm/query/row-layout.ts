import { QueryInvalid } from "../errors.js";
import type { SqlNode } from "../compiler/nodes.js";
import type { Field } from "../fields/field.js";
import { PartedReferenceField } from "../fields/relations/parted-reference-field.js";
import type { ColumnType } from "../fields/column-type.js";
import { suggestion } from "../schema/nearest.js";
import type { Operation, RowForm } from "./operation.js";
import type { TableNode } from "./table-node.js";
import type { ForeignKey, Relation, Schema } from "../schema/schema.js";

/** A column that belongs to no field. */
export interface ExtraColumn {
  readonly name: string;
  readonly index: number;
  readonly type: ColumnType;
}

/** Where in a row the columns of one model stand, and of those that were loaded with it. */
export interface RowLayout {
  readonly kind: "instance";
  readonly schema: Schema;
  /** The fields that were loaded, in the order of their columns. */
  readonly fields: readonly Field[];
  /** The index of its first column. */
  readonly offset: number;
  readonly related: readonly { readonly relation: Relation; readonly layout: RowLayout }[];
  readonly annotations: readonly ExtraColumn[];
}

/** Where the values stand of a row that is no instance. */
export interface ValuesLayout {
  readonly kind: "values";
  readonly form: RowForm;
  readonly columns: readonly ExtraColumn[];
}

/** Adds the columns of `table` and of the relations that begin each path; the relations are joined. */
export function layOut(
  table: TableNode,
  paths: readonly (readonly string[])[],
  columns: SqlNode[],
  mask: FieldMask,
): RowLayout {
  const offset = columns.length;
  const fields = table.schema.fields.filter((field) => mask.loads(field.name) || isNeeded(table.schema, field));
  for (const field of fields) columns.push(table.column(field));
  const heads = [...new Set(paths.map(([head]) => head ?? ""))];
  const related = heads.map((head) => {
    const relation = table.schema.relation(head);
    if (relation === undefined || relation.isMany) throw refuseRelated(table.schema, head);
    if (relation.kind === "reference" && !partsOfField(relation.field).every((part) => fields.includes(part))) {
      throw new QueryInvalid({
        model: table.schema.name,
        problem: `cannot load ${JSON.stringify(head)} with selectRelated and leave out its column`,
      });
    }
    const rest = paths.filter((path) => path[0] === head && path.length > 1).map((path) => path.slice(1));
    return { relation, layout: layOut(table.join(relation, undefined), rest, columns, mask.below(head)) };
  });
  return { kind: "instance", schema: table.schema, fields, offset, related, annotations: [] };
}

/** Whether a field is loaded whatever was chosen: without it nobody knows which row it is, or which rows refer to it (`toField`). */
function isNeeded(schema: Schema, field: Field): boolean {
  if (schema.keyFields.includes(field)) return true;
  for (const name of schema.reverseNames) if (schema.relation(name)?.sourceKey === field) return true;
  return false;
}

/** The fields that hold the key of a reference. */
function partsOfField(field: ForeignKey): readonly Field[] {
  return field instanceof PartedReferenceField ? field.parts : [field];
}

function refuseRelated(schema: Schema, name: string): Error {
  if (schema.relation(name) === undefined && !schema.fieldsByName.has(name)) return schema.unknown(name, name);
  const names = schema.foreignKeys.map((field) => field.name);
  names.push(...[...schema.reverseNames].filter((one) => schema.leadsToOne(one)));
  return new QueryInvalid({
    model: schema.name,
    problem: `cannot load ${JSON.stringify(name)} with selectRelated, which follows foreign keys and one to ones only${suggestion(name, names).replace(/^ /, ". ").replace(/\?$/, "")}`,
  });
}

/** Which fields of a model, and of those loaded with it, are loaded. */
export interface FieldMask {
  loads(name: string): boolean;
  below(relation: string): FieldMask;
}

const everything: FieldMask = { loads: () => true, below: () => everything };

/** What `only` and `defer` leave: the last `only` counts, and every `defer` after it. */
export function fieldMaskOf(operations: readonly Operation[]): FieldMask {
  let only: ReadonlySet<string> | undefined;
  let deferred = new Set<string>();
  const always = new Set<string>();
  for (const operation of operations) {
    if (operation.kind !== "fields") continue;
    if (operation.choice === "only") {
      only = new Set(operation.paths);
      deferred = new Set();
    } else for (const path of operation.paths) (operation.choice === "defer" ? deferred : always).add(path);
  }
  if (only === undefined && deferred.size === 0) return everything;
  const mask = maskBelow(only === undefined ? undefined : [...only].map(split), [...deferred].map(split));
  return { loads: (name) => always.has(name) || mask.loads(name), below: (relation) => mask.below(relation) };
}

const split = (path: string): readonly string[] => path.split("__");

function maskBelow(
  only: readonly (readonly string[])[] | undefined,
  deferred: readonly (readonly string[])[],
): FieldMask {
  const rest = (paths: readonly (readonly string[])[], head: string): (readonly string[])[] =>
    paths.filter((path) => path[0] === head && path.length > 1).map((path) => path.slice(1));
  return {
    loads(name) {
      if (deferred.some((path) => path.length === 1 && path[0] === name)) return false;
      return only === undefined || only.some(([head]) => head === name);
    },
    below(head) {
      const onlyBelow = only === undefined ? undefined : rest(only, head);
      const deferredBelow = rest(deferred, head);
      // A relation of which nothing was said is loaded whole.
      const isSaid = (onlyBelow !== undefined && onlyBelow.length > 0) || deferredBelow.length > 0;
      if (!isSaid) return everything;
      return maskBelow(onlyBelow !== undefined && onlyBelow.length > 0 ? onlyBelow : undefined, deferredBelow);
    },
  };
}

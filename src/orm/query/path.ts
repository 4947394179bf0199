import { UnknownLookup } from "../errors.js";
import { ArrayField } from "../fields/data/array-field.js";
import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { refuse } from "../fields/problem.js";
import type { Lookup, Operand, Transform } from "../lookups/lookup.js";
import { lookupsOf, transformOf, transformsOf } from "../lookups/registry.js";
import { suggestion } from "../schema/nearest.js";
import type { QueryScope, Resolved } from "./resolved.js";
import { Reference } from "../schema/reference.js";
import type { Relation, Schema } from "../schema/schema.js";

/** Where a path such as `room__owner__name` leads: over which relations, to which column. */
export interface FieldPath {
  /** The joins to make, in order. A last step to a row's primary key is no join: the foreign key has it. */
  readonly relations: readonly Relation[];
  /** The column at the end, in the last relation's target. */
  readonly field: Field;
  /** The relation at the very end, where the path does not go on to a field. */
  readonly relation: Relation | undefined;
  /** What the path did not use: transforms and a lookup. */
  readonly rest: readonly string[];
}

const noRelations: ReadonlyMap<string, Relation> = new Map();

/**
 * Follows `path` as far as it names relations and a field. `more` are relations that only the query has. Throws
 * `UnknownField` where it begins with none.
 */
export function followPath(schema: Schema, path: string, more = noRelations): FieldPath {
  const parts = path.split("__");
  const relations: Relation[] = [];
  let model = schema;
  let used = 0;
  for (const part of parts) {
    const relation = (used === 0 ? more.get(part) : undefined) ?? model.relation(part);
    if (relation !== undefined) {
      relations.push(...(relation.steps ?? [relation]));
      model = relation.target;
      used++;
      continue;
    }
    const isField = part === "pk" || model.fieldsByName.has(part);
    // After a relation, a name that is no field is a lookup of the relation itself: `room__isnull`.
    if (!isField && (used === 0 || !isRelationLookup(part))) throw model.unknown(part, path);
    if (!isField) break;
    return trimmed({ relations, field: model.field(part), relation: undefined, rest: parts.slice(used + 1) });
  }
  const last = relations.at(-1);
  const field = last?.kind === "reference" ? last.targetKey : model.primaryKey;
  return trimmed({ relations, field, relation: last, rest: parts.slice(used) });
}

function isRelationLookup(name: string): boolean {
  return lookupsOf("relation").has(name);
}

/** `room__pk` is the column of the foreign key `room` (or `room__slug`, where it keeps that): no join is needed for it. */
function trimmed(path: FieldPath): FieldPath {
  const relations = [...path.relations];
  let { field } = path;
  const isKey = (last: Relation | undefined): last is Relation =>
    last?.kind === "reference" && last.isNarrowed !== true && field === last.targetKey;
  for (let last = relations.at(-1); isKey(last);) {
    ({ field } = last);
    relations.pop();
    last = relations.at(-1);
  }
  return { ...path, relations, field };
}

/** A key of `filter`, understood. */
export interface LookupTarget {
  /** The key as it was written. */
  readonly path: string;
  readonly schema: Schema;
  readonly relations: readonly Relation[];
  readonly field: Field;
  /** The left side where it is no field of the model: an annotation, or an expression. */
  readonly left: Resolved | undefined;
  readonly transforms: readonly Transform[];
  readonly lookup: Lookup;
  /** The left side that the lookup sees. */
  readonly operand: Operand;
  /** The model whose primary keys the left side holds, so that it can be `in` a query of that model. */
  readonly comparesWith: Schema | undefined;
}

/** Understands a key of `filter`. Throws `UnknownField` or `UnknownLookup`, which name what is there instead. */
export function resolveLookup(scope: QueryScope, path: string): LookupTarget {
  const { schema, annotations } = scope;
  if (annotations.size > 0) {
    const [head = "", ...names] = path.split("__");
    const annotation = annotations.get(path) ?? annotations.get(head);
    if (annotation !== undefined) {
      const rest = annotation.name === path ? [] : names;
      return resolveLookupOn(scope, annotationReference(annotation.name, annotation.expression), rest, path);
    }
  }
  const { relations, field, relation, rest } = followPath(schema, path, scope.relations);
  const operand = relation === undefined ? operandOf(field) : operandOfRelation(relation);
  const found = findLookup(scope, path, operand, rest);
  const comparesWith = found.transforms.length > 0 ? undefined : modelOfKeys(field, relations.at(-1)?.target ?? schema);
  return Object.freeze({ path, schema, relations, field, left: undefined, comparesWith, ...found });
}

/** A lookup on an expression: `names` are transforms and the lookup. */
export function resolveLookupOn(
  scope: QueryScope,
  left: Resolved,
  names: readonly string[],
  path: string,
): LookupTarget {
  const { schema } = scope;
  const found = findLookup(scope, path, left.output, names);
  const { primaryKey: field } = schema;
  return Object.freeze({ path, schema, relations: [], field, left, comparesWith: undefined, ...found });
}

/** An annotation by its name: what it was built as in this query. */
export function annotationReference(name: string, { output, isAggregate }: Resolved): Resolved {
  return {
    key: `@${name}`,
    output,
    isAggregate,
    isField: false,
    isNullable: true,
    manyPaths: [],
    build: ({ context }) => context.annotation(name),
  };
}

/** The transforms and the lookup that `names` are, for a left side like `start`. */
function findLookup(
  { schema, zone }: QueryScope,
  path: string,
  start: Operand,
  names: readonly string[],
): Pick<LookupTarget, "transforms" | "lookup" | "operand"> {
  const transforms: Transform[] = [];
  let operand = start;
  let special: ReadonlyMap<string, Lookup> | undefined;
  for (const [index, name] of names.entries()) {
    const lookup = special?.get(name) ?? lookupsOf(operand.kind).get(name);
    const isLast = index === names.length - 1;
    if (lookup !== undefined && isLast) return { transforms, lookup, operand };
    const transform = transformOf(operand.kind, name, zone);
    if (transform === undefined) throw unknownLookup(schema, path, name, operand);
    transforms.push(transform);
    operand = transform.outputOf?.(operand) ?? transform.output;
    special = transform.lookups;
  }
  const lookup = special?.get("exact") ?? lookupsOf(operand.kind).get("exact");
  if (lookup === undefined) throw unknownLookup(schema, path, "exact", operand);
  return { transforms, lookup, operand };
}

/** The model whose primary keys the column `field` of `schema` holds. */
function modelOfKeys(field: Field, schema: Schema): Schema | undefined {
  if (field instanceof ForeignKeyField) return field.targetField === field.target.primaryKey ? field.target : undefined;
  return field.isPrimaryKey ? schema : undefined;
}

/** What lookups see of a column. */
export function operandOf(field: Field): Operand {
  // A path that ended in a primary key was cut to the foreign key: it still has the lookups of the key it names.
  const named = field instanceof ForeignKeyField ? field.targetField : field;
  const operand: Operand = {
    kind: named.lookupKind,
    type: field.columnType,
    toValue: (value) => field.toValue(value),
    toComparable: (value) => field.toComparable(value),
  };
  return field instanceof ArrayField ? { ...operand, item: operandOf(field.item) } : operand;
}

function operandOfRelation({ kind, target, field }: Relation): Operand {
  if (kind === "reference") {
    return { kind: "relation", type: field.columnType, toValue: (value) => field.toValue(value) };
  }
  return { kind: "relation", type: target.primaryKey.columnType, toValue: (value) => keyOfMember(target, value) };
}

/** The key of an instance of `target`, or of a reference to one, or a key as it is. Calls `refuse` for all else. */
export function keyOfMember(target: Schema, value: unknown): unknown {
  if (value instanceof Reference && value.relation.target === target) return keyOfMember(target, value.id);
  if (!(value instanceof target.model)) return target.primaryKey.toValue(value);
  return target.keyOf(value) ?? refuse("unsaved", `is a ${target.name} that was not saved yet`);
}

function unknownLookup(schema: Schema, path: string, lookup: string, operand: Operand): UnknownLookup {
  const known = [...lookupsOf(operand.kind).keys(), ...transformsOf(operand.kind).keys()];
  const hint = suggestion(lookup, known) || ` It has ${known.join(", ")}.`;
  return new UnknownLookup({ model: schema.name, path, lookup, hint });
}

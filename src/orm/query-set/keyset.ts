import { CursorInvalid, QueryInvalid } from "../errors.js";
import type { ConditionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { PartedReferenceField } from "../fields/relations/parted-reference-field.js";
import { orderingOf } from "../query/ordering.js";
import { followPath } from "../query/path.js";
import type { QueryShape } from "../query/operation.js";
import { fieldMaskOf } from "../query/row-layout.js";
import { plainValue } from "../schema/reference.js";
import type { Schema } from "../schema/schema.js";

/** Options of `page`. */
export interface PageOptions {
  /** How many rows a page has. */
  readonly size: number;
  /** The rows after this place: `next` of another page. */
  readonly after?: string | undefined;
  /** The rows before this place: `previous` of another page. */
  readonly before?: string | undefined;
}

/** Some rows, and how to get those around them. */
export interface Page<Row> {
  readonly rows: Row[];
  /** The cursor of the page after this one; `undefined` where there are no more rows. */
  readonly next: string | undefined;
  /** The cursor of the page before this one; `undefined` where this is the first. */
  readonly previous: string | undefined;
}

interface Key {
  /** The field whose column it is. */
  readonly name: string;
  /** How lookups and orders name that column: a foreign key stands for itself, not for the order of its model. */
  readonly path: string;
  readonly isDescending: boolean;
  readonly isNullable: boolean;
}

/** The order of a query, as places in it are told by. */
export interface Keyset {
  readonly orderBy: readonly string[];
  readonly paths: readonly string[];
  valuesOf(row: object): unknown[];
  /** The rows beyond the place that has `values`. */
  condition(values: readonly unknown[], isBackward: boolean): ConditionNode;
}

/** `areNullsLow`: whether the database sorts NULL before all values. */
export function keysetOf(shape: QueryShape, areNullsLow: boolean): Keyset {
  const { schema } = shape;
  const refuse = (problem: string): never => {
    throw new QueryInvalid({ model: schema.name, problem: `in pages ${problem}` });
  };
  if (shape.operations.some((one) => one.kind === "distinct" && one.on.length > 0)) {
    refuse("cannot be distinct by fields, which have an order of their own");
  }
  const { keys: given, isReversed } = orderingOf(schema, shape.operations);
  const keys = given.flatMap((key): Key[] => {
    if (typeof key !== "string" || key === "?") return refuse("must be ordered by fields, not by expressions");
    const path = key.replace(/^-/, "");
    const others = `must be ordered by its own fields, not by ${JSON.stringify(path)}`;
    if (shape.annotations.has(path)) return refuse(others);
    const { relations, field, relation, rest } = followPath(schema, path);
    if (relations.length > 0 || rest.length > 0 || (relation !== undefined && path !== field.name)) {
      return refuse(others);
    }
    if (relation !== undefined && (relation.target.meta.ordering ?? []).length > 0) {
      return refuse(`${others}, which means the order of ${relation.target.name}; use "${path}__pk"`);
    }
    const isDescending = key.startsWith("-") !== isReversed;
    return (path === "pk" ? schema.keyFields : partsOfKey(field)).map((part) => keyOf(schema, part, isDescending));
  });
  const end = keys.findIndex(({ name, isNullable }) => schema.field(name).isUnique && !isNullable);
  const last = keys.at(-1)?.isDescending ?? false;
  const missing = schema.keyFields.filter((field) => !keys.some(({ name }) => name === field.name));
  const used = end >= 0 ? keys.slice(0, end + 1) : [...keys, ...missing.map((field) => keyOf(schema, field, last))];
  const absent = used.find(({ name }) => !hasField(shape, name));
  if (absent !== undefined) refuse(`must have ${absent.name} in its rows, as places in its order are told by that`);
  return {
    orderBy: used.map(({ path, isDescending }) => `${isDescending ? "-" : ""}${path}`),
    paths: used.map(({ path }) => path),
    valuesOf: (row) => used.map(({ name }) => valueIn(row, name, schema)),
    condition: (values, isBackward) => beyond(used, values, isBackward, areNullsLow),
  };
}

/** The fields with the columns of `field`: several, where it refers to a composite key. */
function partsOfKey(field: Field): readonly Field[] {
  return field instanceof PartedReferenceField ? field.parts : [field];
}

function keyOf(schema: Schema, field: Field, isDescending: boolean): Key {
  const { name, isNullable } = field;
  const isReference = field instanceof ForeignKeyField && schema.relation(name) !== undefined;
  const path = isReference ? `${name}__${field.targetField.name}` : name;
  return { name, path, isDescending, isNullable };
}

/** Whether the rows of `shape` have the value of the field called `name`. */
function hasField({ schema, operations }: QueryShape, name: string): boolean {
  const values = operations.findLast((one) => one.kind === "values");
  const isKey = schema.keyFields.some((field) => field.name === name);
  if (values === undefined) return isKey || fieldMaskOf(operations).loads(name);
  const isNamed = values.form === "object" || values.form === "named";
  const names = new Set(values.columns.map((column) => column.name));
  return isNamed && (names.has(name) || (name === schema.keyName && names.has("pk")));
}

function valueIn(row: object, name: string, schema: Schema): unknown {
  const isNamedPk = name === schema.keyName && !(name in row);
  return isNamedPk ? (row as Record<string, unknown>)["pk"] : plainValue(schema, name, row);
}

/** a beyond, or a equal and b beyond, and so on. */
function beyond(
  keys: readonly Key[],
  values: readonly unknown[],
  isBackward: boolean,
  areNullsLow: boolean,
): ConditionNode {
  const items = keys.flatMap(({ path, isDescending, isNullable }, index): ConditionNode[] => {
    const equal = keys.slice(0, index).map((key, at): ConditionNode => is(key.path, values[at]));
    const isUp = isDescending === isBackward;
    const value = values[index];
    // Going up, nulls are still to come where they are high and this value is none.
    const nullsAhead = isUp !== areNullsLow;
    const ahead: ConditionNode[] = [];
    if (value !== null) ahead.push(where(`${path}__${isUp ? "gt" : "lt"}`, value));
    if (isNullable && value !== null && nullsAhead) ahead.push(where(`${path}__isnull`, true));
    if (value === null && !nullsAhead) ahead.push(where(`${path}__isnull`, false));
    return ahead.length === 0 ? [] : [{ kind: "all", items: [...equal, { kind: "any", items: ahead }] }];
  });
  return { kind: "any", items };
}

function is(path: string, value: unknown): ConditionNode {
  return value === null ? where(`${path}__isnull`, true) : where(path, value);
}

function where(path: string, value: unknown): ConditionNode {
  return { kind: "where", where: { [path]: value } };
}

/** A place as text for URLs. It holds the values that the rows are ordered by; who sees it can read them. */
export function encodeCursor(values: readonly unknown[]): string {
  const text = (_name: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
  return Buffer.from(JSON.stringify(values, text)).toString("base64url");
}

/** The values in a cursor. Throws `CursorInvalid`. */
export function decodeCursor(cursor: string, count: number): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const isScalar = (value: unknown): boolean => value === null || typeof value !== "object";
    if (Array.isArray(values) && values.length === count && values.every(isScalar)) return values as unknown[];
  } catch {
    // Not even JSON.
  }
  throw new CursorInvalid();
}

import { CursorInvalid, QueryInvalid } from "../errors.js";
import type { ConditionNode } from "../expressions/nodes.js";
import { orderingOf } from "../query/ordering.js";
import { followPath } from "../query/path.js";
import type { QueryShape } from "../query/operation.js";
import { Reference } from "../schema/reference.js";

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
    throw new QueryInvalid({ model: schema.name, problem });
  };
  const { keys: given, isReversed } = orderingOf(schema, shape.operations);
  const keys = given.flatMap((key): Key[] => {
    if (typeof key !== "string" || key === "?") return refuse("in pages must be ordered by fields, not by expressions");
    const path = key.replace(/^-/, "");
    const { relations, field, relation, rest } = followPath(schema, path);
    if (relations.length > 0 || rest.length > 0 || (relation !== undefined && path !== field.name)) {
      return refuse(`in pages must be ordered by its own fields, not by ${JSON.stringify(path)}`);
    }
    const isDescending = key.startsWith("-") !== isReversed;
    if (path === "pk") return schema.keyFields.map(({ name }) => keyOf(name, isDescending));
    return [{ path: field.name, isDescending, isNullable: field.isNullable }];
  });
  const end = keys.findIndex(({ path }) => schema.field(path).isUnique && !schema.field(path).isNullable);
  const last = keys.at(-1)?.isDescending ?? false;
  const missing = schema.keyFields.filter((field) => !keys.some(({ path }) => path === field.name));
  const used = end >= 0 ? keys.slice(0, end + 1) : [...keys, ...missing.map((field) => keyOf(field.name, last))];
  const name = ({ path, isDescending }: Key): string => {
    const relation = schema.relation(path);
    // A foreign key stands for its own column, not for the order of its model.
    return `${isDescending ? "-" : ""}${relation === undefined ? path : `${path}__pk`}`;
  };
  return {
    orderBy: used.map(name),
    paths: used.map(({ path }) => path),
    valuesOf: (row) =>
      used.map(({ path }) => {
        const value = (row as Record<string, unknown>)[path];
        return value instanceof Reference ? value.id : value;
      }),
    condition: (values, isBackward) => beyond(used, values, isBackward, areNullsLow),
  };
}

function keyOf(path: string, isDescending: boolean): Key {
  return { path, isDescending, isNullable: false };
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
  return Buffer.from(JSON.stringify(values)).toString("base64url");
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

import type { Database } from "../database/database.js";
import { readDatabase, writeDatabase } from "../database/routing.js";
import { QueryInvalid } from "../errors.js";
import { conditionNodeOf, isEmpty } from "../expressions/condition.js";
import { queryStateKey, type QueryState, type Window } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import type { Schema } from "../schema/schema.js";
import { queryOptionsKey, type QuerySetOptions } from "./query-options.js";

/** What every query set holds. The functions of this file make another from one, and refuse what cannot be made. */
export interface AnyQuery {
  readonly [queryStateKey]: QueryState<Shape>;
  readonly [queryOptionsKey]: QuerySetOptions;
}

export function schemaOfQuery(query: AnyQuery): Schema {
  return query[queryStateKey].shape.schema;
}

/** The database that its rows are read from. */
export function readerOf(query: AnyQuery): Database {
  const { shape } = query[queryStateKey];
  return shape.isLocking ? writerOf(query) : readDatabase(shape.schema.model, query[queryOptionsKey].using);
}

/** The database that its rows are written to. */
export function writerOf(query: AnyQuery): Database {
  return writeDatabase(schemaOfQuery(query).model, query[queryOptionsKey].using);
}

/** Another query set of the same class, which may have methods of its own. */
export function again<Q extends AnyQuery>(query: Q, state: QueryState<Shape>, options: QuerySetOptions): Q {
  const Kind = query.constructor as new (state: QueryState<Shape>, options: QuerySetOptions) => Q;
  return new Kind(state, options);
}

/** Another query of the same kind. Rows that are known are those of this one only. */
export function withState<Q extends AnyQuery>(query: Q, state: QueryState<Shape>): Q {
  const options = query[queryOptionsKey];
  return again(query, state, options.rows === undefined ? options : { ...options, rows: undefined });
}

/** What can be asked of several queries as one. */
const ofCombined: ReadonlySet<string> = new Set(["ordered", "reversed", "asked for its last row"]);

/** The query after one step more. `reshape` may add to the values. */
export function reshaped<Q extends AnyQuery>(
  query: Q,
  what: string,
  reshape: (shape: Shape, values: unknown[]) => Shape,
): Q {
  const state = query[queryStateKey];
  if (state.window !== undefined) refuseSliced(query, what);
  if (state.shape.isCombined && !ofCombined.has(what)) refuseCombined(query, what);
  const values = [...state.values];
  return withState(query, { shape: reshape(state.shape, values), values, window: undefined });
}

/** The query with another condition: an object with lookups, or what `Q` and expressions make. */
export function filtered<Q extends AnyQuery>(query: Q, where: object, isNegated: boolean): Q {
  const state = query[queryStateKey];
  if (state.window !== undefined) refuseSliced(query, isNegated ? "excluded from" : "filtered");
  if (state.shape.isCombined) refuseCombined(query, "filtered");
  // Not spread, which goes by way of an iterator: each query comes by here.
  const values = state.values.slice();
  const node = isPlain(where) ? undefined : conditionNodeOf(where);
  if (node !== undefined) {
    if (isEmpty(node)) return query;
    return withState(query, { shape: state.shape.filterBy(node, isNegated, values), values, window: undefined });
  }
  let draft = state.shape.draft(isNegated);
  const given = where as Readonly<Record<string, unknown>>;
  // Not `Object.keys`, which makes an array.
  for (const key in given) if (Object.hasOwn(given, key)) draft = draft.step(key, given[key], values);
  return withState(query, { shape: draft.finish(), values, window: undefined });
}

/** Whether `where` is an object with lookups rather than a condition or an expression. */
function isPlain(where: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(where);
  return prototype === Object.prototype || prototype === null;
}

/** The part of the rows from `start` to `end`. */
export function sliced<Q extends AnyQuery>(query: Q, start: number, end: number | undefined): Q {
  if (!isPosition(start) || (end !== undefined && !isPosition(end))) {
    refuse(query, `cannot be sliced from ${start} to ${end ?? "the end"}; positions are whole numbers from 0`);
  }
  const { shape, values, window } = query[queryStateKey];
  return withState(query, { shape, values, window: narrowed(window, start, end) });
}

export function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The part from `start` to `end` of what `window` leaves. */
function narrowed(window: Window | undefined, start: number, end: number | undefined): Window {
  const before = window?.limit ?? Number.POSITIVE_INFINITY;
  const limit = Math.max(0, Math.min(end ?? Number.POSITIVE_INFINITY, before) - start);
  return {
    offset: (window?.offset ?? 0) + start,
    limit: limit === Number.POSITIVE_INFINITY ? undefined : limit,
  };
}

export function refuse(query: AnyQuery, problem: string): never {
  throw new QueryInvalid({ model: schemaOfQuery(query).name, problem });
}

export function refuseCombined(query: AnyQuery, what: string): never {
  refuse(query, `of several queries cannot be ${what}; do that to each of them`);
}

export function refuseSliced(query: AnyQuery, what: string): never {
  refuse(query, `cannot be ${what} once it is sliced; slice last`);
}

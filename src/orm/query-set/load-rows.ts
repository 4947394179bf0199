import { HotclubError, takeTrace } from "../../core/index.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import { bind } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { currentScope } from "../database/transaction.js";
import { TransactionRequired } from "../errors.js";
import { rowsPlan, type RowsPlan } from "../query/plans.js";
import { queryStateKey, withWindow } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import { InstanceState } from "../schema/instance-state.js";
import { Chunks, type IteratorOptions } from "./chunks.js";
import type { PrefetchSpec } from "./prefetch.js";
import { prefetcher } from "./prefetcher.js";
import { queryOptionsKey } from "./query-options.js";
import { readerOf, refuse, schemaOfQuery, type AnyQuery } from "./steps.js";

/** All rows of a query, with what is to be prefetched. */
export async function rowsOf<Row>(query: AnyQuery): Promise<Row[]> {
  const { rows, prefetches } = query[queryOptionsKey];
  if (rows !== undefined) return [...(rows as Row[])];
  const { shape, values } = withWindow(query[queryStateKey]);
  let loaded: MaybePromise<Row[]>;
  try {
    loaded = load<Row>(query, shape, values);
  } catch (thrown) {
    return await throwTraced(thrown);
  }
  if (prefetches === undefined) return loaded;
  const found = await loaded;
  await prefetch(query, found as object[], prefetches);
  return found;
}

/**
 * Throws what was thrown at once, with a stack that begins at the program's line: whoever awaits a query has its `then`
 * called in a job of its own, which does not know who waits. What follows an `await` does.
 */
export async function throwTraced(thrown: unknown): Promise<never> {
  await Promise.resolve();
  if (thrown instanceof HotclubError) takeTrace(thrown, throwTraced);
  throw thrown;
}

/** At once where the driver is synchronous: each promise less makes small queries a tenth faster. */
export function load<Row>(query: AnyQuery, shape: Shape, values: readonly unknown[]): MaybePromise<Row[]> {
  const database = readerOf(query);
  const plan = rowsPlan(shape, database.backend.dialect);
  if (plan.statement === undefined) return [];
  const schema = schemaOfQuery(query);
  if (shape.isLocking && currentScope(database) === undefined) throw new TransactionRequired({ model: schema.name });
  const read = ({ rows }: QueryResult): Row[] => hydrate<Row>(query, plan, database, rows);
  return database.ask(plan.statement, bind(plan.statement, values), schema, read, query[queryOptionsKey].signal);
}

/** Loads relations of rows that were loaded. */
export async function prefetch(
  query: AnyQuery,
  rows: readonly object[],
  prefetches: readonly PrefetchSpec[],
): Promise<void> {
  if (query[queryStateKey].shape.hasValues) refuse(query, "cannot have relations of plain values prefetched");
  await prefetcher()(rows, schemaOfQuery(query), prefetches, query[queryOptionsKey].using);
}

/** The rows of a query from a cursor, one by one. */
export async function* iterateRows<Row>(
  query: AnyQuery,
  options: IteratorOptions,
): AsyncGenerator<Row, void, undefined> {
  const { shape, values } = withWindow(query[queryStateKey]);
  const database = readerOf(query);
  const plan = rowsPlan(shape, database.backend.dialect);
  if (plan.statement === undefined) return;
  const { signal } = query[queryOptionsKey];
  const chunks = new Chunks(database, plan.statement, bind(plan.statement, values), { ...options, signal });
  for await (const rows of chunks) {
    const found = hydrate<Row>(query, plan, database, rows);
    const { prefetches } = query[queryOptionsKey];
    if (prefetches !== undefined) await prefetch(query, found as object[], prefetches);
    yield* found;
  }
}

function hydrate<Row>(query: AnyQuery, plan: RowsPlan, database: Database, rows: QueryResult["rows"]): Row[] {
  if (plan.deferred.length === 0) return rows.map((row) => plan.hydrate(row, [])) as Row[];
  const { isStrict, onRows, shared } = query[queryOptionsKey];
  const states = plan.deferred.map((deferred) => new InstanceState(database.alias, deferred, isStrict));
  const state = states[0] as InstanceState;
  state.shared = shared;
  // `map` makes the array in its full size; `push` would make a small result's four times as large.
  const instances = rows.map((row) => plan.hydrate(row, states)) as object[];
  state.rows = instances;
  onRows?.(instances);
  return instances as Row[];
}

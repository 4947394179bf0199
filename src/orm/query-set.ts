import { inspect } from "node:util";

import type { MaybePromise, QueryResult } from "./backends/backend.js";
import { bind } from "./compiler/statement.js";
import type { Database } from "./database/database.js";
import { databases } from "./database/databases.js";
import { QueryInvalid } from "./errors.js";
import { deleteRows } from "./instances/delete-rows.js";
import type { Deleted } from "./instances/matching-rows.js";
import { updateRows } from "./instances/update-rows.js";
import type { ModelClass } from "./model-class.js";
import { doesNotExistOf, multipleObjectsReturnedOf } from "./model-errors.js";
import { describeQuery } from "./query/describe.js";
import { countPlan, existsPlan, rowsPlan, type RowsPlan } from "./query/plans.js";
import { queryStateKey, withWindow, type QueryState, type Window } from "./query/query-state.js";
import { rootShapeOf, type Shape } from "./query/shape.js";
import { InstanceState } from "./schema/instance-state.js";
import type { UpdateValues } from "./typing/creation.js";
import type { QueryOf } from "./typing/lookup-path.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { Where } from "./typing/where.js";
import type { Schema } from "./schema/schema.js";

/** What a query set carries along besides its query. */
export interface QuerySetOptions {
  /** The alias of the database. `default` unless given. */
  readonly using?: string | undefined;
  /** Called with each result before it is given out. */
  readonly onRows?: ((rows: readonly object[]) => void) | undefined;
}

/**
 * A query for rows of the model `T`: lazy, immutable, and awaitable.
 *
 * Its methods give new query sets and ask nothing of the database; awaiting one asks, each time anew, and gives an
 * array. `Row` is what the array holds, `X` the annotations.
 *
 * ```ts
 * const recent = Message.filter({ room__slug: "lobby" }).orderBy("-sentAt");
 * const messages = await recent.slice(0, 50);
 * const total = await recent.count();
 * ```
 */
export class QuerySet<T extends object, Row = T, X = {}> implements PromiseLike<Row[]>, AsyncIterable<Row>, QueryOf<T> {
  readonly [queryStateKey]: QueryState<Shape>;
  readonly #options: QuerySetOptions;

  /** @internal Use the methods of models. */
  constructor(state: QueryState<Shape>, options: QuerySetOptions) {
    this[queryStateKey] = state;
    this.#options = options;
  }

  /** The model whose rows it asks for. */
  get model(): ModelClass<T> {
    return this.#schema.model as ModelClass<T>;
  }

  get #schema(): Schema {
    return this[queryStateKey].shape.schema;
  }

  get #database(): Database {
    return databases.get(this.#options.using);
  }

  /** The same rows. */
  all(): this {
    return this;
  }

  /**
   * The rows that meet all of `where`: field names, with `__` to follow relations and to name a lookup.
   *
   * Conditions on a to-many relation in one call are about the same related row; in two calls, about any two.
   * Throws `UnknownField`, `UnknownLookup`, `LookupValueInvalid`.
   */
  filter<const K extends string>(where: Where<T, X, K>): this {
    return this.#filtered(where, false);
  }

  /** The rows that do not meet all of `where`. Rows where a column is NULL are among them. Throws as `filter`. */
  exclude<const K extends string>(where: Where<T, X, K>): this {
    return this.#filtered(where, true);
  }

  /** `filter` for keys that are known at run time only, such as those of an admin's filters. Throws as `filter`. */
  filterBy(where: Readonly<Record<string, unknown>>): this {
    return this.#filtered(where, false);
  }

  #filtered(where: object, isNegated: boolean): this {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced(isNegated ? "excluded from" : "filtered");
    const values = [...state.values];
    let draft = state.shape.draft(isNegated);
    const given = where as Readonly<Record<string, unknown>>;
    // Not `Object.keys`, which makes an array.
    for (const key in given) if (Object.hasOwn(given, key)) draft = draft.step(key, given[key], values);
    return this.#with({ shape: draft.finish(), values, window: undefined });
  }

  /**
   * The rows in the order of `keys`: field names, `-` for descending, `__` to follow relations, `?` for any order.
   * Replaces the order before, the model's included; without keys there is none. Throws `UnknownField`.
   */
  orderBy<const Keys extends readonly OrderHint<T>[]>(...keys: Keys & OrderKeys<T, X, Keys>): this {
    return this.#reshaped("ordered", (shape, values) => shape.orderBy(keys, values));
  }

  /** The rows in the opposite order. */
  reverse(): this {
    return this.#reshaped("reversed", (shape) => shape.reversed());
  }

  /**
   * The rows with what the foreign keys on `paths` refer to, in the same query. They stand on the rows as objects, not
   * as references to await. Throws `UnknownField`, or `QueryInvalid` for what is no foreign key.
   */
  selectRelated<const Paths extends readonly ReferenceHint<T>[]>(
    ...paths: Paths & ReferencePaths<T, Paths>
  ): QuerySet<T, WithLoaded<T, Row, Paths[number]>, X> {
    const { shape, values, window } = this[queryStateKey];
    const state = { shape: shape.selectRelated(paths), values, window };
    return new QuerySet<T, WithLoaded<T, Row, Paths[number]>, X>(state, this.#options);
  }

  /**
   * The rows from `start` up to and not with `end`, counted from 0, or all from `start`. Nothing but another slice can
   * be asked of a slice. Throws `QueryInvalid` for numbers that are not whole, or negative.
   */
  slice(start: number, end?: number): this {
    if (!isPosition(start) || (end !== undefined && !isPosition(end))) {
      throw new QueryInvalid({
        model: this.#schema.name,
        problem: `cannot be sliced from ${start} to ${end ?? "the end"}; positions are whole numbers from 0`,
      });
    }
    const { shape, values, window } = this[queryStateKey];
    return this.#with({ shape, values, window: narrowed(window, start, end) });
  }

  /** The same query of the database called `alias`. */
  using(alias: string): this {
    return new QuerySet<T, Row, X>(this[queryStateKey], { ...this.#options, using: alias }) as this;
  }

  /** @internal The same query, whose results are shown to `onRows`. */
  observed(onRows: (rows: readonly object[]) => void): this {
    return new QuerySet<T, Row, X>(this[queryStateKey], { ...this.#options, onRows }) as this;
  }

  /** `reshape` may add to the values. */
  #reshaped(what: string, reshape: (shape: Shape, values: unknown[]) => Shape): this {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced(what);
    const values = [...state.values];
    return this.#with({ shape: reshape(state.shape, values), values, window: undefined });
  }

  #with(state: QueryState<Shape>): this {
    return new QuerySet<T, Row, X>(state, this.#options) as this;
  }

  #refuseSliced(what: string): never {
    throw new QueryInvalid({
      model: this.#schema.name,
      problem: `cannot be ${what} once it is sliced; slice last`,
    });
  }

  /** The SQL that awaiting it would run, and its parameters as the driver gets them. For debugging. */
  toSql(): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const { shape, values } = withWindow(this[queryStateKey]);
    const { statement } = rowsPlan(shape, this.#database.backend.dialect);
    // Known to have no rows: nothing is asked.
    if (statement === undefined) return { sql: "", parameters: [] };
    return { sql: statement.sql, parameters: bind(statement, values) };
  }

  [inspect.custom](): string {
    return `QuerySet<${this.#schema.name}>(${describeQuery(this[queryStateKey])})`;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a query set is awaited: that is when it asks the database
  then<A = Row[], B = never>(
    onFulfilled?: ((rows: Row[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#rows().then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    yield* await this.#rows();
  }

  async #rows(): Promise<Row[]> {
    const { shape, values } = withWindow(this[queryStateKey]);
    return this.#load(shape, values);
  }

  /** At once where the driver is synchronous: each promise less makes small queries a tenth faster. */
  #load(shape: Shape, values: readonly unknown[]): MaybePromise<Row[]> {
    const database = this.#database;
    const plan = rowsPlan(shape, database.backend.dialect);
    if (plan.statement === undefined) return [];
    return database.ask(plan.statement, bind(plan.statement, values), this.#schema, ({ rows }) =>
      this.#hydrate(plan, database, rows),
    );
  }

  #hydrate(plan: RowsPlan, database: Database, rows: QueryResult["rows"]): Row[] {
    const state = new InstanceState(database.alias);
    const states = [state];
    while (states.length < plan.stateCount) states.push(new InstanceState(database.alias));
    // `map` makes the array in its full size; `push` would make a small result's four times as large.
    const instances = rows.map((row) => plan.hydrate(row, states)) as object[];
    state.rows = instances;
    this.#options.onRows?.(instances);
    return instances as Row[];
  }

  /**
   * The one row of this query, or the one that meets `where`. Rejects with the model's `DoesNotExist` or
   * `MultipleObjectsReturned`.
   */
  async get<const K extends string = never>(where?: Where<T, X, K>): Promise<Row> {
    const set = where === undefined ? this : this.#filtered(where, false);
    const { shape, values } = withWindow(set[queryStateKey]);
    const loaded = set.#load(shape.forGet, values);
    const [row, another] = loaded instanceof Promise ? await loaded : loaded;
    if (row !== undefined && another === undefined) return row;
    const error = { model: this.#schema.name, where: describeQuery(set[queryStateKey]) };
    if (row === undefined) throw new (doesNotExistOf(this.model))(error);
    throw new (multipleObjectsReturnedOf(this.model))(error);
  }

  /** The first row, or `null`. Without any order, the one with the lowest primary key. */
  async first(): Promise<Row | null> {
    const { shape, values, window } = this[queryStateKey];
    const set = this.#with({ shape: window === undefined ? shape.orderByKeyIfUnordered() : shape, values, window });
    const [row] = await set.slice(0, 1).#rows();
    return row ?? null;
  }

  /** The last row, or `null`. Without any order, the one with the highest primary key. */
  async last(): Promise<Row | null> {
    const set = this.#reshaped("asked for its last row", (shape) => shape.orderByKeyIfUnordered().reversed());
    const [row] = await set.slice(0, 1).#rows();
    return row ?? null;
  }

  /** How many rows there are. The database counts; none are loaded. */
  async count(): Promise<number> {
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = this.#database;
    const statement = countPlan(shape, database.backend.dialect);
    if (statement === undefined) return 0;
    return database.ask(statement, bind(statement, values), this.#schema, ({ rows }) => Number(rows[0]?.[0]));
  }

  /** Whether there is any row. */
  async exists(): Promise<boolean> {
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = this.#database;
    const statement = existsPlan(shape, database.backend.dialect);
    if (statement === undefined) return false;
    return database.ask(statement, bind(statement, values), this.#schema, ({ rows }) => rows.length > 0);
  }

  /**
   * Changes all rows in one statement and gives how many there were. Instances that were loaded before keep what they
   * have, and fields with `autoNow` are left alone. Rejects with `ValidationError` before anything is written.
   */
  async update(values: UpdateValues<T>): Promise<number> {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced("updated");
    return updateRows(this.#database, state, values);
  }

  /**
   * Deletes all rows, and what `onDelete` says of rows that refer to them. Gives how many were deleted, by model.
   * Rejects with `ProtectedError`; then nothing is deleted.
   */
  async delete(): Promise<Deleted> {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced("deleted");
    return deleteRows(this.#database, state);
  }
}

const noOptions: QuerySetOptions = {};
const noValues: readonly unknown[] = [];
const wholeSets = new WeakMap<Shape, QuerySet<object>>();

/** All rows of a model. */
export function querySetOf<T extends object>(schema: Schema, options: QuerySetOptions = noOptions): QuerySet<T> {
  const shape = rootShapeOf(schema);
  if (options !== noOptions) return new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  // Every query of a model begins here: one object, kept, is as good as a new one for each.
  const known = wholeSets.get(shape);
  if (known !== undefined) return known as unknown as QuerySet<T>;
  const whole = new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  wholeSets.set(shape, whole as unknown as QuerySet<object>);
  return whole;
}

function isPosition(value: number): boolean {
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

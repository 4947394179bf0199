import { inspect } from "node:util";

import { currentTimeZone } from "../core/index.js";
import type { MaybePromise, QueryResult } from "./backends/backend.js";
import { bind } from "./compiler/statement.js";
import type { Database } from "./database/database.js";
import { readDatabase, writeDatabase } from "./database/routing.js";
import { IntegrityError } from "./database-errors.js";
import { atomic } from "./database/atomic.js";
import { NotSaved, QueryInvalid, TransactionRequired } from "./errors.js";
import { currentScope } from "./database/transaction.js";
import { nodeOf, ordersOf } from "./expressions/arguments.js";
import { conditionNodeOf, type Condition } from "./expressions/condition.js";
import { Expression, OrderBy } from "./expressions/expression.js";
import type { ConditionNode, ExpressionNode } from "./expressions/nodes.js";
import type { Queryable } from "./expressions/subquery.js";
import { Trunc, type TruncUnit, type ZoneOption } from "./expressions/functions/dates.js";
import { deleteRows } from "./instances/delete-rows.js";
import type { Deleted } from "./instances/matching-rows.js";
import { updateQuery } from "./instances/update-rows.js";
import type { ModelClass } from "./model-class.js";
import { doesNotExistOf, multipleObjectsReturnedOf } from "./model-errors.js";
import { describeQuery } from "./query/describe.js";
import type { LockNode } from "./compiler/nodes.js";
import { bulkCreate, type BulkCreateOptions } from "./instances/bulk-create.js";
import { bulkUpdate } from "./instances/bulk-update.js";
import { createInstance } from "./instances/create-instance.js";
import { aggregateRows } from "./query-set/aggregate-rows.js";
import { Chunks, type IteratorOptions } from "./query-set/chunks.js";
import { explainText, type ExplainOptions } from "./query-set/explain.js";
import { creationValues } from "./query-set/get-or-create.js";
import { decodeCursor, encodeCursor, keysetOf, type Page, type PageOptions } from "./query-set/keyset.js";
import type { PrefetchSpec, WithPrefetched } from "./query-set/prefetch.js";
import { prefetcher } from "./query-set/prefetcher.js";
import { countPlan, existsPlan, rowsPlan, type RowsPlan } from "./query/plans.js";
import { queryStateKey, withWindow, type QueryState, type Window } from "./query/query-state.js";
import { rootShapeOf, type Shape } from "./query/shape.js";
import { InstanceState } from "./schema/instance-state.js";
import { keyText } from "./schema/key-text.js";
import type { ColumnName, NewValues, UpdateValues } from "./typing/creation.js";
import { RawQuery, type RawColumns, type RawOptions, type RawRow } from "./raw/raw-query.js";
import type { Sql } from "./raw/sql.js";
import type { QueryOf } from "./typing/lookup-path.js";
import type { OrderHint, OrderKeys, ReferenceHint, ReferencePaths, WithLoaded } from "./typing/selection.js";
import type { BesideColumns, CommonColumns, NextOption, RelationName, SelfRelation } from "./typing/common.js";
import type { Target } from "./typing/relation.js";
import type { Where } from "./typing/where.js";
import type { Checked, Results } from "./typing/result.js";
import type {
  Annotated,
  Annotations,
  BulkKey,
  DeferredRow,
  ExpressionsRow,
  Fits,
  ListRow,
  OnlyRow,
  PrefetchHint,
  PrefetchPath,
  ValueHint,
  ValuePaths,
  ValuesRow,
} from "./typing/rows.js";
import type { Schema } from "./schema/schema.js";

/** What a query set carries along besides its query. */
export interface QuerySetOptions {
  /** The alias of the database. `default` unless given. */
  readonly using?: string | undefined;
  /** Called with each result before it is given out. */
  readonly onRows?: ((rows: readonly object[]) => void) | undefined;
  /** What `prefetchRelated` loads with the rows. */
  readonly prefetches?: readonly PrefetchSpec[] | undefined;
  /** The rows, where they are there already. */
  readonly rows?: readonly unknown[] | undefined;
  /** Aborts what it asks. */
  readonly signal?: AbortSignal | undefined;
  /** Whether references of the rows that are not loaded may not be. */
  readonly isStrict?: boolean | undefined;
}

/** Options of `selectForUpdate`. */
export interface LockOptions {
  /** Leave out rows that another transaction has locked. Default false. */
  readonly skipLocked?: boolean;
  /** Reject at once when another transaction has locked a row. Default false. */
  readonly noWait?: boolean;
  /** Which rows: `self` and paths of foreign keys loaded by `selectRelated`. Default: those of the model itself. */
  readonly of?: readonly string[];
  /** Let others still refer to the rows with foreign keys. PostgreSQL. Default false. */
  readonly noKey?: boolean;
  /** Only keep others from changing the rows. PostgreSQL. Default false. */
  readonly share?: boolean;
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
export class QuerySet<T extends object, Row = T, X = {}>
  implements PromiseLike<Row[]>, AsyncIterable<Row>, QueryOf<T>, Queryable<Row>
{
  declare readonly rowType?: Row;
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
    const isLocking = this[queryStateKey].shape.isLocking;
    return isLocking ? this.#writer : readDatabase(this.model, this.#options.using);
  }

  /** The database that its rows are written to. */
  get #writer(): Database {
    return writeDatabase(this.model, this.#options.using);
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
  filter<C extends object>(condition: Condition<C> & Fits<T, X, C>): this;
  filter(condition: Expression<boolean>): this;
  filter<const K extends string>(where: Where<T, X, K>): this;
  filter(where: object): this {
    return this.#filtered(where, false);
  }

  /** The rows that do not meet all of `where`. Rows where a column is NULL are among them. Throws as `filter`. */
  exclude<C extends object>(condition: Condition<C> & Fits<T, X, C>): this;
  exclude(condition: Expression<boolean>): this;
  exclude<const K extends string>(where: Where<T, X, K>): this;
  exclude(where: object): this {
    return this.#filtered(where, true);
  }

  /** `filter` for keys that are known at run time only, such as those of an admin's filters. Throws as `filter`. */
  filterBy(where: Readonly<Record<string, unknown>>): this {
    return this.#filtered(where, false);
  }

  #filtered(where: object, isNegated: boolean): this {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced(isNegated ? "excluded from" : "filtered");
    if (state.shape.isCombined) this.#refuseCombined("filtered");
    const values = [...state.values];
    const node = isPlain(where) ? undefined : conditionNodeOf(where);
    if (node !== undefined) {
      return this.#with({ shape: state.shape.filterBy(node, isNegated, values), values, window: undefined });
    }
    let draft = state.shape.draft(isNegated);
    const given = where as Readonly<Record<string, unknown>>;
    // Not `Object.keys`, which makes an array.
    for (const key in given) if (Object.hasOwn(given, key)) draft = draft.step(key, given[key], values);
    return this.#with({ shape: draft.finish(), values, window: undefined });
  }

  /**
   * The rows in the order of `keys`: field names, `-` for descending, `__` to follow relations, `?` for any order, and
   * expressions with `asc()` and `desc()`. Replaces the order before, the model's included; without keys there is none.
   * Throws `UnknownField`.
   */
  orderBy<const Keys extends readonly (OrderHint<T> | Expression | OrderBy)[]>(
    ...keys: Keys & OrderKeys<T, X, Keys>
  ): this {
    const given: readonly (string | Expression | OrderBy)[] = keys;
    return this.#reshaped("ordered", (shape, values) =>
      shape.orderBy(
        given.map((key) => (typeof key === "string" ? key : (ordersOf(key)[0] ?? "?"))),
        values,
      ),
    );
  }

  /** The rows in the opposite order. */
  reverse(): this {
    return this.#reversed();
  }

  #reversed(): this {
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
    if (shape.isCombined) this.#refuseCombined("given more tables");
    const state = { shape: shape.selectRelated(paths), values, window };
    return this.#again<WithLoaded<T, Row, Paths[number]>>(state, { ...this.#options, rows: undefined });
  }

  /**
   * The rows with more values each, computed by the database: `Room.annotate({ n: Count("messages") })`. They can be
   * used in later steps like fields. Aggregates group the rows: by their primary key, or by what `values` chose before.
   */
  annotate<const A extends Annotations>(
    annotations: A & Checked<T, X, A>,
  ): QuerySet<T, Annotated<Row, T, X, A>, X & Results<T, X, A>> {
    return this.#annotated(annotations, true) as unknown as QuerySet<T, Annotated<Row, T, X, A>, X & Results<T, X, A>>;
  }

  /** As `annotate`, but rows do not have them: for later steps only. */
  alias<const A extends Annotations>(annotations: A & Checked<T, X, A>): QuerySet<T, Row, X & Results<T, X, A>> {
    return this.#annotated(annotations, false) as unknown as QuerySet<T, Row, X & Results<T, X, A>>;
  }

  #annotated(annotations: Annotations, isSelected: boolean): this {
    const entries = Object.entries(annotations).map(([name, { node }]) => [name, node] as const);
    return this.#reshaped("annotated", (shape, values) => shape.annotate(entries, isSelected, values));
  }

  /**
   * Plain objects instead of instances: of the fields on `paths`, or of all fields. A foreign key gives its key.
   * Aggregates that follow group the rows by these values.
   */
  values<const Paths extends readonly ValueHint<T, X>[]>(
    ...paths: Paths & ValuePaths<T, X, Paths>
  ): QuerySet<T, ValuesRow<T, X, Paths>, X>;
  /** Plain objects of what is computed, by name. */
  values<const A extends Annotations>(
    expressions: A & Checked<T, X, A>,
  ): QuerySet<T, ExpressionsRow<T, X, A>, X & Results<T, X, A>>;
  values(...chosen: readonly (string | Annotations)[]): never {
    return this.#chosen("object", chosen) as never;
  }

  /** Lists of the fields on `paths`; with `flat`, of the one path, the values themselves. */
  valuesList<const P extends ValueHint<T, X>>(
    path: P & ValuePaths<T, X, readonly [P]>[0],
    options: { readonly flat: true },
  ): QuerySet<T, ListRow<T, X, readonly [P]>[0], X>;
  valuesList<const Paths extends readonly ValueHint<T, X>[]>(
    ...paths: Paths & ValuePaths<T, X, Paths>
  ): QuerySet<T, ListRow<T, X, Paths>, X>;
  valuesList(...given: readonly (string | { readonly flat: true })[]): never {
    const isFlat = typeof given.at(-1) === "object";
    const paths = given.filter((one) => typeof one === "string");
    return this.#chosen(isFlat ? "single" : "list", paths) as never;
  }

  #chosen(form: "object" | "list" | "single", chosen: readonly (string | Annotations)[]): QuerySet<T, never, X> {
    const state = this[queryStateKey];
    if (state.shape.isCombined) this.#refuseCombined("given other columns");
    const values = [...state.values];
    let { shape } = state;
    const entries = chosen.flatMap((one): (readonly [string, ExpressionNode])[] => {
      if (typeof one === "string") return [[one, { kind: "field", path: one }]];
      const named = Object.entries(one).map(([name, { node }]) => [name, node] as const);
      shape = shape.annotate(named, false, values);
      return named.map(([name]) => [name, { kind: "field", path: name }]);
    });
    const next = { shape: shape.choose(form, entries, values), values, window: state.window };
    return this.#again<never>(next, this.#options);
  }

  /**
   * Each row once. With names, the first row for each of their values, in the order of the query, which must begin with
   * them; PostgreSQL only.
   */
  distinct(...on: readonly string[]): this {
    return this.#reshaped("made distinct", (shape) => shape.distinct(on));
  }

  /** The rows with these fields only (and the primary key): `"slug"`, or `"owner__username"` of what `selectRelated` loads. */
  only<const Paths extends readonly ValueHint<T, {}>[]>(
    ...paths: Paths & ValuePaths<T, {}, Paths>
  ): QuerySet<T, OnlyRow<T, Row, Paths[number]>, X> {
    return this.#reshaped("given other fields", (shape) => shape.fields(true, paths));
  }

  /** The rows without these fields. */
  defer<const Paths extends readonly ValueHint<T, {}>[]>(
    ...paths: Paths & ValuePaths<T, {}, Paths>
  ): QuerySet<T, DeferredRow<Row, Paths[number]>, X> {
    return this.#reshaped("given other fields", (shape) => shape.fields(false, paths));
  }

  /** No rows. Nothing is asked. */
  none(): this {
    return this.#reshaped("emptied", (shape) => shape.none);
  }

  /**
   * The rows of this query and of `others`, each once. They must select the same. Of the result only `orderBy` (by what
   * is selected), `slice`, `count`, `exists` and the rows can be asked.
   */
  union(...others: readonly Queryable<Row>[]): this {
    return this.#combined("UNION", others);
  }

  /** As `union`, with rows that are in several of them several times. */
  unionAll(...others: readonly Queryable<Row>[]): this {
    return this.#combined("UNION ALL", others);
  }

  /** The rows that are in this query and in all `others`; see `union`. */
  intersection(...others: readonly Queryable<Row>[]): this {
    return this.#combined("INTERSECT", others);
  }

  /** The rows that are in none of `others`; see `union`. */
  difference(...others: readonly Queryable<Row>[]): this {
    return this.#combined("EXCEPT", others);
  }

  #combined(operator: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT", others: readonly Queryable<Row>[]): this {
    const values: unknown[] = [];
    const queries = [this as Queryable<Row>, ...others].map((query) => {
      const { shape, values: own } = withWindow(query[queryStateKey] as QueryState<Shape>);
      const slot = values.length;
      values.push(...own);
      return { shape, slot };
    });
    const { shape } = this[queryStateKey];
    return this.#with({ shape: shape.combine(operator, queries, values.length), values, window: undefined });
  }

  /**
   * These rows, the rows that `relation` leads to from them, and so on until there are no more: a tree from its roots
   * (`"children"`) or a row with all that it hangs on (`"parent"`). Annotations made before are those of the first rows;
   * `next` says how each is computed for a row that follows, where `OuterRef` is the row that led to it. `where` is what
   * rows that follow must meet. With `distinct`, a row that is found again is not followed again: for what may go round
   * in circles, which would never end otherwise.
   */
  recursive<const K extends string = never>(
    relation: SelfRelation<T>,
    {
      next = {},
      where,
      distinct = false,
    }: { readonly where?: Where<T, {}, K>; readonly distinct?: boolean } & NextOption<X> = {} as never,
  ): QuerySet<T, Row, X> {
    const state = this[queryStateKey];
    const { shape, values: given } = withWindow(state);
    const values = [...given];
    const entries = Object.fromEntries(
      Object.entries(next as Readonly<Record<string, Expression>>).map(([name, { node }]) => [name, node] as const),
    );
    const condition = where === undefined ? undefined : conditionNodeOf(where);
    const made = shape.recursive(relation, entries, { where: condition, isDistinct: distinct }, values);
    return this.#with({ shape: made, values, window: undefined });
  }

  /**
   * The rows with those of `query` beside them, a common table: `on` says which of its columns are equal to what here,
   * and the others are names for later steps, like `alias`. Rows without a counterpart are left out, or with `optional`
   * have nulls. `name` is what the table is called in SQL.
   *
   * ```ts
   * const totals = Message.values("room").annotate({ total: Sum("likes") });
   * const loved = await Room.all().with(totals, { on: { room: "pk" } }).filter({ total__gt: 10 }).orderBy("-total");
   * ```
   */
  with<R extends object, const On extends CommonColumns<R>, const O extends boolean = false>(
    query: Queryable<R>,
    { on, optional, name }: { readonly on: On; readonly optional?: O; readonly name?: string },
  ): QuerySet<T, Row, X & BesideColumns<R, On, O>> {
    const { shape: other, values: inner } = withWindow(query[queryStateKey] as QueryState<Shape>);
    const links = Object.fromEntries(
      Object.entries(on as Readonly<Record<string, string | Expression>>).map(
        ([column, of]) => [column, nodeOf(of)] as const,
      ),
    );
    const set = this.#reshaped("given the rows of another query", (shape, values) => {
      const slot = values.length;
      values.push(...inner);
      return shape.with({ shape: other, slot }, links, { name, isOptional: optional === true }, values);
    });
    return set as unknown as QuerySet<T, Row, X & BesideColumns<R, On, O>>;
  }

  /**
   * The rows, with a name for those related rows alone that meet `where`, which is over the fields of the related model.
   * Later steps use the name like a relation; whatever they ask is about the same related row.
   *
   * ```ts
   * Room.all().filteredRelation("liked", "messages", { likes__gt: 3 }).annotate({ n: Count("liked") });
   * ```
   */
  filteredRelation<const Name extends string, const P extends RelationName<T>, const K extends string>(
    name: Name,
    relation: P,
    where: Where<Target<T[P]>, {}, K>,
  ): QuerySet<T & { readonly [N in Name]: T[P] }, Row, X> {
    const node = conditionNodeOf(where);
    const set = this.#reshaped("given a relation", (shape, values) => shape.narrow(name, relation, node, values));
    return set as unknown as QuerySet<T & { readonly [N in Name]: T[P] }, Row, X>;
  }

  /**
   * Locks the rows until the transaction ends. Must be asked inside `atomic` (`TransactionRequired`). SQLite has no
   * locks of rows: there a transaction that writes is alone.
   */
  selectForUpdate(options: LockOptions = {}): this {
    const { skipLocked = false, noWait = false, of = [], noKey = false, share = false } = options;
    if (skipLocked && noWait) this.#refuse("cannot be locked with both skipLocked and noWait");
    const wait: LockNode["wait"] = skipLocked ? "SKIP LOCKED" : noWait ? "NOWAIT" : "wait";
    const strength = share ? (noKey ? "KEY SHARE" : "SHARE") : noKey ? "NO KEY UPDATE" : "UPDATE";
    return this.#reshaped("locked", (shape) => shape.lock(strength, wait, of));
  }

  /**
   * Asks what one would expect where Django's own answers mislead: aggregates over several relations each stand alone,
   * `exclude` by F over a relation to many leaves out a row if any related row meets it, NULLs of inner queries do not
   * empty an `exclude`, and `distinct` is not undone by an order. References of the rows that are not loaded reject
   * with `NotLoaded` instead of being loaded.
   */
  strict(): this {
    const set = this.#reshaped("made strict", (shape) => shape.strict);
    return this.#again<Row>(set[queryStateKey], { ...this.#options, isStrict: true }) as unknown as this;
  }

  /**
   * The rows with these relations loaded: one more query for each relation, however many rows there are. Paths may go
   * on (`"messages__author"`); `Prefetch` says how the last relation of a path is loaded.
   */
  prefetchRelated<const Specs extends readonly (PrefetchHint<T> | PrefetchSpec)[]>(
    ...specs: Specs & {
      readonly [I in keyof Specs]: Specs[I] extends string ? PrefetchPath<T, Specs[I], Specs[I]> : Specs[I];
    }
  ): QuerySet<T, WithPrefetched<Row, Specs>, X> {
    const made = (specs as readonly (string | PrefetchSpec)[]).map((spec) =>
      typeof spec === "string" ? { path: spec, querySet: undefined, toAttr: undefined } : spec,
    );
    for (const { path } of made) checkRelations(this.#schema, path);
    const prefetches = [...(this.#options.prefetches ?? []), ...made];
    return this.#again<WithPrefetched<Row, Specs>>(this[queryStateKey], {
      ...this.#options,
      rows: undefined,
      prefetches,
    });
  }

  /** The days (or weeks, months, …) that there are in a field, each once, in order. */
  datetimes(
    field: ColumnName<T>,
    unit: TruncUnit,
    { order = "asc", ...zone }: ZoneOption & { readonly order?: "asc" | "desc" } = {},
  ): QuerySet<T, Date, X> {
    return this.#periods(field, unit, order, zone);
  }

  /** As `datetimes`, for a field of days: `YYYY-MM-DD`. */
  dates(
    field: ColumnName<T>,
    unit: "year" | "quarter" | "month" | "week" | "day",
    { order = "asc" }: { readonly order?: "asc" | "desc" } = {},
  ): QuerySet<T, string, X> {
    return this.#periods(field, unit, order, {});
  }

  #periods(field: string, unit: TruncUnit, order: "asc" | "desc", zone: ZoneOption): QuerySet<T, never, X> {
    const of = Trunc(field, unit, zone);
    return this.filterBy({ [`${field}__isnull`]: false }).#annotated({ period: of }, false).#chosen("single", [
      "period",
    ])
      .distinct()
      .orderBy(...([order === "asc" ? "period" : "-period"] as readonly string[]));
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

  /**
   * What SQL of your own gives, as instances: `Message.raw(sql\`SELECT * FROM message WHERE likes > ${3}\`)`. Values go
   * into the parameters, never into the text. Columns are the model's by their names in the database; the primary key
   * must be among them, fields that are not are loaded no further, and other columns become properties, typed by
   * `extra`. Nothing of this query set is in it but its database.
   */
  raw<const C extends RawColumns = {}>(text: Sql, { extra, using }: RawOptions<C> = {}): RawQuery<T & RawRow<C>> {
    const options = { using: using ?? this.#options.using, isPlain: false, prefetches: [] };
    return new RawQuery({ schema: this.#schema, sql: text, columns: extra ?? {}, ...options });
  }

  /** The same query of the database called `alias`. */
  using(alias: string): this {
    return this.#again<Row>(this[queryStateKey], {
      ...this.#options,
      rows: undefined,
      using: alias,
    }) as unknown as this;
  }

  /**
   * The same query, given up when `signal` is aborted: it rejects with `QueryAborted`, and PostgreSQL stops what runs.
   * For reads; what writes is aborted as a whole by the signal of its `atomic`.
   */
  withSignal(signal: AbortSignal): this {
    return new QuerySet<T, Row, X>(this[queryStateKey], { ...this.#options, rows: undefined, signal }) as this;
  }

  /** @internal The whole of which this may be a slice. */
  unsliced(): this {
    const { shape, values } = this[queryStateKey];
    return this.#with({ shape, values, window: undefined });
  }

  /** @internal The same query, whose rows are known. */
  preloaded(rows: readonly unknown[]): this {
    return this.#again<Row>(this[queryStateKey], { ...this.#options, rows }) as unknown as this;
  }

  /** @internal The same query, whose results are shown to `onRows`. */
  observed(onRows: (rows: readonly object[]) => void): this {
    return this.#again<Row>(this[queryStateKey], { ...this.#options, onRows }) as unknown as this;
  }

  /** Another query set of the same class, which may have methods of its own. */
  #again<NextRow>(state: QueryState<Shape>, options: QuerySetOptions): QuerySet<T, NextRow, X> {
    const Kind = this.constructor as new (
      state: QueryState<Shape>,
      options: QuerySetOptions,
    ) => QuerySet<T, NextRow, X>;
    return new Kind(state, options);
  }

  /** `reshape` may add to the values. */
  #reshaped(what: string, reshape: (shape: Shape, values: unknown[]) => Shape): this {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced(what);
    if (state.shape.isCombined && what !== "ordered" && what !== "reversed") this.#refuseCombined(what);
    const values = [...state.values];
    return this.#with({ shape: reshape(state.shape, values), values, window: undefined });
  }

  #with(state: QueryState<Shape>): this {
    const options = this.#options.rows === undefined ? this.#options : { ...this.#options, rows: undefined };
    return this.#again<Row>(state, options) as unknown as this;
  }

  #refuse(problem: string): never {
    throw new QueryInvalid({ model: this.#schema.name, problem });
  }

  #refuseCombined(what: string): never {
    this.#refuse(`of several queries cannot be ${what}; do that to each of them`);
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
    const { rows, prefetches } = this.#options;
    if (rows !== undefined) return [...(rows as Row[])];
    const { shape, values } = withWindow(this[queryStateKey]);
    const loaded = this.#load(shape, values);
    if (prefetches === undefined) return loaded;
    const found = await loaded;
    await this.#prefetch(found as object[], prefetches);
    return found;
  }

  async #prefetch(rows: readonly object[], prefetches: readonly PrefetchSpec[]): Promise<void> {
    if (this[queryStateKey].shape.hasValues) this.#refuse("cannot have relations of plain values prefetched");
    await prefetcher()(rows, this.#schema, prefetches, this.#options.using);
  }

  /** At once where the driver is synchronous: each promise less makes small queries a tenth faster. */
  #load(shape: Shape, values: readonly unknown[]): MaybePromise<Row[]> {
    const database = this.#database;
    const plan = rowsPlan(shape, database.backend.dialect);
    if (plan.statement === undefined) return [];
    if (shape.isLocking) this.#requireTransaction(database);
    const read = ({ rows }: QueryResult): Row[] => this.#hydrate(plan, database, rows);
    return database.ask(plan.statement, bind(plan.statement, values), this.#schema, read, this.#options.signal);
  }

  #requireTransaction(database: Database): void {
    if (currentScope(database) === undefined) throw new TransactionRequired({ model: this.#schema.name });
  }

  #hydrate(plan: RowsPlan, database: Database, rows: QueryResult["rows"]): Row[] {
    if (plan.stateCount === 0) return rows.map((row) => plan.hydrate(row, [])) as Row[];
    const state = new InstanceState(database.alias, plan.deferred, this.#options.isStrict);
    const states = [state];
    while (states.length < plan.stateCount)
      states.push(new InstanceState(database.alias, undefined, this.#options.isStrict));
    // `map` makes the array in its full size; `push` would make a small result's four times as large.
    const instances = rows.map((row) => plan.hydrate(row, states)) as object[];
    state.rows = instances;
    this.#options.onRows?.(instances);
    return instances as Row[];
  }

  /**
   * The rows one by one, a chunk of them in memory at a time: from a cursor of the database, which the loop must not
   * leave open long. On PostgreSQL it is a transaction of its own, or the one around it.
   */
  async *iterator(options: IteratorOptions = {}): AsyncGenerator<Row, void, undefined> {
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = this.#database;
    const plan = rowsPlan(shape, database.backend.dialect);
    if (plan.statement === undefined) return;
    const chunks = new Chunks(database, plan.statement, bind(plan.statement, values), options);
    for await (const rows of chunks) {
      const found = this.#hydrate(plan, database, rows);
      const { prefetches } = this.#options;
      if (prefetches !== undefined) await this.#prefetch(found as object[], prefetches);
      yield* found;
    }
  }

  /**
   * The one row of this query, or the one that meets `where`. Rejects with the model's `DoesNotExist` or
   * `MultipleObjectsReturned`.
   */
  async get<const K extends string = never>(where?: Where<T, X, K>): Promise<Row> {
    const set = where === undefined ? this : this.#filtered(where, false);
    const { shape, values } = withWindow(set[queryStateKey]);
    const loaded = set.#load(shape.isCombined ? shape : shape.forGet, values);
    const [row, another] = loaded instanceof Promise ? await loaded : loaded;
    if (row !== undefined && another === undefined) {
      const { prefetches } = this.#options;
      if (prefetches !== undefined) await this.#prefetch([row] as object[], prefetches);
      return row;
    }
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
    if (this.#options.rows !== undefined) return this.#options.rows.length;
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = this.#database;
    const statement = countPlan(shape, database.backend.dialect);
    if (statement === undefined) return 0;
    const read = ({ rows }: QueryResult): number => Number(rows[0]?.[0]);
    return database.ask(statement, bind(statement, values), this.#schema, read, this.#options.signal);
  }

  /** Whether there is any row. */
  async exists(): Promise<boolean> {
    if (this.#options.rows !== undefined) return this.#options.rows.length > 0;
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = this.#database;
    const statement = existsPlan(shape, database.backend.dialect);
    if (statement === undefined) return false;
    const read = ({ rows }: QueryResult): boolean => rows.length > 0;
    return database.ask(statement, bind(statement, values), this.#schema, read, this.#options.signal);
  }

  /** Aggregates over all rows: `aggregate({ total: Sum("likes") })` gives `{ total }`. */
  async aggregate<const A extends Annotations>(aggregates: A & Checked<T, X, A>): Promise<Results<T, X, A>> {
    const { shape, values } = withWindow(this[queryStateKey]);
    return (await aggregateRows(this.#database, shape, values, aggregates, this.#options.signal)) as Results<T, X, A>;
  }

  /** The row with the lowest value of these fields, in order. Rejects with `DoesNotExist`. */
  earliest(...fields: readonly ColumnName<T>[]): Promise<Row> {
    return this.#outermost(fields, false);
  }

  /** The row with the highest value of these fields, in order. Rejects with `DoesNotExist`. */
  latest(...fields: readonly ColumnName<T>[]): Promise<Row> {
    return this.#outermost(fields, true);
  }

  async #outermost(fields: readonly string[], isReversed: boolean): Promise<Row> {
    if (fields.length === 0) this.#refuse("needs a field to say which row is earliest or latest");
    const ordered = this.orderBy(...fields);
    const set = isReversed ? ordered.#reversed() : ordered;
    const [row] = await set.slice(0, 1).#rows();
    if (row !== undefined) return row;
    throw new (doesNotExistOf(this.model))({ model: this.#schema.name, where: describeQuery(this[queryStateKey]) });
  }

  /** Whether `instance` is one of the rows. */
  async contains(instance: T): Promise<boolean> {
    const key = this.#schema.keyOf(instance);
    if (!(instance instanceof this.model)) this.#refuse("is asked whether it contains what is none of its instances");
    if (key === undefined || key === null) throw new NotSaved({ model: this.#schema.name, action: "looked for" });
    const { rows } = this.#options;
    if (rows !== undefined) return rows.some((row) => keyText(this.#schema.keyOf(row as object)) === keyText(key));
    return this.#filtered({ pk: key }, false).exists();
  }

  /** The rows by their primary keys, or by another unique field: of these keys, or of all rows. */
  async inBulk<const P extends ColumnName<T> | "pk" = "pk">(
    keys?: readonly BulkKey<T, P>[],
    { field }: { readonly field?: P } = {},
  ): Promise<Map<BulkKey<T, P>, Row>> {
    const name: string = field ?? "pk";
    const by = this.#schema.field(name);
    if (!by.isUnique) this.#refuse(`cannot be put in bulk by ${JSON.stringify(name)}, which is not unique`);
    const found = new Map<BulkKey<T, P>, Row>();
    if (keys?.length === 0) return found;
    const set = keys === undefined ? this : this.#filtered({ [`${name}__in`]: keys }, false);
    const given = new Map(keys?.map((key) => [keyText(key), key]));
    for (const row of await set.#rows()) {
      const value = name === "pk" ? this.#schema.keyOf(row as object) : (row as Record<string, unknown>)[by.name];
      // A composite key is a list: the caller's own list finds the row again.
      const key = Array.isArray(value) ? (given.get(keyText(value)) ?? value) : value;
      found.set(key as BulkKey<T, P>, row);
    }
    return found;
  }

  /** How the database would find the rows, as text. */
  async explain(options: ExplainOptions = {}): Promise<string> {
    const { sql, parameters } = this.toSql();
    return explainText(this.#database, sql, parameters, options);
  }

  /**
   * A page of rows after, or before, the place that a cursor names: as fast for the thousandth page as for the first,
   * and right when rows come or go meanwhile. The order must be by fields; the primary key is added to it.
   */
  async page(options: PageOptions): Promise<Page<Row>> {
    const { size, after, before } = options;
    if (!isPosition(size) || size === 0) this.#refuse("needs pages of a whole number of rows");
    if (this[queryStateKey].window !== undefined) this.#refuseSliced("cut into pages");
    const keyset = keysetOf(this[queryStateKey].shape, this.#database.engine === "sqlite");
    const isBackward = before !== undefined;
    const cursor = before ?? after;
    let set: this = this.orderBy(...keyset.orderBy);
    if (isBackward) set = set.#reversed();
    if (cursor !== undefined) {
      const where = keyset.condition(decodeCursor(cursor, keyset.paths.length), isBackward);
      set = set.#filteredByNode(where);
    }
    const found = await set.slice(0, size + 1).#rows();
    const hasMore = found.length > size;
    const rows = found.slice(0, size);
    if (isBackward) rows.reverse();
    const [first, last] = [rows[0], rows.at(-1)];
    const at = (row: Row): string => encodeCursor(keyset.valuesOf(row as object));
    const next = (isBackward ? true : hasMore) && last !== undefined ? at(last) : undefined;
    const previous = (isBackward ? hasMore : after !== undefined) && first !== undefined ? at(first) : undefined;
    return { rows, next, previous };
  }

  #filteredByNode(node: ConditionNode): this {
    return this.#reshaped("filtered", (shape, values) => shape.filterBy(node, false, values));
  }

  /** Makes and saves an instance. Rejects with `ValidationError`, and with what the database says. */
  async create(values: NewValues<T>): Promise<T> {
    return (await createInstance(this.#writer, this.#schema, values)) as T;
  }

  /**
   * The row that meets `where`, or a new one with the values of `where` (those without a lookup) and `defaults`; and
   * whether it is new. Two that ask at once get the same row, if a unique rule forbids a second.
   */
  async getOrCreate<const K extends string>(
    where: Where<T, X, K>,
    { defaults = {} }: { readonly defaults?: Partial<NewValues<T>> } = {},
  ): Promise<[row: Row, isNew: boolean]> {
    const set = this.using(this.#writer.alias).#filtered(where, false);
    const found = await set.#one();
    if (found !== undefined) return [found, false];
    const values = creationValues(this.#schema, where, defaults);
    try {
      const made = await atomic(() => createInstance(this.#writer, this.#schema, values), this.#alias);
      return [made as Row, true];
    } catch (thrown) {
      if (!(thrown instanceof IntegrityError)) throw thrown;
      const other = await set.#one();
      if (other !== undefined) return [other, false];
      throw thrown;
    }
  }

  /**
   * Changes the row that meets `where` to have `defaults`, or makes a new one of `where`, `defaults` and
   * `createDefaults`; and says whether it is new. The row is locked meanwhile, where the database can.
   */
  async updateOrCreate<const K extends string>(
    where: Where<T, X, K>,
    {
      defaults = {},
      createDefaults = defaults,
    }: { readonly defaults?: Partial<NewValues<T>>; readonly createDefaults?: Partial<NewValues<T>> } = {},
  ): Promise<[row: Row, isNew: boolean]> {
    return atomic(async () => {
      const set = this.selectForUpdate();
      const [row, isNew] = await set.getOrCreate(where, { defaults: createDefaults });
      if (isNew) return [row, true];
      const { assign, save } = row as unknown as {
        assign(values: object): object;
        save(options: { updateFields: readonly string[] }): Promise<unknown>;
      };
      assign.call(row, defaults);
      await save.call(row, { updateFields: Object.keys(defaults) });
      return [row, false];
    }, this.#alias);
  }

  async #one(): Promise<Row | undefined> {
    const { shape, values } = withWindow(this[queryStateKey]);
    const [row, another] = await this.#load(shape.forGet, values);
    if (another === undefined) return row;
    const where = describeQuery(this[queryStateKey]);
    throw new (multipleObjectsReturnedOf(this.model))({ model: this.#schema.name, where });
  }

  get #alias(): { readonly using: string } {
    return { using: this.#writer.alias };
  }

  /**
   * Writes many new rows, a few thousand values to a statement, in one transaction; gives the instances with their
   * keys. What is given are values as for `create`, or instances. With `ignoreConflicts`, rows that break a unique rule
   * are left out (and keys are not told); with `updateConflicts`, `updateFields` of the row that is there are changed.
   */
  async bulkCreate(rows: readonly (NewValues<T> | T)[], options: BulkCreateOptions<ColumnName<T>> = {}): Promise<T[]> {
    return (await bulkCreate(this.#writer, this.#schema, rows, options)) as T[];
  }

  /** Writes `fields` of many instances that are saved, a few hundred rows to a statement. Gives how many rows changed. */
  async bulkUpdate(
    instances: readonly T[],
    fields: readonly ColumnName<T>[],
    { batchSize }: { readonly batchSize?: number } = {},
  ): Promise<number> {
    return bulkUpdate(this.#writer, this.#schema, instances, fields, batchSize);
  }

  /**
   * Changes all rows in one statement and gives how many there were. Instances that were loaded before keep what they
   * have, and fields with `autoNow` are left alone. Rejects with `ValidationError` before anything is written.
   */
  async update(values: UpdateValues<T>): Promise<number> {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced("updated");
    if (state.shape.isCombined) this.#refuseCombined("updated");
    return updateQuery(this.#writer, state, values);
  }

  /**
   * Deletes all rows, and what `onDelete` says of rows that refer to them. Gives how many were deleted, by model.
   * Rejects with `ProtectedError`; then nothing is deleted.
   */
  async delete(): Promise<Deleted> {
    const state = this[queryStateKey];
    if (state.window !== undefined) this.#refuseSliced("deleted");
    if (state.shape.isCombined) this.#refuseCombined("deleted");
    return deleteRows(this.#writer, state);
  }
}

const noOptions: QuerySetOptions = {};
const noValues: readonly unknown[] = [];
const wholeSets = new WeakMap<Shape, QuerySet<object>>();

/** All rows of a model. */
export function querySetOf<T extends object>(schema: Schema, options: QuerySetOptions = noOptions): QuerySet<T> {
  const shape = rootShapeOf(schema, currentTimeZone());
  if (options !== noOptions) return new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  // Every query of a model begins here: one object, kept, is as good as a new one for each.
  const known = wholeSets.get(shape);
  if (known !== undefined) return known as unknown as QuerySet<T>;
  const whole = new QuerySet<T>({ shape, values: noValues, window: undefined }, options);
  wholeSets.set(shape, whole as unknown as QuerySet<object>);
  return whole;
}

/** Whether `where` is an object with lookups rather than a condition or an expression. */
function isPlain(where: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(where);
  return prototype === Object.prototype || prototype === null;
}

/** Throws for a path that does not follow relations. */
function checkRelations(schema: Schema, path: string): void {
  let model = schema;
  for (const name of path.split("__")) {
    const relation = model.relation(name);
    if (relation === undefined) {
      if (!model.fieldsByName.has(name)) throw model.unknown(name, path);
      throw new QueryInvalid({
        model: schema.name,
        problem: `cannot prefetch ${JSON.stringify(path)}, which is no relation`,
      });
    }
    model = relation.target;
  }
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

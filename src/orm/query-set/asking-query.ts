import type { QueryResult } from "../backends/backend.js";
import { bind } from "../compiler/statement.js";
import { NotSaved } from "../errors.js";
import type { Condition } from "../expressions/condition.js";
import type { Expression } from "../expressions/expression.js";
import { doesNotExistOf, multipleObjectsReturnedOf } from "../model-errors.js";
import { describeQuery } from "../query/describe.js";
import { countPlan, existsPlan } from "../query/plans.js";
import { queryStateKey, withWindow } from "../query/query-state.js";
import { valueColumns } from "../query/value-columns.js";
import { keyText } from "../schema/key-text.js";
import type { ColumnName } from "../typing/creation.js";
import type { Fits } from "../typing/fits.js";
import type { Checked, Results } from "../typing/result.js";
import type { Annotations, BulkKey } from "../typing/rows.js";
import type { OrderHint, OrderKeys } from "../typing/selection.js";
import type { Where } from "../typing/where.js";
import { aggregateRows } from "./aggregate-rows.js";
import type { IteratorOptions } from "./chunks.js";
import { explainText, type ExplainOptions } from "./explain.js";
import { decodeCursor, encodeCursor, keysetOf, type Page, type PageOptions } from "./keyset.js";
import { iterateRows, load, prefetch, rowsOf } from "./load-rows.js";
import { QueryBase } from "./query-base.js";
import { queryOptionsKey } from "./query-options.js";
import {
  filtered,
  isPosition,
  readerOf,
  refuse,
  refuseCombined,
  refuseSliced,
  reshaped,
  schemaOfQuery,
  sliced,
  withState,
} from "./steps.js";

/** What a query set asks the database for. */
export class AskingQuery<T extends object, Row, X>
  extends QueryBase<T, Row, X>
  implements PromiseLike<Row[]>, AsyncIterable<Row>
{
  // oxlint-disable-next-line unicorn/no-thenable -- a query set is awaited: that is when it asks the database
  then<A = Row[], B = never>(
    onFulfilled?: ((rows: Row[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return rowsOf<Row>(this).then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    yield* await rowsOf<Row>(this);
  }

  /**
   * The rows one by one, a chunk of them in memory at a time: from a cursor of the database, which the loop must not
   * leave open long. On PostgreSQL it is a transaction of its own, or the one around it.
   */
  iterator(options: IteratorOptions = {}): AsyncGenerator<Row, void, undefined> {
    return iterateRows<Row>(this, options);
  }

  /**
   * The one row of this query, or the one that meets `where`. Rejects with the model's `DoesNotExist` or
   * `MultipleObjectsReturned`.
   */
  get<C extends object>(condition: Condition<C> & NoInfer<Fits<T, X, C>>): Promise<Row>;
  get(condition: Expression<boolean>): Promise<Row>;
  get<const K extends string = never>(where?: Where<T, X, K>): Promise<Row>;
  async get(where?: object): Promise<Row> {
    const set = where === undefined ? this : filtered(this, where, false);
    const { shape, values } = withWindow(set[queryStateKey]);
    const loaded = load<Row>(set, shape.isCombined ? shape : shape.forGet, values);
    const [row, another] = loaded instanceof Promise ? await loaded : loaded;
    if (row !== undefined && another === undefined) {
      const { prefetches } = this[queryOptionsKey];
      if (prefetches !== undefined) await prefetch(this, [row] as object[], prefetches);
      return row;
    }
    const error = { model: schemaOfQuery(this).name, where: describeQuery(set[queryStateKey]) };
    if (row === undefined) throw new (doesNotExistOf(this.model))(error);
    throw new (multipleObjectsReturnedOf(this.model))(error);
  }

  /** The first row, or `null`. Without any order, the one with the lowest primary key. */
  async first(): Promise<Row | null> {
    const { shape, values, window } = this[queryStateKey];
    const set = withState(this, {
      shape: window === undefined ? shape.orderByKeyIfUnordered() : shape,
      values,
      window,
    });
    const [row] = await rowsOf<Row>(set.slice(0, 1));
    return row ?? null;
  }

  /** The last row, or `null`. Without any order, the one with the highest primary key. */
  async last(): Promise<Row | null> {
    const set = reshaped(this, "asked for its last row", (shape) => shape.orderByKeyIfUnordered().reversed());
    const [row] = await rowsOf<Row>(set.slice(0, 1));
    return row ?? null;
  }

  /** How many rows there are. The database counts; none are loaded. */
  async count(): Promise<number> {
    if (this[queryOptionsKey].rows !== undefined) return this[queryOptionsKey].rows.length;
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = readerOf(this);
    const statement = countPlan(shape, database.backend.dialect);
    if (statement === undefined) return 0;
    const read = ({ rows }: QueryResult): number => Number(rows[0]?.[0]);
    return database.ask(statement, bind(statement, values), schemaOfQuery(this), read, this[queryOptionsKey].signal);
  }

  /** Whether there is any row. */
  async exists(): Promise<boolean> {
    if (this[queryOptionsKey].rows !== undefined) return this[queryOptionsKey].rows.length > 0;
    const { shape, values } = withWindow(this[queryStateKey]);
    const database = readerOf(this);
    const statement = existsPlan(shape, database.backend.dialect);
    if (statement === undefined) return false;
    const read = ({ rows }: QueryResult): boolean => rows.length > 0;
    return database.ask(statement, bind(statement, values), schemaOfQuery(this), read, this[queryOptionsKey].signal);
  }

  /** Aggregates over all rows: `aggregate({ total: Sum("likes") })` gives `{ total }`. */
  async aggregate<const A extends Annotations>(aggregates: A & Checked<T, X, A>): Promise<Results<T, X, A>> {
    if (this[queryStateKey].shape.isCombined) refuseCombined(this, "aggregated");
    const { shape, values } = withWindow(this[queryStateKey]);
    return (await aggregateRows(readerOf(this), shape, values, aggregates, this[queryOptionsKey].signal)) as Results<
      T,
      X,
      A
    >;
  }

  /** The row with the lowest value of these fields, in order; of `meta.getLatestBy` without. Rejects with `DoesNotExist`. */
  earliest<const Keys extends readonly OrderHint<T>[]>(...fields: Keys & OrderKeys<T, X, Keys>): Promise<Row> {
    return this.#outermost(fields, false);
  }

  /** The row with the highest value of these fields, in order; see `earliest`. */
  latest<const Keys extends readonly OrderHint<T>[]>(...fields: Keys & OrderKeys<T, X, Keys>): Promise<Row> {
    return this.#outermost(fields, true);
  }

  async #outermost(given: readonly string[], isReversed: boolean): Promise<Row> {
    const schema = schemaOfQuery(this);
    const fields = given.length > 0 ? given : [schema.meta.getLatestBy ?? []].flat();
    if (fields.length === 0) {
      refuse(this, "needs a field to say which row is earliest or latest: name one, or set getLatestBy in its meta");
    }
    const set = reshaped(this, "asked for its earliest or latest row", (shape, values) => {
      const ordered = shape.orderBy(fields, values);
      return isReversed ? ordered.reversed() : ordered;
    });
    const [row] = await rowsOf<Row>(sliced(set, 0, 1));
    if (row !== undefined) return row;
    throw new (doesNotExistOf(this.model))({ model: schema.name, where: describeQuery(this[queryStateKey]) });
  }

  /** Whether `instance` is one of the rows. */
  async contains(instance: T): Promise<boolean> {
    const key = schemaOfQuery(this).keyOf(instance);
    if (!(instance instanceof this.model)) refuse(this, "is asked whether it contains what is none of its instances");
    if (key === undefined || key === null)
      throw new NotSaved({ model: schemaOfQuery(this).name, action: "looked for" });
    const { rows } = this[queryOptionsKey];
    if (rows !== undefined)
      return rows.some((row) => keyText(schemaOfQuery(this).keyOf(row as object)) === keyText(key));
    return filtered(this, { pk: key }, false).exists();
  }

  /** The rows by their primary keys, or by another unique field: of these keys, or of all rows. */
  async inBulk<const P extends ColumnName<T> | "pk" = "pk">(
    keys?: readonly BulkKey<T, P>[],
    { field }: { readonly field?: P } = {},
  ): Promise<Map<BulkKey<T, P>, Row>> {
    const name: string = field ?? "pk";
    const by = schemaOfQuery(this).field(name);
    if (!by.isUnique) refuse(this, `cannot be put in bulk by ${JSON.stringify(name)}, which is not unique`);
    const { shape } = this[queryStateKey];
    if (shape.hasValues && !valueColumns(shape).some((column) => column.name === name || column.name === by.name)) {
      refuse(this, `cannot be put in bulk by ${JSON.stringify(name)}, which is not among its values`);
    }
    const found = new Map<BulkKey<T, P>, Row>();
    if (keys?.length === 0) return found;
    const set = keys === undefined ? this : filtered(this, { [`${name}__in`]: keys }, false);
    const given = new Map(keys?.map((key) => [keyText(key), key]));
    for (const row of await rowsOf<Row>(set)) {
      const values = row as Record<string, unknown>;
      const value =
        name === "pk" && !shape.hasValues
          ? schemaOfQuery(this).keyOf(row as object)
          : (values[name] ?? values[by.name]);
      // A composite key is a list: the caller's own list finds the row again.
      const key = Array.isArray(value) ? (given.get(keyText(value)) ?? value) : value;
      found.set(key as BulkKey<T, P>, row);
    }
    return found;
  }

  /** How the database would find the rows, as text. */
  async explain(options: ExplainOptions = {}): Promise<string> {
    const { sql, parameters } = this.toSql();
    return explainText(readerOf(this), sql, parameters, options, this[queryOptionsKey].signal);
  }

  /**
   * A page of rows after, or before, the place that a cursor names: as fast for the thousandth page as for the first,
   * and right when rows come or go meanwhile. The order must be by fields; the primary key is added to it.
   */
  async page(options: PageOptions): Promise<Page<Row>> {
    const { size, after, before } = options;
    if (!isPosition(size) || size === 0) refuse(this, "needs pages of a whole number of rows");
    if (this[queryStateKey].window !== undefined) refuseSliced(this, "cut into pages");
    if (this[queryStateKey].shape.isCombined) refuseCombined(this, "cut into pages");
    const keyset = keysetOf(this[queryStateKey].shape, readerOf(this).engine === "sqlite");
    const isBackward = before !== undefined;
    const cursor = before ?? after;
    let set: this = this.orderBy(...keyset.orderBy);
    if (isBackward) set = reshaped(set, "reversed", (shape) => shape.reversed());
    if (cursor !== undefined) {
      const where = keyset.condition(decodeCursor(cursor, keyset.paths.length), isBackward);
      set = reshaped(set, "filtered", (shape, values) => shape.filterBy(where, false, values));
    }
    const found = await rowsOf<Row>(set.slice(0, size + 1));
    const hasMore = found.length > size;
    const rows = found.slice(0, size);
    if (isBackward) rows.reverse();
    const [first, last] = [rows[0], rows.at(-1)];
    const at = (row: Row): string => encodeCursor(keyset.valuesOf(row as object));
    const next = (isBackward ? true : hasMore) && last !== undefined ? at(last) : undefined;
    const previous = (isBackward ? hasMore : after !== undefined) && first !== undefined ? at(first) : undefined;
    return { rows, next, previous };
  }
}

import { inspect } from "node:util";

import { bind } from "../compiler/statement.js";
import type { LockNode } from "../compiler/nodes.js";
import { ordersOf } from "../expressions/arguments.js";
import type { Condition, RunTimeLookups } from "../expressions/condition.js";
import type { Expression, OrderBy } from "../expressions/expression.js";
import type { Queryable } from "../expressions/subquery.js";
import type { ModelClass } from "../model-class.js";
import { combinedShape } from "../query/common-shapes.js";
import { describeQuery } from "../query/describe.js";
import { rowsPlan } from "../query/plans.js";
import { queryStateKey, withWindow, type QueryState } from "../query/query-state.js";
import type { Shape } from "../query/shape.js";
import type { QueryOf } from "../typing/lookup-path.js";
import type { Fits } from "../typing/fits.js";
import type { ValueHint, ValuePaths } from "../typing/rows.js";
import type { OrderHint, OrderKeys } from "../typing/selection.js";
import type { Where } from "../typing/where.js";
import { merged } from "./merge.js";
import { queryOptionsKey, type LockOptions, type QuerySetOptions } from "./query-options.js";
import {
  again,
  filtered,
  readerOf,
  refuse,
  reshaped,
  schemaOfQuery,
  sliced,
  withState,
  type AnyQuery,
} from "./steps.js";

/**
 * Which rows a query set is about, and in what order: the methods that give another query set for the same kind of
 * rows.
 */
export class QueryBase<T extends object, Row, X> implements QueryOf<T>, Queryable<Row> {
  declare readonly rowType?: Row;
  // Declared only: a query is made for each step, and fields that are made first and set then take twice as long.
  declare readonly [queryStateKey]: QueryState<Shape>;
  /** @internal */
  declare readonly [queryOptionsKey]: QuerySetOptions;

  /** @internal Use the methods of models. */
  constructor(state: QueryState<Shape>, options: QuerySetOptions) {
    this[queryStateKey] = state;
    this[queryOptionsKey] = options;
  }

  /** The model whose rows it asks for. */
  get model(): ModelClass<T> {
    return schemaOfQuery(this).model as ModelClass<T>;
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
  filter<C extends object>(condition: Condition<C> & NoInfer<Fits<T, X, C>>): this;
  filter(condition: Expression<boolean>): this;
  filter<const K extends string>(where: Where<T, X, K>): this;
  filter(where: object): this {
    return filtered(this, where, false);
  }

  /** The rows that do not meet all of `where`. Rows where a column is NULL are among them. Throws as `filter`. */
  exclude<C extends object>(condition: Condition<C> & NoInfer<Fits<T, X, C>>): this;
  exclude(condition: Expression<boolean>): this;
  exclude<const K extends string>(where: Where<T, X, K>): this;
  exclude(where: object): this {
    return filtered(this, where, true);
  }

  /** `filter` for keys, or a `Q`, that are known at run time only, such as those of an admin's filters. Throws as `filter`. */
  filterBy(where: RunTimeLookups): this {
    return filtered(this, where, false);
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
    return reshaped(this, "ordered", (shape, values) =>
      shape.orderBy(
        given.map((key) => (typeof key === "string" ? key : (ordersOf(key)[0] ?? "?"))),
        values,
      ),
    );
  }

  /** The rows in the opposite order. */
  reverse(): this {
    return reshaped(this, "reversed", (shape) => shape.reversed());
  }

  /**
   * Each row once. With names, the first row for each of their values, in the order of the query, which must begin with
   * them; PostgreSQL only.
   */
  distinct<const Paths extends readonly ValueHint<T, X>[]>(...on: Paths & ValuePaths<T, X, Paths>): this {
    return reshaped(this, "made distinct", (shape) => shape.distinct(on));
  }

  /** No rows. Nothing is asked. */
  none(): this {
    return reshaped(this, "emptied", (shape) => shape.none);
  }

  /**
   * The rows that meet the conditions of this query and of `other`: as its filters after those of this one. As with `or`
   * and `xor`, the order is that of `other` where it has one, and both must be of the same model and columns; what is
   * sliced or has annotations counts as the keys of its rows. Throws `QueryInvalid`.
   */
  and(other: QueryOf<T> & Queryable): this {
    return merged(this, other as unknown as AnyQuery, "all");
  }

  /** The rows that meet the conditions of this query, or of `other`, or both; see `and`, and `union` for what selects. */
  or(other: QueryOf<T> & Queryable): this {
    return merged(this, other as unknown as AnyQuery, "any");
  }

  /** The rows that meet the conditions of just one of both queries; see `and`. */
  xor(other: QueryOf<T> & Queryable): this {
    return merged(this, other as unknown as AnyQuery, "odd");
  }

  /**
   * The rows of this query and of `others`, each once. They must select the same. Of the result only `orderBy` (by what
   * is selected), `slice`, `count`, `exists`, columns by name (`values`, `valuesList`, chosen in each query before rows
   * that are the same become one) and the rows can be asked.
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
      if (shape.isLocking) refuse(this, "cannot be combined with others once its rows are to be locked");
      const slot = values.length;
      values.push(...own);
      return { shape, slot };
    });
    const { shape } = this[queryStateKey];
    return withState(this, {
      shape: combinedShape(shape, operator, queries, values.length),
      values,
      window: undefined,
    });
  }

  /**
   * Locks the rows until the transaction ends. Must be asked inside `atomic` (`TransactionRequired`). SQLite has no
   * locks of rows: there a transaction that writes is alone.
   */
  selectForUpdate(options: LockOptions = {}): this {
    const { skipLocked = false, noWait = false, of = [], noKey = false, share = false } = options;
    if (skipLocked && noWait) refuse(this, "cannot be locked with both skipLocked and noWait");
    const wait: LockNode["wait"] = skipLocked ? "SKIP LOCKED" : noWait ? "NOWAIT" : "wait";
    const strength = share ? (noKey ? "KEY SHARE" : "SHARE") : noKey ? "NO KEY UPDATE" : "UPDATE";
    return reshaped(this, "locked", (shape) => shape.lock(strength, wait, of));
  }

  /**
   * Asks what one would expect where Django's own answers mislead: aggregates over several relations each stand alone,
   * `exclude` by F over a relation to many leaves out a row if any related row meets it, NULLs of inner queries do not
   * empty an `exclude`, and `distinct` is not undone by an order. References of the rows that are not loaded reject
   * with `NotLoaded` instead of being loaded.
   */
  strict(): this {
    return reshaped(this, "made strict", (shape) => shape.strict).refusingLoads();
  }

  /** @internal The same rows, whose references are not loaded by themselves. */
  refusingLoads(): this {
    return again(this, this[queryStateKey], { ...this[queryOptionsKey], isStrict: true });
  }

  /**
   * The rows from `start` up to and not with `end`, counted from 0, or all from `start`. Nothing but another slice can
   * be asked of a slice. Throws `QueryInvalid` for numbers that are not whole, or negative.
   */
  slice(start: number, end?: number): this {
    return sliced(this, start, end);
  }

  /** The same query of the database called `alias`. */
  using(alias: string): this {
    return again(this, this[queryStateKey], { ...this[queryOptionsKey], rows: undefined, using: alias });
  }

  /** The alias that `using` gave it; `undefined` where that is left to the routers. */
  get usedAlias(): string | undefined {
    return this[queryOptionsKey].using;
  }

  /**
   * The same query, given up when `signal` is aborted: it rejects with `QueryAborted`, and PostgreSQL stops what runs.
   * For reads; what writes is aborted as a whole by the signal of its `atomic`.
   */
  withSignal(signal: AbortSignal): this {
    return again(this, this[queryStateKey], { ...this[queryOptionsKey], rows: undefined, signal });
  }

  /** @internal The whole of which this may be a slice. */
  unsliced(): this {
    const { shape, values } = this[queryStateKey];
    return withState(this, { shape, values, window: undefined });
  }

  /** @internal The same query, whose rows are known. */
  preloaded(rows: readonly unknown[]): this {
    return again(this, this[queryStateKey], { ...this[queryOptionsKey], rows });
  }

  /** @internal The same query, whose results are shown to `onRows`. */
  observed(onRows: (rows: readonly object[]) => void): this {
    return again(this, this[queryStateKey], { ...this[queryOptionsKey], onRows });
  }

  /** The SQL that awaiting it would run, and its parameters as the driver gets them. For debugging. */
  toSql(): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const { shape, values } = withWindow(this[queryStateKey]);
    const { statement } = rowsPlan(shape, readerOf(this).backend.dialect);
    // Known to have no rows: nothing is asked.
    if (statement === undefined) return { sql: "", parameters: [] };
    return { sql: statement.sql, parameters: bind(statement, values) };
  }

  [inspect.custom](): string {
    return `QuerySet<${schemaOfQuery(this).name}>(${describeQuery(this[queryStateKey])})`;
  }
}

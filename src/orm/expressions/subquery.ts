import type { ModelClass } from "../model-class.js";
import { queryStateKey, type QueryState } from "../query/query-state.js";
import type { SelectedOf } from "../typing/result.js";
import type { ValueHint, ValuePaths } from "../typing/rows.js";
import { Condition } from "./condition.js";
import { Expression } from "./expression.js";

/** A query whose rows are `Row`. Query sets are. */
export interface Queryable<out Row = unknown> {
  readonly [queryStateKey]: QueryState;
  /** In types only: what one row of it is. */
  readonly rowType?: Row;
}

/**
 * The value of a field in the row of the query around this one: `Exists(Message.filter({ room: OuterRef("pk") }))`.
 * `OuterRef(OuterRef("pk"))` is of the query around that.
 *
 * With the model of that row, `OuterRef(Room, "slug")`, the path is checked when it is written and the value has its
 * type; only so can values other than numbers and text be selected. Used inside of a query of another model it is
 * `QueryInvalid`.
 */
export function OuterRef<T extends object, const P extends ValueHint<T, {}>>(
  model: ModelClass<T>,
  path: P & ValuePaths<T, {}, readonly [P]>[0],
): Expression<NonNullable<SelectedOf<T, {}, P>>, SelectedOf<T, {}, P>>;
export function OuterRef<V, R>(of: Expression<V, R>): Expression<V, R>;
export function OuterRef(path: string): Expression<never, never>;
export function OuterRef(of: string | Expression | ModelClass, path = ""): Expression<never, never> {
  if (typeof of === "string") return new Expression<never, never>({ kind: "outer", path: of, level: 1 });
  if (typeof of === "function") return new Expression<never, never>({ kind: "outer", path, level: 1, model: of });
  const { node } = of;
  if (node.kind !== "outer") throw new TypeError("OuterRef takes the path of a field, or another OuterRef.");
  return new Expression<never, never>({ ...node, level: node.level + 1 });
}

type OnlyValue<Row> = Row extends readonly [infer V] ? V : Row extends object ? Row[keyof Row] : Row;

/**
 * The one value of the one row of `query`, or null where it has none. It must select one value: `values("likes")`,
 * `valuesList("likes", { flat: true })`. Of more rows PostgreSQL makes an error; slice it to one.
 */
export function Subquery<Row>(query: Queryable<Row>): Expression<never, OnlyValue<Row> | null> {
  return new Expression({ kind: "subquery", query: query[queryStateKey], gives: "value" });
}

/** Whether `query` has rows. */
export function Exists(query: Queryable): ExistsExpression {
  return new ExistsExpression({ kind: "subquery", query: query[queryStateKey], gives: "existence" });
}

/** What `Exists` makes: an expression, and a condition with `and`, `or` and `not`. */
export class ExistsExpression extends Expression<boolean, boolean> {
  #condition(): Condition {
    return new Condition({ kind: "holds", expression: this.node });
  }

  and(other: Condition<object> | Expression<boolean>): Condition {
    return this.#condition().and(other);
  }

  or(other: Condition<object> | Expression<boolean>): Condition {
    return this.#condition().or(other);
  }

  /** It has no rows. */
  not(): Condition {
    return this.#condition().not();
  }
}

/** The one value of each row of `query`, in its order, as an array. */
export function ArraySubquery<Row>(query: Queryable<Row>): Expression<never, OnlyValue<Row>[]> {
  return new Expression({ kind: "subquery", query: query[queryStateKey], gives: "array" });
}

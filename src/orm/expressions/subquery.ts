import { queryStateKey, type QueryState } from "../query/query-state.js";
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
 */
export function OuterRef(of: string | Expression<never, never>): Expression<never, never> {
  if (typeof of === "string") return new Expression<never, never>({ kind: "outer", path: of, level: 1 });
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

import type { Condition } from "./condition.js";

/** One step in the making of a query. A query is the list of its steps, in the order in which they were called. */
export type Operation =
  | FilterOperation
  | OrderOperation
  | ReverseOperation
  | KeyOrderOperation
  | RelatedOperation
  | SliceOperation;

/** One call of `filter` or `exclude`: conditions on one to-many relation in one call are about the same row of it. */
export interface FilterOperation {
  readonly kind: "filter";
  readonly isNegated: boolean;
  readonly condition: Condition;
}

/** `orderBy`. It replaces any order before it. */
export interface OrderOperation {
  readonly kind: "order";
  readonly keys: readonly string[];
}

/** `reverse`. */
export interface ReverseOperation {
  readonly kind: "reverse";
}

/** `first` and `last`: an order by primary key, where there is no order. */
export interface KeyOrderOperation {
  readonly kind: "keyOrder";
}

/** `selectRelated`. */
export interface RelatedOperation {
  readonly kind: "related";
  readonly paths: readonly string[];
}

/** `slice`, added last. The offset is a value of the query: its last slot. */
export interface SliceOperation {
  readonly kind: "slice";
  readonly limit: number | undefined;
  readonly hasOffset: boolean;
}

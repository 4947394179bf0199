import type { ExpressionNode } from "../expressions/expression.js";
import type { Schema } from "../schema/schema.js";
import type { LookupTarget } from "./path.js";

/**
 * A query but for its values: the steps that made it, in the order in which they were called. `Shape` is the one
 * implementation.
 */
export interface QueryShape {
  /** Different for each shape. */
  readonly id: number;
  readonly schema: Schema;
  readonly operations: readonly Operation[];
  /** How many values a query of this shape has. */
  readonly slotCount: number;
}

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

/**
 * What one call of `filter` or `exclude` asks for. `slot` is the place of its first value in the values of the query.
 */
export type Condition = LookupCondition | QueryCondition | ExpressionCondition | GroupCondition | NotCondition;

/** A lookup against values. */
export interface LookupCondition {
  readonly kind: "lookup";
  readonly target: LookupTarget;
  /** Which of the lookup's variants; see `Lookup.accept`. */
  readonly variant: string;
  readonly slot: number;
}

/** A lookup against the rows of another query. */
export interface QueryCondition {
  readonly kind: "query";
  readonly target: LookupTarget;
  readonly query: QueryShape;
  readonly slot: number;
}

/** A lookup against what the database computes. */
export interface ExpressionCondition {
  readonly kind: "expression";
  readonly target: LookupTarget;
  readonly expression: ExpressionNode;
  readonly slot: number;
}

export interface GroupCondition {
  readonly kind: "all" | "any";
  readonly items: readonly Condition[];
}

export interface NotCondition {
  readonly kind: "not";
  readonly item: Condition;
}

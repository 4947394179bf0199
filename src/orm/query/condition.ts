import type { ExpressionNode } from "../expressions/expression.js";
import type { LookupTarget } from "./path.js";
import type { Shape } from "./shape.js";

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
  readonly query: Shape;
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

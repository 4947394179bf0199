import type { ModelClass } from "../model-class.js";
import type { ArithmeticOperator, WindowFrame } from "../compiler/nodes.js";

/**
 * What an expression is made of: frozen plain objects, told apart by `kind`. They name fields by path and hold their
 * values; the model that they are about is not known before a query is made with them.
 */
export type ExpressionNode =
  | FieldExpression
  | OuterExpression
  | ValueExpression
  | ArithmeticExpression
  | FunctionExpression
  | TemplateExpression
  | CastExpression
  | CaseExpression
  | TestExpression
  | AggregateExpression
  | WindowExpression
  | SubqueryExpression;

/** The value of a field in the same row, of an annotation, or of a field in a row that it refers to. */
export interface FieldExpression {
  readonly kind: "field";
  readonly path: string;
}

/** The value of a field in the row of the query around this one, or of the query `level` queries further out. */
export interface OuterExpression {
  readonly kind: "outer";
  readonly path: string;
  readonly level: number;
  /** The model of that row, where it was named. */
  readonly model?: ModelClass;
}

/** A value that the program gives. */
export interface ValueExpression {
  readonly kind: "value";
  readonly value: unknown;
  /** Its type, where the value itself does not say it. */
  readonly output?: OutputName | undefined;
}

export interface ArithmeticExpression {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/**
 * The types that an expression can say it gives. `same` is that of its first argument, `common` that of the first
 * which has one.
 */
export type OutputName =
  | "text"
  | "integer"
  | "float"
  | "decimal"
  | "boolean"
  | "dateTime"
  | "date"
  | "time"
  | "json"
  | "uuid";

export interface FunctionExpression {
  readonly kind: "function";
  readonly name: string;
  readonly args: readonly ExpressionNode[];
  readonly output: OutputName | "same" | "common";
  /** The time zone whose calendar and clock are meant, in functions of instants. Default that of the query. */
  readonly zone?: string;
}

/** SQL that the program wrote, with expressions between its pieces. */
export interface TemplateExpression {
  readonly kind: "template";
  readonly texts: readonly string[];
  readonly args: readonly ExpressionNode[];
  readonly output: OutputName;
  readonly isAggregate: boolean;
}

export interface CastExpression {
  readonly kind: "cast";
  readonly item: ExpressionNode;
  readonly output: OutputName;
  readonly maxLength?: number | undefined;
}

export interface CaseExpression {
  readonly kind: "case";
  readonly branches: readonly { readonly when: ConditionNode; readonly result: ExpressionNode }[];
  readonly otherwise: ExpressionNode | undefined;
}

/** Whether a condition holds. */
export interface TestExpression {
  readonly kind: "test";
  readonly condition: ConditionNode;
}

export interface AggregateExpression {
  readonly kind: "aggregate";
  readonly name: string;
  readonly args: readonly ExpressionNode[];
  readonly output: OutputName | "same";
  readonly isDistinct: boolean;
  readonly filter: ConditionNode | undefined;
  readonly orderBy: readonly OrderExpression[];
  readonly default: ExpressionNode | undefined;
}

export interface WindowExpression {
  readonly kind: "window";
  readonly item: ExpressionNode;
  readonly partitionBy: readonly ExpressionNode[];
  readonly orderBy: readonly OrderExpression[];
  readonly frame: WindowFrame | undefined;
}

export interface SubqueryExpression {
  readonly kind: "subquery";
  /** The state of a query set. */
  readonly query: object;
  /** The value of its one row, whether it has rows, or the values of all of them. */
  readonly gives: "value" | "existence" | "array";
}

/** One key to order by. */
export interface OrderExpression {
  readonly by: ExpressionNode;
  readonly isDescending: boolean;
  readonly nulls?: "first" | "last" | undefined;
}

/** What `Q` is made of. */
export type ConditionNode =
  | { readonly kind: "where"; readonly where: Readonly<Record<string, unknown>> }
  | { readonly kind: "all" | "any" | "odd"; readonly items: readonly ConditionNode[] }
  | { readonly kind: "not"; readonly item: ConditionNode }
  /** An expression that is true or false. */
  | { readonly kind: "holds"; readonly expression: ExpressionNode }
  /** A lookup whose left side is an expression. */
  | {
      readonly kind: "compare";
      readonly left: ExpressionNode;
      readonly lookup: string;
      readonly right: unknown;
    };

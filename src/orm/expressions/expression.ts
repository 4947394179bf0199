/** What an expression is made of: frozen plain objects, told apart by `kind`. */
export type ExpressionNode = FieldExpression | ValueExpression | ArithmeticExpression;

/** The value of a field in the same row, or in a row that it refers to. */
export interface FieldExpression {
  readonly kind: "field";
  readonly path: string;
}

/** A value that the program gives. */
export interface ValueExpression {
  readonly kind: "value";
  readonly value: unknown;
}

export interface ArithmeticExpression {
  readonly kind: "arithmetic";
  readonly operator: "+" | "-" | "*" | "/" | "%";
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** Something that the database computes, of type `Value`. Made by `F`. */
export class Expression<out Value = unknown> {
  declare private readonly valueType: Value;
  readonly node: ExpressionNode;

  constructor(node: ExpressionNode) {
    this.node = Object.freeze(node);
  }

  plus(other: number | Expression<number>): Expression<Value> {
    return this.#with("+", other);
  }

  minus(other: number | Expression<number>): Expression<Value> {
    return this.#with("-", other);
  }

  times(other: number | Expression<number>): Expression<Value> {
    return this.#with("*", other);
  }

  /** Whole numbers divided give a whole number, rounded toward zero. */
  dividedBy(other: number | Expression<number>): Expression<Value> {
    return this.#with("/", other);
  }

  /** The rest of a division, with the sign of the first number. */
  modulo(other: number | Expression<number>): Expression<Value> {
    return this.#with("%", other);
  }

  #with(operator: ArithmeticExpression["operator"], other: number | Expression<number>): Expression<Value> {
    const right: ExpressionNode = other instanceof Expression ? other.node : { kind: "value", value: other };
    return new Expression({ kind: "arithmetic", operator, left: this.node, right: Object.freeze(right) });
  }
}

/**
 * The value of a field, read by the database: `update({ likes: F("likes").plus(1) })` adds to what is there at that
 * moment, and `filter({ editedAt__gt: F("sentAt") })` compares two columns of a row.
 *
 * The path is checked when the query is made. Give the type where the compiler should check it: `F<number>("likes")`.
 */
export function F<Value = never>(path: string): Expression<Value> {
  return new Expression({ kind: "field", path });
}

/**
 * The shape of an expression as text, for finding the SQL of an expression of the same shape; its values are added to
 * `values`, in the order of the text.
 */
export function expressionKey(node: ExpressionNode, values: unknown[]): string {
  if (node.kind === "field") return `F(${JSON.stringify(node.path)})`;
  if (node.kind === "arithmetic") {
    return `(${expressionKey(node.left, values)}${node.operator}${expressionKey(node.right, values)})`;
  }
  values.push(node.value);
  return "?";
}

import type { Decimal } from "decimal.js";

import type { AtPath } from "../typing/markers.js";
import { oneOf } from "./one-of.js";
import type { ArithmeticExpression, ConditionNode, ExpressionNode, OrderExpression } from "./nodes.js";

/**
 * Something that the database computes. `Value` is what it may be compared with or written to, `Result` what it gives
 * when it is selected. Made by `F`, `Value`, aggregates and functions.
 */
export class Expression<out Value = unknown, out Result = unknown> {
  declare private readonly valueType: Value;
  declare private readonly resultType: Result;
  readonly node: ExpressionNode;

  constructor(node: ExpressionNode) {
    this.node = Object.freeze(node);
  }

  plus(other: Operand): Expression<Value, Result> {
    return this.#with("+", other);
  }

  minus(other: Operand): Expression<Value, Result> {
    return this.#with("-", other);
  }

  times(other: Operand): Expression<Value, Result> {
    return this.#with("*", other);
  }

  /** Whole numbers divided give a whole number, rounded toward zero. */
  dividedBy(other: Operand): Expression<Value, Result> {
    return this.#with("/", other);
  }

  /** The rest of a division, with the sign of the first number. */
  modulo(other: Operand): Expression<Value, Result> {
    return this.#with("%", other);
  }

  /** To the power of `other`. */
  power(other: number | Expression<number>): Expression<Value, Result> {
    return new Expression({ kind: "function", name: "power", args: [this.node, numberOf(other)], output: "float" });
  }

  /** The number with the other sign. */
  negated(): Expression<Value, Result> {
    return this.times(-1);
  }

  /**
   * The characters of a text, or the items of a list, from `start` up to and not with `end`, counted from 0 as in
   * JavaScript; all from `start` without. Throws a `RangeError` for positions that are not whole, negative or reversed.
   */
  slice(start: number, end?: number): Expression<Value, Result> {
    const isWhole = (at: number): boolean => Number.isSafeInteger(at) && at >= 0;
    if (!isWhole(start) || (end !== undefined && (!isWhole(end) || end < start))) {
      throw new RangeError(
        `slice takes whole numbers from 0, the second no less than the first: ${start}, ${end ?? ""}`,
      );
    }
    const positions = end === undefined ? [start + 1] : [start + 1, end - start];
    return new Expression({
      kind: "function",
      name: "slice",
      args: [this.node, ...positions.map(numberOf)],
      output: "same",
    });
  }

  bitAnd(other: number | Expression<number>): Expression<Value, Result> {
    return this.#with("&", other);
  }

  bitOr(other: number | Expression<number>): Expression<Value, Result> {
    return this.#with("|", other);
  }

  bitXor(other: number | Expression<number>): Expression<Value, Result> {
    return new Expression({ kind: "function", name: "bit_xor", args: [this.node, numberOf(other)], output: "same" });
  }

  bitLeftShift(other: number | Expression<number>): Expression<Value, Result> {
    return this.#with("<<", other);
  }

  bitRightShift(other: number | Expression<number>): Expression<Value, Result> {
    return this.#with(">>", other);
  }

  /** An instant so many milliseconds later, or by the length of time in a field; before, where that is negative. */
  plusMs(ms: number | Expression<number>): Expression<Value, Result> {
    return new Expression({ kind: "function", name: "shift", args: [this.node, numberOf(ms)], output: "same" });
  }

  /** The milliseconds from `other`, an instant, to this one. */
  msSince(other: Expression | Date): Expression<number, number | null> {
    return new Expression({
      kind: "function",
      name: "between_instants",
      args: [this.node, other instanceof Expression ? other.node : { kind: "value", value: other }],
      output: "integer",
    });
  }

  /** In this order, from the lowest. `nulls` says where rows without a value stand; each database has its own way. */
  asc(options: NullsOption = {}): OrderBy {
    return new OrderBy({ by: this.node, isDescending: false, nulls: placeOfNulls(options) });
  }

  /** In this order, from the highest. */
  desc(options: NullsOption = {}): OrderBy {
    return new OrderBy({ by: this.node, isDescending: true, nulls: placeOfNulls(options) });
  }

  /** Nothing: an expression is for the database, and no value that JSON can say. */
  toJSON(): undefined {
    return undefined;
  }

  #with(operator: ArithmeticExpression["operator"], other: Operand): Expression<Value, Result> {
    return new Expression({ kind: "arithmetic", operator, left: this.node, right: numberOf(other) });
  }
}

/** What is computed with: a number or a decimal, given or computed. */
type Operand = number | Decimal | Expression<number | Decimal>;

/** Where rows without a value stand in an order. */
export interface NullsOption {
  readonly nulls?: "first" | "last" | undefined;
}

function placeOfNulls({ nulls }: NullsOption): "first" | "last" | undefined {
  return nulls === undefined ? undefined : oneOf("nulls", nulls, ["first", "last"]);
}

/** A key to order by. Made by `asc` and `desc` of expressions. */
export class OrderBy {
  readonly order: OrderExpression;

  constructor(order: OrderExpression) {
    this.order = Object.freeze(order);
  }
}

function numberOf(other: Operand): ExpressionNode {
  return other instanceof Expression ? other.node : Object.freeze({ kind: "value", value: other });
}

/**
 * The value of a field, read by the database: `update({ likes: F("likes").plus(1) })` adds to what is there at that
 * moment, and `filter({ editedAt__gt: F("sentAt") })` compares two columns of a row. It may also name an annotation.
 *
 * The path is checked when the query is made. Give the type where the compiler should check it: `F<number>("likes")`.
 */
export function F<const Path extends string>(path: Path): Expression<never, AtPath<Path>>;
export function F<Value>(path: string): Expression<Value, Value>;
export function F(path: string): Expression<never> {
  return new Expression({ kind: "field", path });
}

/** The condition that an expression stands for where it is used as one. */
export function conditionOf(expression: Expression): ConditionNode {
  const { node } = expression;
  return node.kind === "test" ? node.condition : { kind: "holds", expression: node };
}

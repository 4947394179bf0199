import type { Argument } from "../typing/result.js";
import { Condition } from "./condition.js";
import { Expression, OrderBy } from "./expression.js";
import type { ExpressionNode, OrderExpression } from "./nodes.js";

/** What a function is given as an expression: text is the path of a field, a condition true or false, all else a value. */
export function nodeOf(argument: Argument): ExpressionNode {
  if (argument instanceof Expression) return argument.node;
  if (argument instanceof Condition) return Object.freeze({ kind: "test", condition: argument.node });
  if (typeof argument === "string") return Object.freeze({ kind: "field", path: argument });
  return Object.freeze({ kind: "value", value: argument });
}

/** The keys of an order: paths, with `-` for descending, and expressions. */
export function ordersOf(
  keys: string | Expression | OrderBy | readonly (string | Expression | OrderBy)[],
): OrderExpression[] {
  const list = typeof keys === "string" || keys instanceof Expression || keys instanceof OrderBy ? [keys] : keys;
  return list.map((key) => {
    if (key instanceof OrderBy) return key.order;
    if (key instanceof Expression) return { by: key.node, isDescending: false };
    return { by: nodeOf(key.replace(/^-/, "")), isDescending: key.startsWith("-") };
  });
}

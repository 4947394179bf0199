import { show } from "../fields/problem.js";
import type { Condition } from "./operation.js";
import type { QueryState } from "./query-state.js";

/** What a query asks for, as an error message shows it: `{ slug: "lobby" }`, or `{}` where it asks for nothing. */
export function describeQuery({ shape, values }: QueryState): string {
  const parts: string[] = [];
  for (const operation of shape.operations) {
    if (operation.kind === "merge") {
      const { operator, query } = operation;
      const other = describeQuery({ shape: query.shape, values: values.slice(query.slot), window: undefined });
      const before = parts.length === 0 ? "{}" : parts.join(" and ");
      parts.splice(0, parts.length, `(${before}) ${words[operator]} (${other})`);
    }
    if (operation.kind !== "filter") continue;
    const text = describeCondition(operation.condition, values);
    if (text !== "") parts.push(operation.isNegated ? `not { ${text} }` : `{ ${text} }`);
  }
  const text = parts.join(" and ");
  if (text === "") return "{}";
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

const words = { all: "and", any: "or", odd: "xor" } as const;

function describeCondition(condition: Condition, values: readonly unknown[]): string {
  if (condition.kind === "not") return `not (${describeCondition(condition.item, values)})`;
  if (condition.kind === "query") return `${condition.target.path}: a query`;
  if (condition.kind === "expression") return `${condition.target.path}: an expression`;
  if (condition.kind === "lookup") {
    const { target, variant, slot } = condition;
    const value =
      variant === "" || variant === "list and null" ? show(values[slot]) : variant === "empty" ? "[]" : variant;
    return `${target.path}: ${value}`;
  }
  if (condition.kind === "test") return "an expression";
  const parts = condition.items.map((item) => describeCondition(item, values));
  return parts.join(condition.kind === "all" ? ", " : " or ");
}

import { Decimal } from "decimal.js";

import type { FunctionExpression } from "../expressions/nodes.js";
import { show } from "../fields/problem.js";
import type { Operand } from "../lookups/lookup.js";
import { outputOf, outputs } from "./outputs.js";
import type { QueryScope, Resolved } from "./resolved.js";
import { invalid } from "./resolved-parts.js";

/** The type of a value that the program gives. */
export function outputOfValue(value: unknown, scope: QueryScope): Operand {
  if (typeof value === "string") return outputs.text;
  if (typeof value === "boolean") return outputs.boolean;
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return outputs.integer;
  if (Number.isFinite(value)) return outputs.float;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return outputs.dateTime;
  if (Decimal.isDecimal(value) && value.isFinite()) return outputs.decimal;
  throw invalid(scope, `cannot use ${show(value)} as a value in an expression; Value(…, type) says what it is`);
}

const ranks: readonly string[] = ["integer", "serial", "decimal", "float"];

/** Of two numbers, the one whose type holds both. */
export function rankOf({ type }: Operand): number {
  return ranks.indexOf(type.kind);
}

/** The type of the first part that has one of its own; of numbers, the widest. */
export function commonOutput(parts: readonly Resolved[]): Operand | undefined {
  const known = parts.filter(({ key }) => !key.startsWith("null "));
  const [first] = known;
  if (first === undefined) return undefined;
  return known.reduce<Operand>(
    (widest, { output }) => (rankOf(widest) >= 0 && rankOf(output) > rankOf(widest) ? output : widest),
    first.output,
  );
}

export function outputOfFunction({ output }: FunctionExpression, args: readonly Resolved[]): Operand {
  if (output !== "same" && output !== "common") return outputOf(output);
  const found = output === "common" ? commonOutput(args) : args[0]?.output;
  return found ?? args[0]?.output ?? outputs.text;
}

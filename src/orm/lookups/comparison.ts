import { compare, isNull, type CompareOperator } from "../compiler/nodes.js";
import { refuse } from "../fields/problem.js";
import type { Lookup, Operand } from "./lookup.js";

/** `value` as what `operand` is compared with. Calls `refuse` for one that cannot be. */
export function comparable(operand: Operand, value: unknown): unknown {
  return operand.toComparable === undefined ? operand.toValue(value) : operand.toComparable(value);
}

/** Equal; null asks for rows without a value. */
export const exact: Lookup = {
  name: "exact",
  accept(value, operand, values) {
    if (value === null) return "null";
    values.push(comparable(operand, value));
    return "";
  },
  build: (left, variant, slotAt) => (variant === "null" ? isNull(left) : compare(left, "=", slotAt(0))),
  acceptsNull: (variant) => variant === "null",
  buildWith: (left, right) => compare(left, "=", right),
};

/**
 * The same for a limit: whole numbers above 2.5 are those above 2, from 2.5 on those from 3 on. `round` goes toward the
 * last whole number that makes no difference.
 */
export function limit(operand: Operand, value: unknown, round: (value: number) => number): unknown {
  const isWhole = operand.kind === "number" && (operand.type.kind === "integer" || operand.type.kind === "serial");
  const isFraction = typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value);
  return comparable(operand, isWhole && isFraction ? round(value) : value);
}

function ordered(name: string, operator: CompareOperator): Lookup {
  const round = operator === ">" || operator === "<=" ? Math.floor : Math.ceil;
  return {
    name,
    accept(value, operand, values) {
      if (value === null) refuse("required", `may not be null; use isnull to find rows without a value`);
      values.push(limit(operand, value, round));
      return "";
    },
    build: (left, _variant, slotAt) => compare(left, operator, slotAt(0)),
    buildWith: (left, right) => compare(left, operator, right),
  };
}

export const gt = ordered("gt", ">");
export const gte = ordered("gte", ">=");
export const lt = ordered("lt", "<");
export const lte = ordered("lte", "<=");

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

function ordered(name: string, operator: CompareOperator): Lookup {
  return {
    name,
    accept(value, operand, values) {
      if (value === null) refuse("required", `may not be null; use isnull to find rows without a value`);
      values.push(comparable(operand, value));
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

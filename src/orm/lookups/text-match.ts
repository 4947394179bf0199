import { isNull, type TextMatch, type TextMatchNode } from "../compiler/nodes.js";
import { refuse } from "../fields/problem.js";
import type { Lookup } from "./lookup.js";

function textMatch(name: string, match: TextMatch, isCaseSensitive: boolean): Lookup {
  return {
    name,
    accept(value, operand, values) {
      if (value === null) refuse("required", "may not be null; use isnull to find rows without a value");
      values.push(operand.toValue(value));
      return "";
    },
    build: (left, _variant, slotAt) =>
      Object.freeze<TextMatchNode>({ kind: "textMatch", match, isCaseSensitive, left, right: slotAt(0) }),
  };
}

export const contains = textMatch("contains", "contains", true);
export const icontains = textMatch("icontains", "contains", false);
export const startswith = textMatch("startswith", "startsWith", true);
export const istartswith = textMatch("istartswith", "startsWith", false);
export const endswith = textMatch("endswith", "endsWith", true);
export const iendswith = textMatch("iendswith", "endsWith", false);

const equalsAnyCase = textMatch("iexact", "equals", false);

/** Equal, upper and lower case aside; null asks for rows without a value. */
export const iexact: Lookup = {
  name: "iexact",
  accept: (value, operand, values) => (value === null ? "null" : equalsAnyCase.accept(value, operand, values)),
  build: (left, variant, slotAt, operand) =>
    variant === "null" ? isNull(left) : equalsAnyCase.build(left, variant, slotAt, operand),
  acceptsNull: (variant) => variant === "null",
};

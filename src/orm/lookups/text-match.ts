import {
  isNull,
  isTrue,
  never,
  type FunctionNode,
  type SqlNode,
  type TextMatch,
  type TextMatchNode,
} from "../compiler/nodes.js";
import { refuse, show } from "../fields/problem.js";
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
    buildWith: (left, right) =>
      Object.freeze<TextMatchNode>({ kind: "textMatch", match, isCaseSensitive, left, right }),
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
  buildWith: (left, right) => equalsAnyCase.buildWith?.(left, right) ?? never,
};

function pattern(name: string, functionName: string): Lookup {
  const text = { kind: "text" } as const;
  const call = (left: SqlNode, right: SqlNode): SqlNode =>
    isTrue(
      Object.freeze<FunctionNode>({
        kind: "function",
        name: functionName,
        args: [left, right],
        output: { kind: "boolean" },
      }),
    );
  return {
    name,
    accept(value, _operand, values) {
      if (typeof value !== "string") refuse("invalid", `is not a regular expression as text: ${show(value)}`);
      try {
        // What even JavaScript does not understand is an error of the caller, whatever the database.
        values.push(new RegExp(value, "u").source === "(?:)" ? "" : value);
      } catch {
        refuse("invalid", `is not a regular expression: ${show(value)}`);
      }
      return "";
    },
    build: (left, _variant, slotAt) => call(left, slotAt(0, text)),
    buildWith: call,
  };
}

/** Matches a regular expression, in the words of the database: JavaScript's on SQLite, POSIX's on PostgreSQL. */
export const regex = pattern("regex", "regexp");
export const iregex = pattern("iregex", "iregexp");

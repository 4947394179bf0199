import { and, compare, isNull, never, or, type InSlotNode, type SqlNode } from "../compiler/nodes.js";
import { refuse, show } from "../fields/problem.js";
import { comparable, limit } from "./comparison.js";
import type { Lookup } from "./lookup.js";

/**
 * One of a list. An empty list is met by no row and asks no database. A null in the list counts in `exclude` only,
 * which then leaves out rows without a value, as in Django since 6.1.
 */
export const isIn: Lookup = {
  name: "in",
  accept(value, operand, values) {
    const list: unknown[] = [];
    let hasNull = false;
    for (const item of membersOf(value)) {
      if (item === null) hasNull = true;
      else list.push(comparable(operand, item));
    }
    if (list.length === 0) return hasNull ? "null" : "empty";
    values.push(list);
    return hasNull ? "list and null" : "";
  },
  build(left, variant, slotAt) {
    if (variant === "empty" || variant === "null") return never;
    return Object.freeze<InSlotNode>({ kind: "inSlot", left, list: slotAt(0) });
  },
  excludesNull: (variant) => variant === "null" || variant === "list and null",
  buildWithAll: isAnyOf,
};

/** `in` for values of which no database takes a list: each of them is compared with. */
export const isOneOf: Lookup = {
  name: "in",
  accept(value, operand, values) {
    const list = [...membersOf(value)];
    const known = list.filter((item) => item !== null);
    values.push(...known.map((item) => comparable(operand, item)));
    return `${known.length} values${known.length < list.length ? " and null" : ""}`;
  },
  build: (left, variant, slotAt) =>
    or(Array.from({ length: Number.parseInt(variant, 10) }, (_, index) => compare(left, "=", slotAt(index)))),
  excludesNull: (variant) => variant.endsWith("null"),
  buildWithAll: isAnyOf,
};

function isAnyOf(left: SqlNode, rights: readonly SqlNode[]): SqlNode {
  return or(rights.map((right) => compare(left, "=", right)));
}

function membersOf(value: unknown): Iterable<unknown> {
  const isList = typeof value === "object" && value !== null && Symbol.iterator in value;
  return isList ? (value as Iterable<unknown>) : refuse("invalid", `is not a list: ${show(value)}`);
}

/** From the first to the second of a pair, both included. */
export const range: Lookup = {
  name: "range",
  accept(value, operand, values) {
    const [from, to, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
    if (from === undefined || to === undefined || from === null || to === null || more.length > 0) {
      refuse("invalid", `is not a pair of values: ${show(value)}`);
    }
    values.push(limit(operand, from, Math.ceil), limit(operand, to, Math.floor));
    return "";
  },
  build: (left, _variant, slotAt) => and([compare(left, ">=", slotAt(0)), compare(left, "<=", slotAt(1))]),
  buildWithAll(left, [from = never, to = never]) {
    return and([compare(left, ">=", from), compare(left, "<=", to)]);
  },
};

/** Whether there is no value; through a relation, also whether there is no row. */
export const isnull: Lookup = {
  name: "isnull",
  accept(value) {
    if (typeof value !== "boolean") refuse("invalid", `must be true or false: ${show(value)}`);
    return value ? "true" : "false";
  },
  build: (left, variant) => isNull(left, variant === "false"),
  acceptsNull: (variant) => variant === "true",
};

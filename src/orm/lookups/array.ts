import { type ConstantNode, type FunctionNode, type SqlNode } from "../compiler/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import { toInteger } from "../fields/numbers/int-field.js";
import { refuse } from "../fields/problem.js";
import type { Lookup, Operand, Transform } from "./lookup.js";

const truth = { kind: "boolean" } as const;
const whole = { kind: "integer" } as const;
const text = { kind: "text" } as const;

function call(name: string, args: readonly SqlNode[], output: ColumnType): FunctionNode {
  return Object.freeze({ kind: "function", name, args, output });
}

function constant(value: string): ConstantNode {
  return Object.freeze({ kind: "constant", value });
}

/** A comparison of two lists as sets: how often an item is in them, and where, does not matter. NULL is in no list. */
function ofItems(name: string, functionName: string): Lookup {
  return {
    name,
    accept(value, operand, values) {
      if (value === null) refuse("required", "may not be null; use isnull to find rows without a value");
      values.push(operand.toValue(value));
      return "";
    },
    build: (left, _variant, slotAt) => call(functionName, [left, slotAt(0)], truth),
    buildWith: (left, right) => call(functionName, [left, right], truth),
  };
}

/** The lookups of lists beyond those of all columns. */
export const arrayLookups: readonly Lookup[] = [
  ofItems("contains", "array_contains"),
  ofItems("contained_by", "array_contained_by"),
  ofItems("overlap", "array_overlap"),
];

const numberOperand: Operand = { kind: "number", type: whole, toValue: toInteger };
/** Where the field is not at hand that says what the items are. */
const anyItem: Operand = { kind: "text", type: text, toValue: (value) => value };

/** How many items a list has. */
export const arrayLength: Transform = {
  name: "len",
  output: numberOperand,
  build: (item) => call("array_len", [item], whole),
};

/** What the list in `node` consists of. */
function itemTypeOf(node: SqlNode): ColumnType {
  const type = node.kind === "column" ? node.type : node.kind === "function" ? node.output : text;
  return type.kind === "array" ? type.item : text;
}

function typeOf(node: SqlNode): ColumnType {
  return { kind: "array", item: itemTypeOf(node) };
}

/** `tags__0`, the item at a place counted from 0; `tags__0_2`, the items from one place up to and not with another. */
export function arrayPart(name: string): Transform | undefined {
  const [, start, end] = /^(\d{1,9})(?:_(\d{1,9}))?$/.exec(name) ?? [];
  if (start === undefined) return undefined;
  if (end === undefined) {
    const build = (item: SqlNode): SqlNode => call("array_item", [item, constant(start)], itemTypeOf(item));
    return { name, output: anyItem, outputOf: ({ item }) => item ?? anyItem, build };
  }
  const build = (item: SqlNode): SqlNode => call("array_slice", [item, constant(start), constant(end)], typeOf(item));
  return { name, output: { ...anyItem, kind: "array" }, outputOf: (operand) => operand, build };
}

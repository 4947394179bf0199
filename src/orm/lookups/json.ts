import {
  and,
  compare,
  isNull,
  isTrue,
  or,
  type ConstantNode,
  type CompareOperator,
  type FunctionNode,
  type SlotNode,
  type SqlNode,
} from "../compiler/nodes.js";
import { refuse, show } from "../fields/problem.js";
import type { Lookup, Operand, Transform } from "./lookup.js";
import { endswith, icontains, iendswith, iexact, iregex, istartswith, regex, startswith } from "./text-match.js";

const json = { kind: "json" } as const;
const text = { kind: "text" } as const;

function call(name: string, args: readonly SqlNode[], output: FunctionNode["output"] = json): SqlNode {
  return Object.freeze<FunctionNode>({ kind: "function", name, args, output });
}

function constant(value: string): ConstantNode {
  return Object.freeze({ kind: "constant", value });
}

const anyValue = (value: unknown): unknown => value;
const textValue = (value: unknown): unknown =>
  typeof value === "string" ? value : refuse("invalid", `is not text: ${show(value)}`);

/** What stands at a key or an index of a JSON value. */
const keyOperand: Operand = { kind: "jsonKey", type: json, toValue: anyValue };
const textOperand: Operand = { kind: "text", type: text, toValue: textValue };

/**
 * The step to a key of an object, or to an index of a list: any name that is no lookup. From the end, where negative.
 */
export function jsonKey(name: string): Transform {
  return { name, output: keyOperand, build: (item) => call("json_get", [item, constant(name)]) };
}

/** Comparable on every database: a number as a number, a text as text. */
const scalar = (item: SqlNode): SqlNode => call("json_scalar", [item]);

/** The same to be compared for equality: JSON's own null is another value than all others, and not unknown. */
const known = (item: SqlNode): SqlNode => call("json_known", [item]);

function ordered(name: string, operator: CompareOperator): Lookup {
  return {
    name,
    accept(value, _operand, values) {
      if (value === null) refuse("required", "may not be null; use isnull to find rows without a value");
      values.push(value);
      return "";
    },
    build: (left, _variant, slotAt) => compare(scalar(left), operator, scalar(slotAt(0, json))),
    buildWith: (left, right) => compare(scalar(left), operator, right),
  };
}

/** Equal to a JSON value; null is JSON's own null, not a key that is missing. */
const exact: Lookup = {
  name: "exact",
  accept(value, _operand, values) {
    if (value === null) return "null";
    values.push(value);
    return "";
  },
  build: (left, variant, slotAt) =>
    variant === "null"
      ? isTrue(call("json_is_null", [left], { kind: "boolean" }))
      : compare(known(left), "=", scalar(slotAt(0, json))),
  asksForNull: (variant) => variant === "null",
  buildWith: (left, right) => compare(known(left), "=", right),
};

const isIn: Lookup = {
  name: "in",
  accept(value, _operand, values) {
    if (!Array.isArray(value)) refuse("invalid", `is not a list: ${show(value)}`);
    const list = (value as unknown[]).filter((item) => item !== null);
    values.push(...list);
    return `${list.length} values`;
  },
  build: (left, variant, slotAt) =>
    or(
      Array.from({ length: Number.parseInt(variant, 10) }, (_, index) =>
        compare(known(left), "=", scalar(slotAt(index, json))),
      ),
    ),
};

/** Whether the key is missing; JSON's own null is there. */
const isnull: Lookup = {
  name: "isnull",
  accept: (value) =>
    typeof value === "boolean" ? String(value) : refuse("invalid", `must be true or false: ${show(value)}`),
  build: (left, variant) => isNull(left, variant === "false"),
  acceptsNull: (variant) => variant === "true",
};

/** A lookup of text, on the text that stands at a key. */
function onText(lookup: Lookup): Lookup {
  return {
    name: lookup.name,
    accept: (value, _operand, values) => lookup.accept(value, textOperand, values),
    build: (left, variant, slotAt) =>
      lookup.build(
        call("json_text", [left], text),
        variant,
        (offset, type = text): SlotNode => slotAt(offset, type),
        textOperand,
      ),
  };
}

function containment(name: string, functionName: string): Lookup {
  return {
    name,
    accept(value, _operand, values) {
      values.push(value);
      return "";
    },
    build: (left, _variant, slotAt) => isTrue(call(functionName, [left, slotAt(0, json)], { kind: "boolean" })),
  };
}

const hasKeyNode = (left: SqlNode, key: SqlNode): SqlNode =>
  isTrue(call("json_has_key", [left, key], { kind: "boolean" }));

const hasKey: Lookup = {
  name: "has_key",
  accept(value, _operand, values) {
    values.push(textValue(value));
    return "";
  },
  build: (left, _variant, slotAt) => hasKeyNode(left, slotAt(0, text)),
};

function hasKeys(name: string, combine: (items: readonly SqlNode[]) => SqlNode): Lookup {
  return {
    name,
    accept(value, _operand, values) {
      if (!Array.isArray(value)) refuse("invalid", `is not a list of keys: ${show(value)}`);
      const keys = (value as unknown[]).map(textValue);
      values.push(...keys);
      return `${keys.length} keys`;
    },
    build: (left, variant, slotAt) =>
      combine(
        Array.from({ length: Number.parseInt(variant, 10) }, (_, index) => hasKeyNode(left, slotAt(index, text))),
      ),
  };
}

/** The lookups of whole JSON columns, beside `exact` and `isnull`. */
export const jsonLookups: readonly Lookup[] = [
  containment("contains", "json_contains"),
  containment("contained_by", "json_contained_by"),
  hasKey,
  hasKeys("has_keys", and),
  hasKeys("has_any_keys", or),
];

/** The lookups of what stands at a key. */
export const jsonKeyLookups: readonly Lookup[] = [
  ...jsonLookups,
  exact,
  isIn,
  isnull,
  ordered("gt", ">"),
  ordered("gte", ">="),
  ordered("lt", "<"),
  ordered("lte", "<="),
  ...[iexact, icontains, startswith, istartswith, endswith, iendswith, regex, iregex].map(onText),
];

import { Expression } from "../../expressions/expression.js";
import type { ExpressionNode } from "../../expressions/nodes.js";
import { renameInKey } from "./model-state.js";

/** Parts of the options of definitions whose keys are field names or lookups. */
const keyedByField: ReadonlySet<string> = new Set(["where", "opclasses"]);
/** Parts that are lists of field names, or of pairs that begin with one. */
const listsOfFields: ReadonlySet<string> = new Set(["include", "elements"]);

/** The options of an index or constraint with a field under its new name, in conditions and expressions too. */
export function renameInData(data: unknown, from: string, to: string): unknown {
  if (data instanceof Expression) return new Expression(renameInData(data.node, from, to) as ExpressionNode);
  if (Array.isArray(data)) return data.map((item: unknown) => renameInData(item, from, to));
  if (typeof data !== "object" || data === null) return data;
  const prototype = Object.getPrototypeOf(data) as object | null;
  if (prototype !== Object.prototype && prototype !== null) return data;
  const isPath = "kind" in data && data.kind === "field";
  const entries = Object.entries(data).map(([key, value]): [string, unknown] => {
    if (isPath && key === "path" && typeof value === "string") return [key, renameInKey(value, from, to)];
    if (keyedByField.has(key)) return [key, renameKeys(value, from, to)];
    if (listsOfFields.has(key) && Array.isArray(value)) return [key, value.map((one) => renameFirst(one, from, to))];
    return [key, renameInData(value, from, to)];
  });
  return Object.freeze(Object.fromEntries(entries));
}

function renameKeys(data: unknown, from: string, to: string): unknown {
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).map(([key, value]) => [
    renameInKey(key, from, to),
    renameInData(value, from, to),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function renameFirst(item: unknown, from: string, to: string): unknown {
  if (typeof item === "string") return renameInKey(item, from, to);
  if (!Array.isArray(item)) return renameInData(item, from, to);
  const [first, ...rest] = item as unknown[];
  return [renameFirst(first, from, to), ...rest];
}

import type { ColumnTypeName } from "../fields/column-type.js";
import type { SqlNode } from "./nodes.js";

/** The kind of value that `node` gives, where the node itself says so. */
export function kindOfValue(node: SqlNode | undefined): ColumnTypeName | undefined {
  if (node === undefined) return undefined;
  if (conditions.has(node.kind)) return "boolean";
  if (node.kind === "column" || node.kind === "slot" || node.kind === "value") return node.type.kind;
  if (node.kind === "function" || node.kind === "aggregate") return node.output.kind;
  return node.kind === "cast" ? node.to.kind : undefined;
}

const conditions: ReadonlySet<SqlNode["kind"]> = new Set(["isTrue", "compare", "exists", "isNull", "not"]);

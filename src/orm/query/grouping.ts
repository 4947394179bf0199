import type { SqlNode } from "../compiler/nodes.js";
import { hasAggregate, hasWindow, mapParts } from "../compiler/walk.js";

/** The columns of `node`, outside of aggregates, of other tables than the one whose key the rows are grouped by. */
export function foreignColumns(node: SqlNode, alias: string): SqlNode[] {
  if (node.kind === "aggregate") return [];
  if (node.kind === "column") return node.alias === alias ? [] : [node];
  const found: SqlNode[] = [];
  mapParts(node, (part) => {
    found.push(...foreignColumns(part, alias));
    return part;
  });
  return found;
}

/** The largest parts of `node` that have a column and no aggregate. */
export function plainParts(node: SqlNode): SqlNode[] {
  if (node.kind === "aggregate") return [];
  if (!hasAggregate(node) && !hasWindow(node)) return hasColumn(node) ? [node] : [];
  const found: SqlNode[] = [];
  mapParts(node, (part) => {
    found.push(...plainParts(part));
    return part;
  });
  return found;
}

function hasColumn(node: SqlNode): boolean {
  if (node.kind === "column" || node.kind === "scalar" || node.kind === "exists") return true;
  let found = false;
  mapParts(node, (part) => {
    found ||= hasColumn(part);
    return part;
  });
  return found;
}

import type { QueryNode, SqlNode } from "../compiler/nodes.js";
import { hasAggregate, hasWindow, mapParts } from "../compiler/walk.js";

/** The columns of `node`, outside of aggregates, of other tables than the one whose key the rows are grouped by. */
export function foreignColumns(node: SqlNode, alias: string): SqlNode[] {
  if (node.kind === "aggregate") return [];
  if (node.kind === "column") return node.alias === alias ? [] : [node];
  const isQuery = node.kind === "exists" || node.kind === "scalar" || node.kind === "inSelect";
  const found = isQuery ? columnsFromOutside(node.select, alias) : [];
  mapParts(node, (part) => {
    found.push(...foreignColumns(part, alias));
    return part;
  });
  return found;
}

/** The same columns in a query inside of another, which has tables of its own. */
function columnsFromOutside(query: QueryNode, alias: string): SqlNode[] {
  if (query.kind === "compound") return query.queries.flatMap((one) => columnsFromOutside(one, alias));
  const { columns, from, joins, where, groupBy = [], having, orderBy } = query;
  const own = new Set([from.alias, ...joins.map((join) => join.alias)]);
  const all = [...columns, ...joins.map(({ on }) => on), where, ...groupBy, having, ...orderBy.map(({ by }) => by)];
  const found = all.flatMap((node) => (node === undefined ? [] : foreignColumns(node, alias)));
  if ("select" in from) found.push(...columnsFromOutside(from.select, alias));
  return found.filter((node) => node.kind !== "column" || !own.has(node.alias));
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

import type { SelectNode, SqlNode } from "../compiler/nodes.js";
import { mapParts } from "../compiler/walk.js";
import type { Aliases } from "./table-node.js";

/** Conditions on windows are asked of the rows that have them: the query becomes the source of another. */
export function qualified(inner: SelectNode, qualify: SqlNode, aliases: Aliases): SelectNode {
  const alias = aliases.next();
  const columns: SqlNode[] = [...inner.columns];
  const known = new Map(columns.map((column, index) => [JSON.stringify(column), index]));
  const lift = (node: SqlNode): SqlNode => {
    const isLeaf = ["column", "window", "aggregate", "scalar", "exists", "inSelect", "textMatch"].includes(node.kind);
    if (!isLeaf) return mapParts(node, lift);
    const key = JSON.stringify(node);
    const index = known.get(key) ?? columns.push(node) - 1;
    known.set(key, index);
    return { kind: "column", alias, column: `c${index}`, type: { kind: "text" } };
  };
  const where = lift(qualify);
  const orderBy = inner.orderBy.map((order) => ({ ...order, by: lift(order.by) }));
  const outer = inner.columns.map((_, index): SqlNode => ({
    kind: "column",
    alias,
    column: `c${index}`,
    type: { kind: "text" },
  }));
  return {
    kind: "select",
    columns: outer,
    from: {
      select: { ...inner, columns, hasNamedColumns: true, orderBy: [], limit: undefined, offset: undefined },
      alias,
    },
    joins: [],
    where,
    orderBy,
    limit: inner.limit,
    offset: inner.offset,
  };
}

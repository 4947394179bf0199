import type { OrderNode, SqlNode } from "./nodes.js";

/** `node` with each of its direct parts replaced by what `change` gives. What is inside of other queries stays. */
export function mapParts(node: SqlNode, change: (part: SqlNode) => SqlNode): SqlNode {
  const all = (nodes: readonly SqlNode[]): SqlNode[] => nodes.map(change);
  const orders = (nodes: readonly OrderNode[]): OrderNode[] =>
    nodes.map((order) => ({ ...order, by: change(order.by) }));
  const optional = (part: SqlNode | undefined): SqlNode | undefined => (part === undefined ? undefined : change(part));
  switch (node.kind) {
    case "compare":
    case "textMatch":
    case "arithmetic":
      return { ...node, left: change(node.left), right: change(node.right) };
    case "and":
    case "or":
      return { ...node, items: all(node.items) };
    case "not":
    case "isNull":
    case "isTrue":
    case "datePart":
    case "cast":
      return { ...node, item: change(node.item) };
    case "inSlot":
    case "inSelect":
      return { ...node, left: change(node.left) };
    case "function":
    case "template":
      return { ...node, args: all(node.args) };
    case "aggregate":
      return { ...node, args: all(node.args), filter: optional(node.filter), orderBy: orders(node.orderBy) };
    case "case":
      return {
        ...node,
        branches: node.branches.map(({ when, result }) => ({ when: change(when), result: change(result) })),
        otherwise: optional(node.otherwise),
      };
    case "window":
      return {
        ...node,
        item: change(node.item),
        partitionBy: all(node.partitionBy),
        orderBy: orders(node.orderBy),
      };
    case "column":
    case "slot":
    case "value":
    case "null":
    case "truth":
    case "exists":
    case "random":
    case "count":
    case "one":
    case "number":
    case "constant":
    case "scalar":
    default:
      return node;
  }
}

/** Whether `test` holds for `node` or any of its parts. */
export function someNode(node: SqlNode, test: (node: SqlNode) => boolean): boolean {
  if (test(node)) return true;
  let found = false;
  mapParts(node, (part) => {
    found ||= someNode(part, test);
    return part;
  });
  return found;
}

/** Whether `node` makes one value of several rows, not counting aggregates that a window is laid over. */
export function hasAggregate(node: SqlNode): boolean {
  if (node.kind === "aggregate" || (node.kind === "template" && node.isAggregate)) return true;
  if (node.kind === "window") {
    // The function itself is the window's; what it is given may be an aggregate of the group.
    let found = false;
    const test = (part: SqlNode): SqlNode => {
      found ||= hasAggregate(part);
      return part;
    };
    mapParts(node.item, test);
    for (const part of node.partitionBy) test(part);
    for (const { by } of node.orderBy) test(by);
    return found;
  }
  let found = false;
  mapParts(node, (part) => {
    found ||= hasAggregate(part);
    return part;
  });
  return found;
}

/** Whether `node` has a window function in it. */
export function hasWindow(node: SqlNode): boolean {
  return someNode(node, ({ kind }) => kind === "window");
}

import type { FlatRoute } from "./flatten.js";
import type { ParamSegment, Segment } from "./pattern.js";

/** Where the search goes on when a parameter has taken its text. */
export interface Branch {
  readonly segment: ParamSegment;
  readonly node: RouteNode;
}

/** A place in the tree of routes, reached by the segments above it. */
export interface RouteNode {
  /** By decoded text. */
  readonly texts: Map<string, RouteNode>;
  /** In the order in which the routes named them, each converter once. */
  readonly branches: Branch[];
  /** The route that ends here. */
  route: FlatRoute | undefined;
}

export function newRouteNode(): RouteNode {
  return { texts: new Map(), branches: [], route: undefined };
}

/** Adds a route. The first of two with the same segments counts; the second is left out. */
export function addRoute(root: RouteNode, route: FlatRoute): void {
  let node = root;
  for (const segment of route.segments) node = child(node, segment);
  node.route ??= route;
}

function child(node: RouteNode, segment: Segment): RouteNode {
  return segment.kind === "text" ? textChild(node, segment.text) : branchFor(node, segment).node;
}

function textChild(node: RouteNode, text: string): RouteNode {
  let next = node.texts.get(text);
  if (next === undefined) node.texts.set(text, (next = newRouteNode()));
  return next;
}

/** Parameters of one converter share a branch, whatever they are called. */
function branchFor(node: RouteNode, segment: ParamSegment): Branch {
  const same = node.branches.find((branch) => branch.segment.converterName === segment.converterName);
  if (same !== undefined) return same;
  const branch = { segment, node: newRouteNode() };
  node.branches.push(branch);
  return branch;
}

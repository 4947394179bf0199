import { RoutesConflict } from "../errors.js";
import { coversConverter } from "./converters.js";
import type { FlatRoute } from "./flatten.js";
import type { HostPattern } from "./host-pattern.js";
import { groupByHost } from "./host-router.js";
import { type Segment, takesRest } from "./pattern.js";
import { addRoute, type Branch, newRouteNode, type RouteNode } from "./route-tree.js";

/** The routes of one host, or of none, in the order in which hosts are looked at. */
interface Group {
  readonly host: HostPattern | undefined;
  readonly root: RouteNode;
  readonly routes: readonly FlatRoute[];
}

/**
 * Makes sure that every route can be reached, and every name leads to one URL. Throws one `RoutesConflict` that names
 * both routes of every pair that does not go together.
 *
 * A route counts as unreachable when another one takes every path that it fits. That several others take all of them
 * between each other is not found, nor what converters of a project's own leave to others.
 */
export function checkConflicts(routes: readonly FlatRoute[]): void {
  const problems = [
    ...unreachable(routes.filter(({ kind }) => kind === "http")),
    ...unreachable(routes.filter(({ kind }) => kind === "websocket")),
    ...sameNames(routes),
  ];
  if (problems.length > 0) throw new RoutesConflict({ problems });
}

function unreachable(routes: readonly FlatRoute[]): string[] {
  const groups: Group[] = [
    ...groupByHost(routes).map(({ host, routes: its }) => ({ host, root: treeOf(its), routes: its })),
    { host: undefined, root: treeOf(routes.filter(({ host }) => host === undefined)), routes: [] },
  ];
  return routes.flatMap((route) => {
    const other = shadowOf(route, groups);
    if (other === undefined) return [];
    const where = `${describe(route)} can never be reached: every path that it fits goes to ${describe(other)}`;
    return [`${where}. Remove one, or write the narrower one first.`];
  });
}

function treeOf(routes: readonly FlatRoute[]): RouteNode {
  const root = newRouteNode();
  for (const route of routes) addRoute(root, route);
  return root;
}

function shadowOf(route: FlatRoute, groups: readonly Group[]): FlatRoute | undefined {
  for (const { host, root } of groups) {
    if (host === route.host || host?.pattern === route.host?.pattern) return earlier(root, route, 0);
    if (host === undefined || route.host === undefined || !coversHost(host, route.host)) continue;
    const other = covering(root, route.segments, 0);
    if (other !== undefined) return other;
  }
  return undefined;
}

/** The route that the search would find first wherever it could find `route`. */
function earlier(node: RouteNode, route: FlatRoute, index: number): FlatRoute | undefined {
  const segment = route.segments[index];
  if (segment === undefined) return node.route === route ? undefined : node.route;
  if (segment.kind === "text") {
    const next = node.texts.get(segment.text);
    return next === undefined ? undefined : earlier(next, route, index + 1);
  }
  for (const branch of node.branches) {
    const isOwn = branch.segment.converterName === segment.converterName;
    const other = isOwn ? longer(branch, route, index) : coveringBranch(branch, route.segments, index);
    if (other !== undefined) return other;
    if (isOwn) return earlier(branch.node, route, index + 1);
  }
  return undefined;
}

/** The route that goes on after the same parameter, and leaves it more segments than `route` does. */
function longer({ segment, node }: Branch, route: FlatRoute, index: number): FlatRoute | undefined {
  if (!takesRest(segment)) return undefined;
  for (let end = route.segments.length - 1; end > index + 1; end--) {
    const other = covering(node, route.segments, end);
    if (other !== undefined) return other;
  }
  return undefined;
}

/** A route below `node` that takes every path that `segments` take from `index` on. */
function covering(node: RouteNode, segments: readonly Segment[], index: number): FlatRoute | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.route;
  if (segment.kind === "text") {
    const next = node.texts.get(segment.text);
    const other = next === undefined ? undefined : covering(next, segments, index + 1);
    if (other !== undefined) return other;
  }
  for (const branch of node.branches) {
    const other = coveringBranch(branch, segments, index);
    if (other !== undefined) return other;
  }
  return undefined;
}

function coveringBranch({ segment: wider, node }: Branch, segments: readonly Segment[], index: number) {
  const segment = segments[index];
  if (segment === undefined || !covers(wider, segment)) return undefined;
  if (!takesRest(wider)) return covering(node, segments, index + 1);
  for (let end = segments.length; end > index; end--) {
    const other = covering(node, segments, end);
    if (other !== undefined) return other;
  }
  return undefined;
}

function covers(wider: Segment, narrower: Segment): boolean {
  if (wider.kind === "text") return narrower.kind === "text" && narrower.text === wider.text;
  if (narrower.kind === "param") return coversConverter(wider.converterName, narrower.converterName);
  return narrower.text !== "" && wider.converter.parse(narrower.text) !== undefined;
}

function coversHost(wider: HostPattern, narrower: HostPattern): boolean {
  return (
    wider.labels.length === narrower.labels.length &&
    wider.labels.every((label, index) => {
      const other = narrower.labels[index];
      return other !== undefined && covers(label, other);
    })
  );
}

/** Two routes of one name whose URLs are made from the same parameters: the second is never chosen. */
function sameNames(routes: readonly FlatRoute[]): string[] {
  const first = new Map<string, FlatRoute>();
  return routes.flatMap((route) => {
    if (route.name === undefined) return [];
    const params = [...(route.host?.labels ?? []), ...route.segments].flatMap((segment) =>
      segment.kind === "param" ? [`${segment.name}<${segment.converterName}>`] : [],
    );
    const key = `${route.name} ${params.toSorted().join(" ")}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, route);
      return [];
    }
    const both = `${describe(other)} and ${describe(route)} are both called ${JSON.stringify(route.name)}`;
    return [`${both}. Rename one, or include one under a namespace.`];
  });
}

function describe({ kind, host, pattern, consumer }: FlatRoute): string {
  return `${kind} ${host?.pattern ?? ""}${pattern} (${consumer.name || "an unnamed class"})`;
}

import type { RouteParams } from "../../core/index.js";
import type { PathRoute } from "./route.js";

/** A route that fits a path, and what it captured. */
export interface RouteMatch {
  readonly route: PathRoute;
  readonly params: RouteParams;
}

interface ParamBranch {
  readonly name: string;
  readonly segment: Extract<PathRoute["segments"][number], { kind: "param" }>;
  readonly node: Node;
}

interface Node {
  readonly texts: Map<string, Node>;
  readonly params: ParamBranch[];
  route: PathRoute | undefined;
}

const noParams: RouteParams = Object.freeze({});

/**
 * Finds the route of a path. Fixed text goes before parameters, and parameters go in the order of the routes. Paths
 * without parameters are looked up at once, all others segment by segment; no regular expression sees the whole path.
 */
export class Router {
  readonly #fixed = new Map<string, RouteMatch>();
  readonly #root: Node = newNode();

  constructor(routes: readonly PathRoute[]) {
    for (const route of routes) this.#add(route);
  }

  /** The route for `rawPath` (still percent-encoded), or `undefined`. */
  match(rawPath: string): RouteMatch | undefined {
    return this.#fixed.get(rawPath) ?? this.#search(rawPath);
  }

  #search(rawPath: string): RouteMatch | undefined {
    const segments = rawPath.slice(1).split("/");
    const captured: [name: string, value: string | number][] = [];
    const route = find(this.#root, segments, 0, captured);
    return route === undefined ? undefined : { route, params: Object.fromEntries(captured) };
  }

  #add(route: PathRoute): void {
    if (route.segments.every((segment) => segment.kind === "text")) {
      // The first of two routes with the same path counts.
      if (!this.#fixed.has(route.pattern)) this.#fixed.set(route.pattern, { route, params: noParams });
    }
    let node = this.#root;
    for (const segment of route.segments) {
      node = segment.kind === "text" ? textChild(node, segment.text) : paramChild(node, segment);
    }
    node.route ??= route;
  }
}

function newNode(): Node {
  return { texts: new Map(), params: [], route: undefined };
}

function textChild(node: Node, text: string): Node {
  let child = node.texts.get(text);
  if (child === undefined) node.texts.set(text, (child = newNode()));
  return child;
}

function paramChild(node: Node, segment: ParamBranch["segment"]): Node {
  const { name, converterName } = segment;
  const same = node.params.find((branch) => branch.name === name && branch.segment.converterName === converterName);
  if (same !== undefined) return same.node;
  const branch = { name, segment, node: newNode() };
  node.params.push(branch);
  return branch.node;
}

function find(
  node: Node,
  segments: readonly string[],
  index: number,
  captured: [string, string | number][],
): PathRoute | undefined {
  const raw = segments[index];
  if (raw === undefined) return node.route;
  const text = decodeSegment(raw);
  const fixed = node.texts.get(text);
  if (fixed !== undefined) {
    const route = find(fixed, segments, index + 1, captured);
    if (route !== undefined) return route;
  }
  for (const { name, segment, node: child } of node.params) {
    const { converter } = segment;
    const taken = converter.takesRest === true ? segments.slice(index).map(decodeSegment).join("/") : text;
    const value = taken === "" ? undefined : converter.parse(taken);
    if (value === undefined) continue;
    captured.push([name, value]);
    const route = converter.takesRest === true ? child.route : find(child, segments, index + 1, captured);
    if (route !== undefined) return route;
    captured.pop();
  }
  return undefined;
}

/** The server has made sure that a path is well encoded. */
function decodeSegment(raw: string): string {
  return raw.includes("%") ? decodeURIComponent(raw) : raw;
}

import type { RouteParam, RouteParams } from "../../core/index.js";
import type { FlatRoute } from "./flatten.js";
import { addRoute, newRouteNode, type RouteNode } from "./route-tree.js";

/** A route that fits a path, and what it captured. */
export interface RouteMatch {
  readonly route: FlatRoute;
  readonly params: RouteParams;
}

const noParams: RouteParams = Object.freeze({});

/**
 * Finds the route of a path. Fixed text goes before parameters, and parameters go in the order of the routes. Paths
 * without parameters are looked up at once, all others segment by segment; no regular expression sees the whole path.
 */
export class Router {
  readonly #fixed = new Map<string, RouteMatch>();
  readonly #root: RouteNode = newRouteNode();
  /** What the search has captured on its way down. A search is over before the next begins. */
  readonly #captured: RouteParam[] = [];

  constructor(routes: readonly FlatRoute[]) {
    for (const route of routes) {
      addRoute(this.#root, route);
      // The first of two routes with the same path counts.
      if (route.paramNames.length === 0 && !this.#fixed.has(route.pattern))
        this.#fixed.set(route.pattern, { route, params: noParams });
    }
  }

  /** The route for `rawPath` (still percent-encoded, and well so), or `undefined`. */
  match(rawPath: string): RouteMatch | undefined {
    return this.#fixed.get(rawPath) ?? this.#search(rawPath);
  }

  #search(rawPath: string): RouteMatch | undefined {
    const route = this.#find(this.#root, rawPath, 1, 0);
    return route === undefined ? undefined : { route, params: this.#paramsOf(route) };
  }

  #paramsOf({ paramNames }: FlatRoute): RouteParams {
    if (paramNames.length === 0) return noParams;
    const params: Record<string, RouteParam> = {};
    for (let i = 0; i < paramNames.length; i++) params[paramNames[i] ?? ""] = this.#captured[i] ?? "";
    return params;
  }

  /** The route of what follows `start` in `path`, with `depth` parameters captured before it. */
  #find(node: RouteNode, path: string, start: number, depth: number): FlatRoute | undefined {
    if (start > path.length) return node.route;
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const text = decoded(path, start, end);
    const fixed = node.texts.get(text);
    if (fixed !== undefined) {
      const route = this.#find(fixed, path, end + 1, depth);
      if (route !== undefined) return route;
    }
    for (const { segment, node: next } of node.branches) {
      const { converter } = segment;
      if (converter.takesRest === true) {
        const route = this.#findAfterRest(segment.converter.parse, next, path, start, depth);
        if (route !== undefined) return route;
        continue;
      }
      const value = text === "" ? undefined : converter.parse(text);
      if (value === undefined) continue;
      const route = this.#find(next, path, end + 1, depth + 1);
      if (route === undefined) continue;
      // Written on the way back, so that branches that led nowhere leave nothing behind.
      this.#captured[depth] = value;
      return route;
    }
    return undefined;
  }

  /** As many segments as can be go to the parameter, but a route that goes on after it has the first say. */
  #findAfterRest(
    parse: (text: string) => RouteParam | undefined,
    next: RouteNode,
    path: string,
    start: number,
    depth: number,
  ): FlatRoute | undefined {
    for (let end = path.lastIndexOf("/"); end > start; end = path.lastIndexOf("/", end - 1)) {
      const route = this.#find(next, path, end + 1, depth + 1);
      if (route !== undefined && this.#takeRest(parse, path, start, end, depth)) return route;
    }
    return next.route !== undefined && this.#takeRest(parse, path, start, path.length, depth) ? next.route : undefined;
  }

  #takeRest(
    parse: (text: string) => RouteParam | undefined,
    path: string,
    start: number,
    end: number,
    depth: number,
  ): boolean {
    const value = start < end ? parse(decoded(path, start, end)) : undefined;
    if (value !== undefined) this.#captured[depth] = value;
    return value !== undefined;
  }
}

/** The server has made sure that a path is well encoded. */
function decoded(path: string, start: number, end: number): string {
  const raw = path.slice(start, end);
  return raw.includes("%") ? decodeURIComponent(raw) : raw;
}

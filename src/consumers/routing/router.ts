import type { RouteParam, RouteParams } from "../../core/index.js";
import type { FlatRoute } from "./flatten.js";
import { RouteSearch } from "./route-search.js";
import { addRoute, newRouteNode } from "./route-tree.js";

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
  /** The lengths of the fixed paths: a look there is cheaper than the hash of a path that is not among them. */
  readonly #fixedLengths: boolean[] = [];
  readonly #search: RouteSearch;

  constructor(routes: readonly FlatRoute[]) {
    const root = newRouteNode();
    for (const route of routes) {
      addRoute(root, route);
      // The first of two routes with the same path counts.
      if (route.paramNames.length === 0 && !this.#fixed.has(route.pattern)) {
        this.#fixed.set(route.pattern, { route, params: noParams });
        this.#fixedLengths[route.pattern.length] = true;
      }
    }
    this.#search = new RouteSearch(root);
  }

  /** The route for `rawPath` (still percent-encoded, and well so), or `undefined`. */
  match(rawPath: string): RouteMatch | undefined {
    const fixed = this.#fixedLengths[rawPath.length] === true ? this.#fixed.get(rawPath) : undefined;
    if (fixed !== undefined) return fixed;
    const route = this.#search.find(rawPath);
    return route === undefined ? undefined : { route, params: this.#paramsOf(route) };
  }

  #paramsOf({ paramNames }: FlatRoute): RouteParams {
    const { captured } = this.#search;
    const params: Record<string, RouteParam> = {};
    for (let i = 0; i < paramNames.length; i++) params[paramNames[i] ?? ""] = captured[i] ?? "";
    return params;
  }
}

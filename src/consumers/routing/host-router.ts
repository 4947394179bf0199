import type { RouteParam, RouteParams } from "../../core/index.js";
import { hostName } from "../host-name.js";
import type { FlatRoute } from "./flatten.js";
import type { HostPattern } from "./host-pattern.js";
import { type RouteMatch, Router } from "./router.js";

/** The routes of one host pattern. */
interface HostGroup {
  readonly host: HostPattern;
  readonly router: Router;
}

/** What a request or socket says of itself that matters for routing. */
interface Addressed {
  readonly rawPath: string;
  readonly headers: { get(name: string): string | undefined };
}

/**
 * Finds the route of a host and path. Hosts go by how much of them is fixed text, then in the order of the routes;
 * routes of no host come last, and are there for every host.
 */
export class HostRouter {
  readonly #groups: readonly HostGroup[];
  readonly #anyHost: Router;

  constructor(routes: readonly FlatRoute[]) {
    this.#groups = groupByHost(routes).map(({ host, routes: its }) => ({ host, router: new Router(its) }));
    this.#anyHost = new Router(routes.filter((route) => route.host === undefined));
  }

  match(scope: Addressed): RouteMatch | undefined {
    return this.matchPath(scope, scope.rawPath);
  }

  /** As `match`, for another path of the same host. */
  matchPath(scope: Addressed, rawPath: string): RouteMatch | undefined {
    if (this.#groups.length > 0) {
      const labels = hostName(scope.headers.get("host") ?? "").split(".");
      for (const { host, router } of this.#groups) {
        const captured = hostParams(host, labels);
        const found = captured === undefined ? undefined : router.match(rawPath);
        if (found !== undefined) return { route: found.route, params: { ...captured, ...found.params } };
      }
    }
    return this.#anyHost.match(rawPath);
  }
}

/** The routes that are bound to hosts, by host: the most fixed first. */
export function groupByHost(
  routes: readonly FlatRoute[],
): readonly { readonly host: HostPattern; readonly routes: readonly FlatRoute[] }[] {
  const groups = new Map<string, { readonly host: HostPattern; readonly routes: FlatRoute[] }>();
  for (const route of routes) {
    if (route.host === undefined) continue;
    const { pattern } = route.host;
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, { host: route.host, routes: [route] });
    else group.routes.push(route);
  }
  return [...groups.values()].toSorted((a, b) => paramCount(a.host) - paramCount(b.host));
}

function paramCount({ labels }: HostPattern): number {
  return labels.filter((label) => label.kind === "param").length;
}

function hostParams({ labels }: HostPattern, given: readonly string[]): RouteParams | undefined {
  if (labels.length !== given.length) return undefined;
  const params: Record<string, RouteParam> = {};
  for (const [index, label] of labels.entries()) {
    const text = given[index] ?? "";
    if (label.kind === "text") {
      if (label.text !== text) return undefined;
      continue;
    }
    const value = text === "" ? undefined : label.converter.parse(text);
    if (value === undefined) return undefined;
    params[label.name] = value;
  }
  return params;
}

import { RouteInvalid } from "../errors.js";
import { parsePattern } from "./pattern.js";
import type { ChannelRoute, PathRoute, Route } from "./route.js";

/** A routing table without includes, in the order in which it was written. */
export interface FlatRoutes {
  readonly paths: readonly PathRoute[];
  readonly channels: readonly ChannelRoute[];
}

/** Resolves the includes of `routes`. Throws `RouteInvalid` where a prefix and a path do not go together. */
export function flattenRoutes(routes: readonly Route[]): FlatRoutes {
  const paths: PathRoute[] = [];
  const channels: ChannelRoute[] = [];
  const add = (inner: readonly Route[], prefix: string): void => {
    for (const route of inner) {
      if (route.kind === "channel") channels.push(route);
      else if (route.kind === "include") add(route.routes, joinPaths(prefix, route.prefix));
      else paths.push(prefix === "" ? route : underPrefix(route, prefix));
    }
  };
  add(routes, "");
  return { paths, channels };
}

function underPrefix(route: PathRoute, prefix: string): PathRoute {
  const pattern = joinPaths(prefix, route.pattern);
  return { ...route, pattern, segments: parsePattern(pattern) };
}

function joinPaths(prefix: string, path: string): string {
  if (!path.startsWith("/")) throw new RouteInvalid({ pattern: path, problem: "must begin with /" });
  return prefix.endsWith("/") ? prefix + path.slice(1) : prefix + path;
}

import type { MatchedRoute } from "../../core/index.js";
import { RouteInvalid } from "../errors.js";
import type { Middleware } from "../middleware/middleware.js";
import type { HostPattern } from "./host-pattern.js";
import { checkParams, parsePattern, type Segment } from "./pattern.js";
import type { ChannelRoute, PathRoute, Route } from "./route.js";

/** A route with everything that its includes add. */
export interface FlatRoute {
  readonly kind: "http" | "websocket";
  /** The whole path. */
  readonly pattern: string;
  readonly segments: readonly Segment[];
  /** The names of what the path captures, from left to right. */
  readonly paramNames: readonly string[];
  readonly host: HostPattern | undefined;
  /** With its namespaces. */
  readonly name: string | undefined;
  readonly consumer: PathRoute["consumer"];
  /** That of its includes first; the first is the outermost. */
  readonly middleware: readonly Middleware[];
  /** The pool of workers that run its consumers; `undefined` for this process. */
  readonly remote: string | undefined;
  /** What a scope says of it. */
  readonly matched: MatchedRoute;
}

/** A routing table without includes, in the order in which it was written. */
export interface FlatRoutes {
  readonly paths: readonly FlatRoute[];
  readonly channels: readonly ChannelRoute[];
}

/** What stands around a route. */
interface Around {
  readonly prefix: string;
  readonly namespace: string;
  readonly host: HostPattern | undefined;
  readonly middleware: readonly Middleware[];
}

/** Resolves the includes of `routes`. Throws `RouteInvalid` where a prefix and a path do not go together. */
export function flattenRoutes(routes: readonly Route[]): FlatRoutes {
  const paths: FlatRoute[] = [];
  const channels: ChannelRoute[] = [];
  const add = (inner: readonly Route[], around: Around): void => {
    for (const route of inner) {
      switch (route.kind) {
        case "channel":
          channels.push(route);
          break;
        case "include":
          add(route.routes, within(around, route, joinPaths(around.prefix, route.prefix), around.host));
          break;
        case "host":
          if (around.host !== undefined)
            throw new RouteInvalid({
              pattern: route.pattern,
              problem: `is a host within the host ${around.host.pattern}`,
            });
          add(route.routes, within(around, route, around.prefix, route.host));
          break;
        case "http":
        case "websocket":
          paths.push(flatRoute(route, around));
          break;
      }
    }
  };
  add(routes, { prefix: "", namespace: "", host: undefined, middleware: [] });
  return { paths, channels };
}

function within(
  around: Around,
  route: { readonly namespace: string | undefined; readonly middleware: readonly Middleware[] },
  prefix: string,
  host: HostPattern | undefined,
): Around {
  const namespace = route.namespace === undefined ? around.namespace : `${around.namespace}${route.namespace}:`;
  return { prefix, namespace, host, middleware: [...around.middleware, ...route.middleware] };
}

function flatRoute(route: PathRoute, { prefix, namespace, host, middleware }: Around): FlatRoute {
  const { kind, consumer } = route;
  const pattern = joinPaths(prefix, route.pattern);
  const segments = prefix === "" ? route.segments : parsePattern(pattern);
  if (host !== undefined) checkParams(`${host.pattern}${pattern}`, [...host.labels, ...segments]);
  const name = route.name === undefined ? undefined : namespace + route.name;
  const own = consumer as { readonly exempt?: readonly string[]; readonly middleware?: readonly Middleware[] };
  const { exempt = [], middleware: ownMiddleware = [] } = own;
  return {
    kind,
    pattern,
    segments,
    paramNames: segments.flatMap((segment) => (segment.kind === "param" ? [segment.name] : [])),
    host,
    name,
    consumer,
    middleware: [...middleware, ...route.middleware, ...ownMiddleware],
    remote: route.remote,
    matched: Object.freeze({ pattern, name, host: host?.pattern, exempt }),
  };
}

function joinPaths(prefix: string, path: string): string {
  if (!path.startsWith("/")) throw new RouteInvalid({ pattern: path, problem: "must begin with /" });
  return prefix.endsWith("/") ? prefix + path.slice(1) : prefix + path;
}

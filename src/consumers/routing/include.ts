import type { PathParams } from "../../core/index.js";
import { RouteInvalid } from "../errors.js";
import type { Middleware } from "../middleware/middleware.js";
import { type HostPattern, parseHostPattern } from "./host-pattern.js";
import type { HostParams } from "./host-params.js";
import { parsePattern } from "./pattern.js";
import {
  type Fits,
  type HostRoutes,
  http,
  type HttpConsumerClass,
  type IncludedRoutes,
  type ParamsOf,
  type PathRoute,
  type Route,
  type RouteOptions,
  websocket,
  type WebSocketConsumerClass,
} from "./route.js";

/** Options of `include` and `host`. */
export interface IncludeOptions<Namespace extends string = string> {
  /** Stands before the names of these routes, with a colon: `reverse("admin:index")`. */
  readonly namespace?: Namespace;
  /** Wraps these routes alone, requests and sockets, inside of the site's own middleware. */
  readonly middleware?: readonly (Middleware<"http"> | Middleware<"websocket">)[];
}

/** The routes of an include: as they are, or made by a function that knows what the prefix captures. */
export type Within<Outer extends object, Inner extends readonly Route[]> =
  | Inner
  | ((under: RouteFunctions<Outer>) => Inner);

/**
 * The functions that make routes, for routes under a prefix or host with parameters: consumers may ask for the outer
 * ones, too.
 */
export interface RouteFunctions<Outer extends object> {
  readonly http: <const Pattern extends string, C extends HttpConsumerClass, const Name extends string = never>(
    pattern: Pattern,
    consumer: C & Fits<PathParams<Pattern> & Outer, ParamsOf<InstanceType<C>>>,
    options?: RouteOptions<Name, "http">,
  ) => PathRoute<Pattern, NoInfer<Name>>;
  readonly websocket: <
    const Pattern extends string,
    C extends WebSocketConsumerClass,
    const Name extends string = never,
  >(
    pattern: Pattern,
    consumer: C & Fits<PathParams<Pattern> & Outer, ParamsOf<InstanceType<C>>>,
    options?: RouteOptions<Name, "websocket">,
  ) => PathRoute<Pattern, NoInfer<Name>>;
  readonly include: <
    const Prefix extends string,
    const Inner extends readonly Route[],
    const Namespace extends string = never,
  >(
    prefix: Prefix,
    routes: Within<PathParams<Prefix> & Outer, Inner>,
    options?: IncludeOptions<Namespace>,
  ) => IncludedRoutes<Prefix, Inner, NoInfer<Namespace>>;
}

/**
 * Puts routes under a prefix, and their names under a namespace:
 *
 * ```ts
 * include("/admin/", adminRoutes, { namespace: "admin" })                       // reverse("admin:index")
 * include("/rooms/:slug/", ({ http }) => [http("/", RoomPage), http("/files/", RoomFiles)])
 * ```
 *
 * Where the prefix captures parameters, give a function: the consumers of what it makes may ask for them. Throws
 * `RouteInvalid`.
 */
export function include<
  const Prefix extends string,
  const Inner extends readonly Route[],
  const Namespace extends string = never,
>(
  prefix: Prefix,
  routes: Within<PathParams<Prefix>, Inner>,
  { namespace, middleware = [] }: IncludeOptions<Namespace> = {},
): IncludedRoutes<Prefix, Inner, NoInfer<Namespace>> {
  checkPrefix(prefix);
  checkNamespace(prefix, namespace);
  return { kind: "include", prefix, routes: made(routes), namespace, middleware };
}

/**
 * Binds routes to a host, whatever its port. They are looked at before those of no host, which are there for every
 * host:
 *
 * ```ts
 * host("api.example.com", apiRoutes, { namespace: "api" })
 * host(":tenant.example.com", ({ http }) => [http("/", TenantHome)])
 * ```
 *
 * A parameter takes one label; its text is in lower case. Throws `RouteInvalid`.
 */
export function host<
  const Host extends string,
  const Inner extends readonly Route[],
  const Namespace extends string = never,
>(
  pattern: Host,
  routes: Within<HostParams<Host>, Inner>,
  { namespace, middleware = [] }: IncludeOptions<Namespace> = {},
): HostRoutes<Host, Inner, NoInfer<Namespace>> {
  const parsed: HostPattern = parseHostPattern(pattern);
  checkNamespace(pattern, namespace);
  return { kind: "host", pattern, host: parsed, routes: made(routes), namespace, middleware };
}

function made<Outer extends object, Inner extends readonly Route[]>(routes: Within<Outer, Inner>): Inner {
  const functions = { http, websocket, include } as unknown as RouteFunctions<Outer>;
  return typeof routes === "function" ? routes(functions) : routes;
}

function checkPrefix(prefix: string): void {
  parsePattern(prefix.length > 1 && prefix.endsWith("/") ? prefix.slice(0, -1) : prefix);
}

function checkNamespace(pattern: string, namespace: string | undefined): void {
  if (namespace !== undefined && !/^[\w-]+$/.test(namespace))
    throw new RouteInvalid({
      pattern,
      problem: `has a namespace that is not of letters, digits, _ and -: ${namespace}`,
    });
}

import type { HostPattern } from "./host-pattern.js";
import { NoReverseMatch } from "../errors.js";
import { type FlatRoute, flattenRoutes } from "./flatten.js";
import type { NamedRoutes, ParamsOfName, RouteName } from "./named-routes.js";
import type { Segment } from "./pattern.js";
import { queryText, type QueryValues } from "./query-text.js";
import type { Route } from "./route.js";

/** What else belongs to a URL. */
export interface ReverseOptions {
  /** What follows `?`. Lists repeat their name; `undefined` and `null` are left out. */
  readonly query?: QueryValues | URLSearchParams;
  /** What follows `#`, without it. */
  readonly fragment?: string;
  /**
   * Makes the URL absolute: the origin of the site, such as `https://example.com:8443`. A route that is bound to a host
   * takes scheme and port from it, and without it begins with `//` and its host.
   */
  readonly origin?: string;
}

/** The URL of a route by its name. */
export interface Reverse {
  (name: string, params?: Readonly<Record<string, unknown>>, options?: ReverseOptions): string;
}

/** As `Reverse`, with names and params checked by the compiler against a routing table. */
export interface TypedReverse<Routes extends readonly Route[]> {
  <Name extends RouteName<Routes>>(
    name: Name,
    ...rest: {} extends ParamsOfName<NamedRoutes<Routes>, Name>
      ? [params?: Readonly<Record<string, never>>, options?: ReverseOptions]
      : [params: ParamsOfName<NamedRoutes<Routes>, Name>, options?: ReverseOptions]
  ): string;
}

/**
 * Makes the function that gives URLs by the names of `routes`:
 *
 * ```ts
 * const url = reverser(routes);
 * url("room", { slug: "lobby" });                             // "/rooms/lobby/"
 * url("admin:index", {}, { query: { page: 2 }, fragment: "top" }); // "/admin/?page=2#top"
 * ```
 *
 * It throws `NoReverseMatch`. Of several routes with one name, the first whose parameters fit counts.
 */
export function reverser<const Routes extends readonly Route[]>(routes: Routes): TypedReverse<Routes> {
  return createReverse(routes) as TypedReverse<Routes>;
}

/** As `reverser`, for names that are known only at run time, such as those in templates. */
export function createReverse(routes: readonly Route[]): Reverse {
  const byName = new Map<string, FlatRoute[]>();
  for (const route of flattenRoutes(routes).paths) {
    if (route.name === undefined) continue;
    const same = byName.get(route.name);
    if (same === undefined) byName.set(route.name, [route]);
    else same.push(route);
  }
  return (name, params = {}, options = {}) => {
    const candidates = byName.get(name);
    if (candidates === undefined)
      throw new NoReverseMatch({ name, problem: `the names are ${[...byName.keys()].join(", ")}` });
    for (const route of candidates) {
      const url = urlOf(route, params, options);
      if (url !== undefined) return url;
    }
    const patterns = candidates.map((route) => `${route.host?.pattern ?? ""}${route.pattern}`).join(" or ");
    throw new NoReverseMatch({ name, problem: `${describe(params)} does not fit ${patterns}` });
  };
}

function urlOf(
  { segments, host, paramNames }: FlatRoute,
  params: Readonly<Record<string, unknown>>,
  { query, fragment, origin }: ReverseOptions,
): string | undefined {
  const hostParams = host?.labels.filter((label) => label.kind === "param").length ?? 0;
  if (Object.keys(params).length !== paramNames.length + hostParams) return undefined;
  const path = pathOf(segments, params);
  const start = path === undefined ? undefined : originOf(host, params, origin);
  if (path === undefined || start === undefined) return undefined;
  const search = query === undefined ? "" : queryText(query);
  return start + path + (search && `?${search}`) + (fragment === undefined ? "" : `#${encodeURIComponent(fragment)}`);
}

function pathOf(segments: readonly Segment[], params: Readonly<Record<string, unknown>>): string | undefined {
  let path = "";
  for (const segment of segments) {
    const text = textOf(segment, params);
    if (text === undefined) return undefined;
    path += `/${text}`;
  }
  // Two slashes at the start would lead to another host.
  return path.startsWith("//") ? `/%2F${path.slice(2)}` : path;
}

/** A segment as it stands in a URL. */
function textOf(segment: Segment, params: Readonly<Record<string, unknown>>): string | undefined {
  if (segment.kind === "text") return encodeURIComponent(segment.text);
  const { converter, name } = segment;
  const text = Object.hasOwn(params, name) ? converter.format(params[name]) : undefined;
  // Half a surrogate pair has no encoding.
  if (text === undefined || /\p{Surrogate}/u.test(text)) return undefined;
  return converter.takesRest === true ? text.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(text);
}

function originOf(
  host: HostPattern | undefined,
  params: Readonly<Record<string, unknown>>,
  origin: string | undefined,
): string | undefined {
  const site = origin === undefined ? undefined : new URL(origin);
  if (host === undefined) return site?.origin ?? "";
  const labels = host.labels.map((label) =>
    label.kind === "text" ? label.text : hostLabel(label.converter.format(params[label.name])),
  );
  if (labels.includes(undefined)) return undefined;
  const name = labels.join(".");
  return site === undefined ? `//${name}` : `${site.protocol}//${name}${site.port && `:${site.port}`}`;
}

/** The text of a label (RFC 1123 §2.1), or `undefined` for what would lead elsewhere. */
function hostLabel(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/.test(text) ? text : undefined;
}

function describe(params: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(params, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

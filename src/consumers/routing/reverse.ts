import type { PathParams } from "../../core/index.js";
import { NoReverseMatch } from "../errors.js";
import { flattenRoutes } from "./flatten.js";
import type { IncludedRoutes, PathRoute, Route } from "./route.js";

/** The URL of a route by its name. */
export interface Reverse {
  (name: string, params?: Readonly<Record<string, unknown>>): string;
}

/** Name and pattern of every named route of a table, includes resolved. */
type NamedPatterns<Routes extends readonly Route[], Prefix extends string = ""> = Routes[number] extends infer R
  ? R extends PathRoute<infer Pattern, infer Name>
    ? [Name] extends [never]
      ? never
      : { readonly name: Name; readonly pattern: Join<Prefix, Pattern> }
    : R extends IncludedRoutes<infer Inner, infer InnerRoutes>
      ? NamedPatterns<InnerRoutes, Join<Prefix, Inner>>
      : never
  : never;

type Join<Prefix extends string, Path extends string> = Prefix extends ""
  ? Path
  : Prefix extends `${infer Start}/`
    ? `${Start}${Path}`
    : `${Prefix}${Path}`;

type PatternOf<Named, Name> = Named extends { readonly name: Name; readonly pattern: infer Pattern extends string }
  ? Pattern
  : never;

/** As `Reverse`, with names and params checked by the compiler against a routing table. */
export interface TypedReverse<Routes extends readonly Route[]> {
  <Name extends NamedPatterns<Routes>["name"]>(
    name: Name,
    ...params: {} extends PathParams<PatternOf<NamedPatterns<Routes>, Name>>
      ? []
      : [params: PathParams<PatternOf<NamedPatterns<Routes>, Name>>]
  ): string;
}

/**
 * Makes the function that gives URLs by the names of `routes`:
 *
 * ```ts
 * const url = reverser(routes);
 * url("room", { slug: "lobby" }); // "/rooms/lobby/"
 * ```
 *
 * It throws `NoReverseMatch`. Of several routes with one name, the first whose parameters fit counts.
 */
export function reverser<const Routes extends readonly Route[]>(routes: Routes): TypedReverse<Routes> {
  return createReverse(routes);
}

/** As `reverser`, for names that are known only at run time, such as those in templates. */
export function createReverse(routes: readonly Route[]): Reverse {
  const byName = new Map<string, PathRoute[]>();
  for (const route of flattenRoutes(routes).paths) {
    if (route.name === undefined) continue;
    const same = byName.get(route.name);
    if (same === undefined) byName.set(route.name, [route]);
    else same.push(route);
  }
  return (name, params = {}) => {
    const candidates = byName.get(name);
    if (candidates === undefined)
      throw new NoReverseMatch({ name, problem: `the names are ${[...byName.keys()].join(", ")}` });
    for (const route of candidates) {
      const url = fill(route, params);
      if (url !== undefined) return url;
    }
    const patterns = candidates.map((route) => route.pattern).join(" or ");
    throw new NoReverseMatch({ name, problem: `${JSON.stringify(params)} does not fit ${patterns}` });
  };
}

function fill(route: PathRoute, params: Readonly<Record<string, unknown>>): string | undefined {
  let url = "";
  let used = 0;
  for (const segment of route.segments) {
    if (segment.kind === "text") {
      url += `/${encodeURIComponent(segment.text)}`;
      continue;
    }
    const text = segment.converter.format(params[segment.name]);
    if (text === undefined) return undefined;
    used += 1;
    url += `/${segment.converter.takesRest === true ? text.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(text)}`;
  }
  return used === Object.keys(params).length ? url : undefined;
}

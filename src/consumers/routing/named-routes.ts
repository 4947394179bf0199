import type { PathParams } from "../../core/index.js";
import type { HostParams } from "./host-params.js";
import type { HostRoutes, IncludedRoutes, PathRoute, Route } from "./route.js";

/**
 * Name and parameters of every named route of a table, includes resolved: a union of `{ name: "shop:item"; params: { id:
 * number } }`. `Prefix`, `Outer` and `Space` are what stands around the table.
 */
export type NamedRoutes<
  Routes extends readonly Route[],
  Prefix extends string = "",
  Outer extends object = {},
  Space extends string = "",
> = Routes[number] extends infer R
  ? R extends PathRoute<infer Pattern, infer Name>
    ? [Name] extends [never]
      ? never
      : { readonly name: `${Space}${Name}`; readonly params: PathParams<Join<Prefix, Pattern>> & Outer }
    : R extends IncludedRoutes<infer Inner, infer InnerRoutes, infer Namespace>
      ? NamedRoutes<InnerRoutes, Join<Prefix, Inner>, Outer, Under<Space, Namespace>>
      : R extends HostRoutes<infer Host, infer HostedRoutes, infer Namespace>
        ? NamedRoutes<HostedRoutes, Prefix, HostParams<Host>, Under<Space, Namespace>>
        : never
  : never;

/** The names of a table. */
export type RouteName<Routes extends readonly Route[]> = NamedRoutes<Routes>["name"];

/** What the URL of a name is made from; several routes may share a name, each with parameters of its own. */
export type ParamsOfName<Named, Name> = Named extends { readonly name: Name; readonly params: infer Params }
  ? Params
  : never;

type Join<Prefix extends string, Path extends string> = Prefix extends ""
  ? Path
  : Prefix extends `${infer Start}/`
    ? `${Start}${Path}`
    : `${Prefix}${Path}`;

type Under<Space extends string, Namespace extends string> = [Namespace] extends [never]
  ? Space
  : `${Space}${Namespace}:`;

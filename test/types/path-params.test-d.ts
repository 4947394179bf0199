import type { PathParams, RouteParams } from "hotclub/core";

/** True only for the very same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Claim extends true>(): void => {};

holds<Same<PathParams<"room/:slug">, { slug: string }>>();
holds<Same<PathParams<"/rooms/:slug/:page<int>/">, { slug: string; page: number }>>();
holds<Same<PathParams<"/:path<path>">, { path: string }>>();
holds<Same<PathParams<"/about/">, {}>>();
holds<Same<PathParams<"lobby">, {}>>();
holds<Same<PathParams<"time:now">, {}>>();
holds<Same<PathParams<string>, RouteParams>>();
// @ts-expect-error an int is a number
holds<Same<PathParams<":id<int>">, { id: string }>>();

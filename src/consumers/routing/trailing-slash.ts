/**
 * What happens to a request whose path fits a route but for a slash at its end:
 *
 * - `append` (as Django's `APPEND_SLASH`): a missing slash is added, by a redirect;
 * - `remove`: a slash too many is removed, by a redirect;
 * - `either`: the route answers with and without, and nobody is redirected;
 * - `strict`: 404.
 *
 * Redirects are 301 for GET and HEAD and 308 for all others, which keeps method and body. Sockets are not redirected:
 * browsers do not follow. The slash at their end counts, but for `either`.
 */
export type TrailingSlash = "append" | "remove" | "either" | "strict";

/** The path with a slash more or less, as a policy may want it; `undefined` where it wants this one. */
export function otherSlash(rawPath: string, policy: TrailingSlash): string | undefined {
  if (rawPath === "/" || policy === "strict") return undefined;
  const hasSlash = rawPath.endsWith("/");
  if (hasSlash) return policy === "append" ? undefined : rawPath.slice(0, -1);
  return policy === "remove" ? undefined : `${rawPath}/`;
}

/** Where a redirect to `rawPath` leads: never to another host, whatever slashes the path begins with. */
export function slashLocation(rawPath: string, queryString: string): string {
  const path = rawPath.replace(/^\/[/\\]+/, (slashes) => `/${encodeURIComponent(slashes.slice(1))}`);
  return queryString === "" ? path : `${path}?${queryString}`;
}

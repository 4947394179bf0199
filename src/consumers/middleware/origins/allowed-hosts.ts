import { BadRequest } from "../../../core/index.js";
import { hostName } from "../../host-name.js";
import { refuse } from "../../refuse.js";
import { defineMiddleware, type Middleware } from "../middleware.js";

/** What a site answers to when nothing is set: this machine's own names, as Django's debug mode. */
const ownNames = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

/**
 * What a `Host` header may look like (RFC 9110 §7.2, RFC 3986 §3.2.2): anything else could end in an allowed name and
 * still lead elsewhere, once it stands in a URL.
 */
const shape = /^(?:[a-z\d_-]+(?:\.[a-z\d_-]+)*\.?|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

/** How many `Host` headers that were found good are remembered: there are few, unless subdomains abound. */
const maxKnown = 100;

/**
 * Refuses, with 400, requests for a host that is not this site, so that links and caches made from the `Host` header
 * can be trusted. `.example.com` includes subdomains, `*` is any host; an empty list means this machine's own names.
 */
export function allowedHosts(hosts: readonly string[]): Middleware<"http" | "websocket"> {
  const patterns = (hosts.length === 0 ? ownNames : hosts).map((host) => host.toLowerCase());
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith(".")));
  const suffixes = patterns.filter((pattern) => pattern.startsWith("."));
  const known = new Set<string>();
  const isAllowed = (header: string): boolean => {
    if (known.has(header)) return true;
    if (!shape.test(header)) return false;
    const host = hostName(header);
    const allowed =
      exact.has("*") || exact.has(host) || suffixes.some((suffix) => host === suffix.slice(1) || host.endsWith(suffix));
    if (allowed && known.size < maxKnown) known.add(header);
    return allowed;
  };
  return defineMiddleware(
    {
      name: "allowed-hosts",
      scopes: ["http", "websocket"],
      // These trust the `Host` header.
      before: ["https-redirect", "csrf", "websocket-origins"],
    },
    (next) => (scope, send) => {
      if (isAllowed(scope.headers.get("host") ?? "")) return next(scope, send);
      const detail = "This site does not answer to that host name. Add it to ALLOWED_HOSTS if it should.";
      return refuse(scope, send, new BadRequest({ detail }), false);
    },
  );
}

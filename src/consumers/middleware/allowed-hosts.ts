import { BadRequest } from "../../core/index.js";
import { hostName } from "../host-name.js";
import { refuse } from "../refuse.js";
import type { Middleware } from "./middleware.js";

/** What a site answers to when nothing is set: this machine's own names, as Django's debug mode. */
const ownNames = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses, with 400, requests for a host that is not this site, so that links and caches made from the `Host` header
 * can be trusted. `.example.com` includes subdomains, `*` is any host; an empty list means this machine's own names.
 */
export function allowedHosts(hosts: readonly string[]): Middleware {
  const patterns = (hosts.length === 0 ? ownNames : hosts).map((host) => host.toLowerCase());
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith(".")));
  const suffixes = patterns.filter((pattern) => pattern.startsWith("."));
  if (exact.has("*")) return (next) => next;
  return (next) => (scope, send) => {
    if (scope.type !== "http" && scope.type !== "websocket") return next(scope, send);
    const host = hostName(scope.headers.get("host") ?? "");
    if (exact.has(host) || suffixes.some((suffix) => host === suffix.slice(1) || host.endsWith(suffix)))
      return next(scope, send);
    const detail = "This site does not answer to that host name. Add it to ALLOWED_HOSTS if it should.";
    return refuse(scope, send, new BadRequest({ detail }), false);
  };
}

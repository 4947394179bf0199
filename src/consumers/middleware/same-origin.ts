import { PermissionDenied, type HttpScope, type WebSocketScope } from "../../core/index.js";
import { refuse } from "../refuse.js";
import type { Middleware } from "./middleware.js";

/** Options of `sameOrigin`. */
export interface SameOriginOptions {
  /** Other origins that may send to this site, such as `https://app.example.com`. */
  readonly trustedOrigins?: readonly string[];
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Refuses, with 403, sockets and unsafe requests that a page of another origin makes in a visitor's name: browsers
 * say where a request comes from (`Origin`; RFC 6455 §10.2 for sockets). Clients that are no browsers send no
 * `Origin` and carry no visitor's cookies along unasked, so they pass.
 */
export function sameOrigin({ trustedOrigins = [] }: SameOriginOptions = {}): Middleware {
  const trusted = new Set(trustedOrigins.map((origin) => origin.toLowerCase()));
  return (next) => (scope, send) => {
    if (scope.type === "websocket" || (scope.type === "http" && !safeMethods.has(scope.method))) {
      if (!isAllowed(scope, trusted)) {
        const detail = "Requests from other sites are refused.";
        return refuse(scope, send, new PermissionDenied({ detail }), false);
      }
    }
    return next(scope, send);
  };
}

function isAllowed(scope: HttpScope | WebSocketScope, trusted: ReadonlySet<string>): boolean {
  const origin = scope.headers.get("origin")?.toLowerCase();
  if (origin === undefined) return isSentByNoOtherSite(scope.headers.get("sec-fetch-site"));
  const scheme = scope.scheme === "https" || scope.scheme === "wss" ? "https" : "http";
  return origin === `${scheme}://${scope.headers.get("host")?.toLowerCase()}` || trusted.has(origin);
}

function isSentByNoOtherSite(fetchSite: string | undefined): boolean {
  return fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
}

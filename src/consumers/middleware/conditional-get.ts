import type { HeaderLine } from "../../core/index.js";
import { entityTagOf } from "../response/entity-tag.js";
import { parseHttpDate } from "../response/http-date.js";
import { checkPreconditions } from "../response/preconditions.js";
import { isExempt } from "./exempt.js";
import { defineMiddleware, type Middleware } from "./middleware.js";
import { headerOf, type OutgoingResponse, ownResponse, removeHeader } from "./outgoing-head.js";

/** Options of `conditionalGet`. */
export interface ConditionalGetOptions {
  /**
   * Whether responses without a validator get an `ETag` made of their body. Default false: each body is then hashed,
   * and a page with a token or nonce differs each time anyway.
   */
  readonly makeEtags?: boolean;
}

/**
 * Answers a GET or HEAD with 304 and no body where the client has the response already, and with 412 where it asks for
 * another version (RFC 9110 §13), by the `ETag` and `Last-Modified` of the response. Streamed responses without
 * these go through as they are.
 */
export function conditionalGet({ makeEtags = false }: ConditionalGetOptions = {}): Middleware<"http"> {
  return defineMiddleware(
    // An `ETag` names the body as it was made; what changes it on the way out does so afterwards.
    { name: "conditional-get", scopes: ["http"], after: ["compression"] },
    (next) => (scope, send) => {
      if (scope.method !== "GET" && scope.method !== "HEAD") return next(scope, send);
      return next(scope, (message) => {
        if (message.type !== "http.response" || message["status"] !== 200) return send(message);
        const given = (message["headers"] ?? []) as readonly HeaderLine[];
        let etag = headerOf(given, "etag");
        const modified = headerOf(given, "last-modified");
        if (etag === undefined && modified === undefined && !makeEtags) return send(message);
        if (isExempt(scope, "conditional-get")) return send(message);
        const head = ownResponse(message);
        if (etag === undefined && makeEtags && !/\bno-store\b/.test(headerOf(given, "cache-control") ?? "")) {
          etag = entityTagOf(head.body ?? "");
          head.headers.push(["etag", etag]);
        }
        const time = modified === undefined ? undefined : parseHttpDate(modified);
        const lastModified = time === undefined ? undefined : new Date(time);
        const outcome = checkPreconditions(scope.method, scope.headers, { etag, lastModified });
        return send(outcome === "met" ? head : withoutBody(head, outcome === "failed" ? 412 : 304));
      });
    },
  );
}

/** What describes a body goes with it (RFC 9110 §15.4.5). */
function withoutBody(head: OutgoingResponse, status: 304 | 412): OutgoingResponse {
  for (const name of ["content-type", "content-length", "content-encoding", "content-range"])
    removeHeader(head.headers, name);
  head.status = status;
  head.body = "";
  return head;
}

import { BadRequest, getLogger, type HttpScope, PermissionDenied, type Send } from "../../../core/index.js";
import { answerWith } from "../answer-with.js";
import { HttpResponse } from "../../response/response.js";
import { refuse } from "../../refuse.js";
import { defineMiddleware, type Middleware } from "../middleware.js";

/** Options of `httpsRedirect`. */
export interface HttpsRedirectOptions {
  /** Where to, if it is not the host that was asked for: `example.com`, or `example.com:8443`. */
  readonly host?: string;
  /** Paths that may be asked for without TLS, such as one for health checks: `[/^\/health\/$/]`. */
  readonly exempt?: readonly RegExp[];
}

/**
 * Sends requests that came without TLS to the same URL with `https`: 301 for GET and HEAD, 308 for all others. Sockets
 * without TLS are refused with 403, since browsers do not follow.
 *
 * Behind a proxy, the server must trust it (`TRUSTED_PROXIES`), else every request seems to come without TLS. Where
 * that is so, it answers 400 and logs why, instead of sending browsers round in circles.
 */
export function httpsRedirect({ host, exempt = [] }: HttpsRedirectOptions = {}): Middleware<"http" | "websocket"> {
  let isWarned = false;
  return defineMiddleware(
    // Whoever redirects to the host of the request must know that it is the site's.
    { name: "https-redirect", scopes: ["http", "websocket"], after: ["allowed-hosts"] },
    (next) => (scope, send) => {
      if (scope.scheme === "https" || scope.scheme === "wss") return next(scope, send);
      if (exempt.some((pattern) => pattern.test(scope.path))) return next(scope, send);
      if (scope.type === "websocket")
        return refuse(scope, send, new PermissionDenied({ detail: "This site speaks TLS only: use wss." }), false);
      if (scope.headers.get("x-forwarded-proto") !== "https") return redirect(scope, send, host);
      if (!isWarned) {
        isWarned = true;
        getLogger().warn("a proxy speaks TLS with clients, and the server does not trust it: set TRUSTED_PROXIES");
      }
      return refuse(scope, send, new BadRequest({ detail: "The proxy before this site is not trusted by it." }), false);
    },
  );
}

function redirect(scope: HttpScope, send: Send, host: string | undefined) {
  const query = scope.queryString === "" ? "" : `?${scope.queryString}`;
  const location = `https://${host ?? scope.headers.get("host") ?? ""}${scope.rawPath}${query}`;
  const status = scope.method === "GET" || scope.method === "HEAD" ? 301 : 308;
  return answerWith(send, new HttpResponse("", { status, headers: { location } }));
}

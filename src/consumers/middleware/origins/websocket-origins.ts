import { PermissionDenied } from "../../../core/index.js";
import { refuse } from "../../refuse.js";
import { isExempt } from "../exempt.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { isOwnOrigin, OriginPatterns } from "./origin-patterns.js";

/** Options of `webSocketOrigins`. */
export interface WebSocketOriginsOptions {
  /** Origins other than the site's own whose pages may open sockets, as `OriginPatterns` understands them. */
  readonly trustedOrigins?: readonly (string | RegExp)[];
  /**
   * Whether clients that do not say where they come from are refused, too, as Channels does. Default false: browsers
   * always say it, and no other client carries a visitor's cookies along unasked.
   */
  readonly requireOrigin?: boolean;
}

/**
 * Refuses, with 403, sockets that a page of another site opens in a visitor's name: a browser sends the visitor's
 * cookies along, and says where the page comes from (RFC 6455 §10.2). No other rule of browsers keeps it from that.
 * Throws `OriginPatternInvalid`.
 */
export function webSocketOrigins(options: WebSocketOriginsOptions = {}): Middleware<"websocket"> {
  const { trustedOrigins = [], requireOrigin = false } = options;
  const trusted = new OriginPatterns(trustedOrigins);
  return defineMiddleware({ name: "websocket-origins", scopes: ["websocket"] }, (next) => (scope, send) => {
    const origin = scope.headers.get("origin");
    const handler = next(scope, send);
    const isSecure = scope.scheme === "wss";
    if (
      origin === undefined ? !requireOrigin || trusted.areAny : isOwnOrigin(origin, isSecure, scope.headers.get("host"))
    )
      return handler;
    if ((origin !== undefined && trusted.allows(origin)) || isExempt(scope, "websocket-origins")) return handler;
    const detail = "Sockets that pages of other sites open are refused.";
    return refuse(scope, send, new PermissionDenied({ detail }), false);
  });
}

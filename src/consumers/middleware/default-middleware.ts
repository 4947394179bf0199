import type { TemplateEngine } from "../../templates/index.js";
import { accessLog } from "./access/access-log.js";
import { allowedHosts } from "./origins/allowed-hosts.js";
import { compression } from "./coding/compression.js";
import { conditionalGet } from "./conditional-get.js";
import { csrf } from "./csrf/csrf.js";
import { errorPages } from "./pages/error-pages.js";
import { httpsRedirect } from "./origins/https-redirect.js";
import type { Middleware } from "./middleware.js";
import { requestId } from "./request-id.js";
import { securityHeaders } from "./headers/security-headers.js";
import { webSocketOrigins } from "./origins/websocket-origins.js";

/** What the default middleware must know of a site. */
export interface DefaultMiddlewareOptions {
  /** As `allowedHosts` takes them. Default: this machine's own names. */
  readonly allowedHosts?: readonly string[];
  /** Origins other than the site's own whose pages may send to it and open sockets. Default none. */
  readonly trustedOrigins?: readonly string[];
  /** Whether requests without TLS are sent to `https`. Default false: only the site knows whether it speaks TLS. */
  readonly httpsRedirect?: boolean;
  /** Whether error pages show developers what they want to see. Default false, and refused in production. */
  readonly debug?: boolean;
  /** Has the pages of errors, by their status. */
  readonly templates?: TemplateEngine;
  /** Shown on the page for developers, without what looks like a secret. */
  readonly settings?: object;
  /** What must never be seen on that page. */
  readonly secrets?: readonly string[];
}

/**
 * The middleware that every project has, outermost first: access log, request id, security headers, compression, error
 * pages, allowed hosts, HTTPS redirect (where it is wanted), origins of sockets, CSRF, conditional GET. Throws
 * `DebugInProduction` and `OriginPatternInvalid`.
 */
export function defaultMiddleware(options: DefaultMiddlewareOptions = {}): readonly Middleware[] {
  const { trustedOrigins = [] } = options;
  return [
    accessLog(),
    requestId(),
    securityHeaders(),
    compression(),
    errorPages(options),
    allowedHosts(options.allowedHosts ?? []),
    ...(options.httpsRedirect === true ? [httpsRedirect()] : []),
    webSocketOrigins({ trustedOrigins }),
    csrf({ trustedOrigins }),
    conditionalGet(),
  ];
}

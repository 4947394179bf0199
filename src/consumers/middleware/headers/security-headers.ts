import type { HeaderLine } from "../../../core/index.js";
import { ContentSecurityPolicy, type PolicySource } from "./content-security-policy.js";
import { isExempt } from "../exempt.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { DefaultHeaders } from "./default-headers.js";
import { isResponseHead, ownResponse } from "../outgoing-head.js";

/** Options of `securityHeaders`. `false` leaves a header out. */
export interface SecurityHeadersOptions {
  /**
   * How long browsers must come back over TLS only, in seconds (RFC 6797). Sent over TLS alone. Default a year; 0 for
   * never.
   */
  readonly hstsSeconds?: number;
  /** Whether that is so for every subdomain. Default false: there may be some without TLS. */
  readonly hstsIncludeSubdomains?: boolean;
  /** Whether the site asks to be among those that browsers know from the start (hstspreload.org). Default false. */
  readonly hstsPreload?: boolean;
  /** Whether `X-Content-Type-Options: nosniff` is sent: browsers then take the type that they are told. Default true. */
  readonly contentTypeNosniff?: boolean;
  /** What other sites learn of where a visitor came from. Default `same-origin`: nothing. */
  readonly referrerPolicy?: string | false;
  /** Who may show this site in a frame (`X-Frame-Options`). Default `DENY`. */
  readonly frameOptions?: "DENY" | "SAMEORIGIN" | false;
  /** Whether a window that another site opens shares its process and `window.opener`. Default `same-origin`: no. */
  readonly crossOriginOpenerPolicy?: string | false;
  /** Which sites may load this site's files, such as `same-site`. Default: not sent. */
  readonly crossOriginResourcePolicy?: string | false;
  /** Which features of the browser pages may use, such as `camera=()`. Default: not sent. */
  readonly permissionsPolicy?: string | false;
  /** What pages may load and run. Default `defaultPolicy`. */
  readonly contentSecurityPolicy?: PolicySource | false;
  /** A policy that is not enforced: browsers report what it would have refused. Default: not sent. */
  readonly contentSecurityPolicyReportOnly?: PolicySource | false;
}

/** What pages may do unless a site says otherwise: what comes from the site itself, and inline only with the nonce. */
export const defaultPolicy =
  "default-src 'self'; script-src 'self' 'nonce'; style-src 'self' 'nonce'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const cspHeader = "content-security-policy";

/**
 * Adds the headers that have browsers protect a site and its visitors. A response that has one of them keeps its own,
 * and a consumer that is exempt from `security-headers` sends none. Throws `ContentSecurityPolicyInvalid`.
 */
export function securityHeaders(options: SecurityHeadersOptions = {}): Middleware<"http"> {
  const fixed = fixedLines(options);
  const hsts = hstsLine(options);
  const { contentSecurityPolicy = defaultPolicy, contentSecurityPolicyReportOnly = false } = options;
  const policy =
    contentSecurityPolicy === false ? undefined : new ContentSecurityPolicy(cspHeader, contentSecurityPolicy);
  const reportOnly =
    contentSecurityPolicyReportOnly === false
      ? undefined
      : new ContentSecurityPolicy(`${cspHeader}-report-only`, contentSecurityPolicyReportOnly);
  const policies = [policy, reportOnly].filter((one) => one !== undefined);
  const plain = new DefaultHeaders(fixed, policies);
  const secure = new DefaultHeaders(hsts === undefined ? fixed : [...fixed, hsts], policies);
  return defineMiddleware({ name: "security-headers", scopes: ["http"], before: ["error-pages"] }, (next) => {
    return (scope, send) =>
      next(scope, (message) => {
        if (!isResponseHead(message) || isExempt(scope, "security-headers")) return send(message);
        const head = ownResponse(message);
        (scope.scheme === "https" ? secure : plain).addTo(head.headers, scope);
        return send(head);
      });
  });
}

function fixedLines(options: SecurityHeadersOptions): HeaderLine[] {
  const {
    contentTypeNosniff = true,
    referrerPolicy = "same-origin",
    frameOptions = "DENY",
    crossOriginOpenerPolicy = "same-origin",
    crossOriginResourcePolicy = false,
    permissionsPolicy = false,
  } = options;
  const values: readonly (readonly [string, string | false])[] = [
    ["x-content-type-options", contentTypeNosniff && "nosniff"],
    ["referrer-policy", referrerPolicy],
    ["x-frame-options", frameOptions],
    ["cross-origin-opener-policy", crossOriginOpenerPolicy],
    ["cross-origin-resource-policy", crossOriginResourcePolicy],
    ["permissions-policy", permissionsPolicy],
  ];
  return values.flatMap(([name, value]) => (value === false ? [] : [[name, value] as const]));
}

function hstsLine(options: SecurityHeadersOptions): HeaderLine | undefined {
  const { hstsSeconds = 31_536_000, hstsIncludeSubdomains = false, hstsPreload = false } = options;
  if (hstsSeconds === 0) return undefined;
  const value = `max-age=${hstsSeconds}${hstsIncludeSubdomains ? "; includeSubDomains" : ""}${hstsPreload ? "; preload" : ""}`;
  return ["strict-transport-security", value];
}

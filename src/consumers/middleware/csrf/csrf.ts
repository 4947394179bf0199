import { type Handler, type HttpScope, PermissionDenied, type Send } from "../../../core/index.js";
import { refuse } from "../../refuse.js";
import { CsrfCookie, type CsrfCookieOptions, csrfField, isTokenOf } from "./csrf-token.js";
import { isExempt } from "../exempt.js";
import { isForm } from "../forms/form-field.js";
import { FormFieldHandler } from "../forms/form-field-handler.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { isOwnOrigin, OriginPatterns } from "../origins/origin-patterns.js";
import { addVary, isResponseHead, ownResponse } from "../outgoing-head.js";

/** Options of `csrf`. */
export interface CsrfOptions {
  /** Origins other than the site's own whose pages may send, as `OriginPatterns` understands them. */
  readonly trustedOrigins?: readonly (string | RegExp)[];
  /**
   * When a request needs a token: `always`, as in Django, or only where the browser does not say where the request
   * comes from and it carries cookies or a password. Default `when-unsure`.
   */
  readonly tokens?: "when-unsure" | "always";
  readonly cookie?: CsrfCookieOptions;
}

/** The header that a token comes back in, where it is not in a form. */
const header = "x-csrf-token";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Let in, let in with a token, or refused, and why. */
type Verdict = "pass" | "token" | { readonly refused: string };

/**
 * Refuses, with 403, requests that change something and that a page of another site may have sent in a visitor's name
 * (cross-site request forgery). Looked at, the first that is there decides:
 *
 * 1. `Origin` must be the site's own or trusted;
 * 2. `Sec-Fetch-Site` must be `same-origin` or `none`;
 * 3. `Referer` must be of the site's own or a trusted origin.
 *
 * Where a client says none of these and sends cookies or a password along, and with `tokens: "always"` in any case (then
 * over TLS one of these, too), a token must prove that the request comes from a page of the site: in the form's field
 * `csrfToken` (`{% csrf %}`, at the beginning of the form) or in the header `X-CSRF-Token`.
 *
 * Consumers whose callers prove themselves otherwise (webhooks) say `static exempt = ["csrf"]`. Throws
 * `OriginPatternInvalid`.
 */
export function csrf(options: CsrfOptions = {}): Middleware<"http"> {
  const { tokens = "when-unsure" } = options;
  const trusted = new OriginPatterns(options.trustedOrigins ?? []);
  const cookie = new CsrfCookie(options.cookie);
  return defineMiddleware({ name: "csrf", scopes: ["http"] }, (next) => (scope, send) => {
    cookie.open(scope);
    const inner = next(scope, (message) => {
      if (!isResponseHead(message) || !cookie.isUsed(scope)) return send(message);
      const head = ownResponse(message);
      const line = cookie.header(scope);
      if (line !== undefined) head.headers.push(line);
      addVary(head.headers, "Cookie");
      return send(head);
    });
    if (safeMethods.has(scope.method) || isExempt(scope, "csrf")) return inner;
    const verdict = judge(scope, trusted, tokens === "always");
    if (verdict === "pass") return inner;
    if (verdict === "token") return demandToken(scope, send, cookie, inner);
    return refuse(scope, send, new PermissionDenied({ detail: verdict.refused }), false);
  });
}

function judge(scope: HttpScope, trusted: OriginPatterns, wantsToken: boolean): Verdict {
  const { headers } = scope;
  const proven = wantsToken ? "token" : "pass";
  const isSecure = scope.scheme === "https";
  const isGood = (origin: string): boolean =>
    isOwnOrigin(origin, isSecure, headers.get("host")) || trusted.allows(origin);

  const origin = headers.get("origin");
  if (origin !== undefined) {
    if (isGood(origin)) return proven;
    return { refused: `The request comes from ${origin}, not from this site.${hint(origin, isSecure)}` };
  }
  const site = headers.get("sec-fetch-site");
  if (site !== undefined) {
    return site === "same-origin" || site === "none" ? proven : { refused: "The request comes from another site." };
  }
  const referer = headers.get("referer");
  if (referer !== undefined) {
    const from = originOf(referer);
    return from !== undefined && isGood(from) ? proven : { refused: "The request comes from another site (Referer)." };
  }
  if (wantsToken && isSecure) return { refused: "The request does not say where it comes from (Origin or Referer)." };
  return wantsToken || carriesCredentials(scope) ? "token" : "pass";
}

/** Behind a proxy that speaks TLS and is not trusted, every page seems to be of another site. */
function hint(origin: string, isSecure: boolean): string {
  return origin.startsWith("https:") && !isSecure ? " If TLS ends at a proxy, set TRUSTED_PROXIES." : "";
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Whether a browser may have added something that proves who the visitor is. */
function carriesCredentials({ headers }: HttpScope): boolean {
  return headers.has("cookie") || /^(?:basic|digest|negotiate|ntlm)\b/i.test(headers.get("authorization") ?? "");
}

function demandToken(scope: HttpScope, send: Send, cookie: CsrfCookie, inner: Handler): Handler {
  const secret = cookie.read(scope);
  const answer = (token: string | undefined): Handler => {
    if (secret !== undefined && token !== undefined && isTokenOf(token, secret)) return inner;
    return refuse(scope, send, new PermissionDenied({ detail: refusal(secret, token) }), false);
  };
  const given = scope.headers.get(header);
  if (given !== undefined) return answer(given);
  const contentType = scope.headers.get("content-type");
  if (secret === undefined || contentType === undefined || !isForm(contentType)) return answer(undefined);
  return new FormFieldHandler(contentType, csrfField, answer);
}

function refusal(secret: string | undefined, token: string | undefined): string {
  if (secret === undefined) return "The CSRF cookie is missing: open the page with the form again, with cookies.";
  if (token === undefined) return "The CSRF token is missing: put {% csrf %} first in the form, or send X-CSRF-Token.";
  return "The CSRF token is not this visitor's: open the page with the form again.";
}

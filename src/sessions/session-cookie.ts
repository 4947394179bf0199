import type { HeaderLine, HttpScope, WebSocketScope } from "../core/index.js";
import { parseCookies, serializeCookie } from "../protocol/index.js";
import type { SessionLifetime } from "./session.js";

/** How the visitor's browser keeps her token. */
export interface SessionCookieOptions {
  /** Default `session`; over TLS, and without a `domain`, `__Host-session`: no other host can then set it. */
  readonly name?: string;
  /** For a site whose subdomains share their sessions. Not given: this host alone. */
  readonly domain?: string;
  /** Default `lax`. */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Whether it is sent over TLS alone. Default: where the request came over TLS. */
  readonly secure?: boolean;
}

type CookieScope = HttpScope | WebSocketScope;

/** The cookie of a site's sessions. Scripts never read it. */
export class SessionCookie {
  readonly #options: SessionCookieOptions;

  constructor(options: SessionCookieOptions = {}) {
    this.#options = options;
  }

  /** The token that came, or `undefined`. */
  read(scope: CookieScope): string | undefined {
    if (!scope.headers.has("cookie")) return undefined;
    return parseCookies(scope.headers.getAll("cookie").join("; ")).get(this.#nameFor(scope));
  }

  /** The header that has a browser keep `token`, or drop what it has. */
  header(scope: CookieScope, token: string | undefined, lifetime: SessionLifetime): HeaderLine {
    const { domain, sameSite = "lax", secure = isSecure(scope) } = this.#options;
    const maxAgeS = token === undefined ? 0 : lifetime;
    const cookie = serializeCookie(this.#nameFor(scope), token ?? "", {
      httpOnly: true,
      path: "/",
      sameSite,
      secure,
      ...(maxAgeS !== "browser" && { maxAgeS }),
      ...(domain !== undefined && { domain }),
    });
    return ["set-cookie", cookie];
  }

  #nameFor(scope: CookieScope): string {
    const { name, domain, secure = isSecure(scope) } = this.#options;
    if (name !== undefined) return name;
    return secure && domain === undefined ? "__Host-session" : "session";
  }
}

function isSecure({ scheme }: CookieScope): boolean {
  return scheme === "https" || scheme === "wss";
}

import { parseCookie, parseSetCookie, stringifySetCookie } from "cookie";

import { defineError } from "../core/index.js";

/** A cookie's name or value cannot stand in a `Set-Cookie` header. */
export class CookieInvalid extends defineError({
  code: "PROTOCOL_COOKIE_INVALID",
  message: (p: { name: string; reason: string }) => `The cookie ${JSON.stringify(p.name)} cannot be set: ${p.reason}.`,
}) {}

/** How a cookie is kept. The defaults are the safe ones. */
export interface CookieOptions {
  /** Seconds to live. Not given: until the browser closes. */
  readonly maxAgeS?: number;
  /** Default `/`. */
  readonly path?: string;
  /** Not given: this host alone, not its subdomains. */
  readonly domain?: string;
  /** Only over HTTPS. Default: whether this request came so. */
  readonly secure?: boolean;
  /** Out of reach for scripts. Default true. */
  readonly httpOnly?: boolean;
  /** Default `lax`. */
  readonly sameSite?: "strict" | "lax" | "none";
  /** Keyed by the top-level site (CHIPS); needs `secure`. Default false. */
  readonly partitioned?: boolean;
}

/** The cookies of a `Cookie` header, decoded; the first of a name counts (RFC 6265 §5.4 sends the closest path first). */
export function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  if (header === undefined) return cookies;
  for (const [name, value] of Object.entries(parseCookie(header))) if (value !== undefined) cookies.set(name, value);
  return cookies;
}

/** The value of a `Set-Cookie` header. Throws `CookieInvalid`. */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  const {
    maxAgeS,
    path = "/",
    domain,
    secure = false,
    httpOnly = true,
    sameSite = "lax",
    partitioned = false,
  } = options;
  if (sameSite === "none" && !secure) throw new CookieInvalid({ name, reason: "SameSite=None needs secure" });
  if (partitioned && !secure) throw new CookieInvalid({ name, reason: "Partitioned needs secure" });
  try {
    return stringifySetCookie({
      name,
      value,
      path,
      secure,
      httpOnly,
      sameSite,
      partitioned,
      ...(domain !== undefined && { domain }),
      ...(maxAgeS !== undefined && { maxAge: maxAgeS, expires: new Date(Date.now() + maxAgeS * 1000) }),
    });
  } catch (cause) {
    throw new CookieInvalid({ name, reason: (cause as Error).message }, { cause });
  }
}

/** A cookie as a client receives it. */
export interface ReceivedCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string | undefined;
  readonly domain: string | undefined;
  readonly secure: boolean;
  /** When it ends; `undefined` with the browser. */
  readonly expires: Date | undefined;
}

/** Reads a `Set-Cookie` header, as a client does (RFC 6265 §5.2). */
export function readSetCookie(header: string): ReceivedCookie {
  const { name, value = "", path, domain, secure = false, maxAge, expires } = parseSetCookie(header);
  const end = maxAge === undefined ? expires : new Date(Date.now() + maxAge * 1000);
  return { name, value, path, domain: domain?.replace(/^\./, "").toLowerCase(), secure, expires: end };
}

import { randomBytes, timingSafeEqual } from "node:crypto";

import type { HeaderLine, HttpScope } from "../../../core/index.js";
import { parseCookies, serializeCookie } from "../../../protocol/index.js";

/** How the secret behind a visitor's tokens is kept. */
export interface CsrfCookieOptions {
  /** Default `csrf`; over TLS, and without a `domain`, `__Host-csrf`: no other host can then set it. */
  readonly name?: string;
  /** For a site whose subdomains share their forms. Not given: this host alone. */
  readonly domain?: string;
  /** Default a year, in seconds. */
  readonly maxAgeS?: number;
  /** Default `lax`. */
  readonly sameSite?: "strict" | "lax" | "none";
}

/** The field of a form that a token comes back in. */
export const csrfField = "csrfToken";

const secretBytes = 16;

interface CsrfState {
  /** What the visitor's cookie holds, or will. */
  secret: string;
  /** Whether the cookie must be set with the response. */
  isNew: boolean;
}

/** The requests whose page asked for a token. */
const states = new WeakMap<object, CsrfState>();

/** The cookies that requests keep their secret in, where it is not the usual one. */
const jars = new WeakMap<object, CsrfCookie>();

/**
 * A token for the forms of this request's page, to come back in the field `csrfToken` or the header `X-CSRF-Token`. It
 * looks different each time, so that compression tells nothing of it (BREACH).
 */
export function csrfToken(scope: HttpScope): string {
  return masked(stateOf(scope).secret);
}

/** Whether the page of this request asked for a token. */
export function hasCsrfToken(scope: HttpScope): boolean {
  return states.has(scope);
}

/**
 * Gives the visitor a new secret with the response to this request: tokens from before count no more. To be called
 * when a visitor logs in.
 */
export function rotateCsrfToken(scope: HttpScope): void {
  states.set(scope, { secret: newSecret(), isNew: true });
}

function stateOf(scope: HttpScope): CsrfState {
  let state = states.get(scope);
  if (state === undefined) {
    const known = (jars.get(scope) ?? usualCookie).read(scope);
    states.set(scope, (state = { secret: known ?? newSecret(), isNew: known === undefined }));
  }
  return state;
}

/** The cookie that holds a visitor's secret. */
export class CsrfCookie {
  readonly #options: CsrfCookieOptions;
  readonly #isUsual: boolean;

  constructor(options: CsrfCookieOptions = {}) {
    this.#options = options;
    this.#isUsual = options.name === undefined && options.domain === undefined;
  }

  /** Tokens for this request are made from this cookie. */
  open(scope: HttpScope): void {
    if (!this.#isUsual) jars.set(scope, this);
  }

  /** The secret that came with the request, or `undefined`. */
  read(scope: HttpScope): string | undefined {
    if (!scope.headers.has("cookie")) return undefined;
    const value = parseCookies(scope.headers.getAll("cookie").join("; ")).get(this.#nameFor(scope));
    return value !== undefined && isSecret(value) ? value : undefined;
  }

  /** Whether the page of this request asked for a token, so that the response depends on the visitor's cookie. */
  isUsed(scope: HttpScope): boolean {
    return states.has(scope);
  }

  /** The header that keeps a new secret, where there is one. */
  header(scope: HttpScope): HeaderLine | undefined {
    const state = states.get(scope);
    if (state === undefined || !state.isNew) return undefined;
    const { domain, maxAgeS = 31_536_000, sameSite = "lax" } = this.#options;
    const cookie = serializeCookie(this.#nameFor(scope), state.secret, {
      maxAgeS,
      sameSite,
      secure: scope.scheme === "https",
      // Scripts read it to send it in a header; whoever runs scripts in the page needs no forged requests.
      httpOnly: false,
      ...(domain !== undefined && { domain }),
    });
    return ["set-cookie", cookie];
  }

  #nameFor(scope: HttpScope): string {
    const { name, domain } = this.#options;
    if (name !== undefined) return name;
    return scope.scheme === "https" && domain === undefined ? "__Host-csrf" : "csrf";
  }
}

const usualCookie = new CsrfCookie();

/** Whether `given` is a token made from `secret`, or the secret itself, as scripts read it from the cookie. */
export function isTokenOf(given: string, secret: string): boolean {
  const expected = Buffer.from(secret, "base64url");
  const bytes = Buffer.from(given, "base64url");
  if (!/^[\w-]+$/.test(given) || (bytes.length !== secretBytes && bytes.length !== 2 * secretBytes)) return false;
  const unmasked =
    bytes.length === secretBytes ? bytes : xor(bytes.subarray(0, secretBytes), bytes.subarray(secretBytes));
  return timingSafeEqual(unmasked, expected);
}

function newSecret(): string {
  return randomBytes(secretBytes).toString("base64url");
}

function isSecret(text: string): boolean {
  return /^[\w-]{22}$/.test(text) && Buffer.from(text, "base64url").length === secretBytes;
}

function masked(secret: string): string {
  const mask = randomBytes(secretBytes);
  return Buffer.concat([mask, xor(mask, Buffer.from(secret, "base64url"))]).toString("base64url");
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, index) => byte ^ (other[index] ?? 0));
}

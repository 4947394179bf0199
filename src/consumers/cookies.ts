import type { HeaderLine, HttpScope, UnsignOptions, WebSocketScope } from "../core/index.js";
import { type CookieOptions, parseCookies, serializeCookie } from "../protocol/index.js";
import { ResponseBegun } from "./errors.js";
import type { ConsumerServices } from "./services.js";

/** The cookies of one connection: those that the client sent, and those that go back with the response. */
export class Cookies implements Iterable<readonly [string, string]> {
  readonly #scope: HttpScope | WebSocketScope;
  readonly #services: ConsumerServices;
  #received: ReadonlyMap<string, string> | undefined;
  #lines: HeaderLine[] | undefined;
  #isSealed = false;

  constructor(scope: HttpScope | WebSocketScope, services: ConsumerServices) {
    this.#scope = scope;
    this.#services = services;
  }

  /** The value that the client sent, or `undefined`. The client can write what it likes into it. */
  get(name: string): string | undefined {
    return this.#all().get(name);
  }

  /**
   * The value of a cookie that was set with `setSigned`, or `undefined` when the client sent none. Throws
   * `BadSignature` when it was tampered with or is older than `maxAgeS`.
   */
  getSigned(name: string, options?: UnsignOptions): string | undefined {
    const signed = this.get(name);
    return signed === undefined ? undefined : this.#services.signer(saltOf(name)).unsign(signed, options);
  }

  /**
   * Sets a cookie with the response. Safe unless said otherwise: HttpOnly, SameSite=Lax, Secure over HTTPS. Throws
   * `CookieInvalid`, and `ResponseBegun` when the response has begun.
   */
  set(name: string, value: string, options: CookieOptions = {}): void {
    if (this.#isSealed) throw new ResponseBegun({ what: `The cookie ${JSON.stringify(name)}` });
    const secure = options.secure ?? (this.#scope.scheme === "https" || this.#scope.scheme === "wss");
    (this.#lines ??= []).push(["set-cookie", serializeCookie(name, value, { ...options, secure })]);
  }

  /** Sets a cookie that the client can read but not change. */
  setSigned(name: string, value: string, options?: CookieOptions): void {
    this.set(name, this.#services.signer(saltOf(name)).sign(value), options);
  }

  /** Makes the client forget a cookie. Path, domain and `partitioned` must be those it was set with. */
  delete(name: string, options: Omit<CookieOptions, "maxAgeS"> = {}): void {
    // Browsers let no other cookie replace one with such a name.
    const secure = /^__(?:Secure|Host)-/i.test(name) ? { secure: true } : {};
    this.set(name, "", { ...secure, ...options, maxAgeS: 0 });
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#all()[Symbol.iterator]();
  }

  /** The `Set-Cookie` headers of what was set. */
  get responseHeaders(): readonly HeaderLine[] {
    return this.#lines ?? [];
  }

  /** The response has begun: from now on nothing can be set. */
  seal(): void {
    this.#isSealed = true;
  }

  #all(): ReadonlyMap<string, string> {
    // HTTP/2 may split the header (RFC 9113 §8.2.3).
    return (this.#received ??= parseCookies(this.#scope.headers.getAll("cookie").join("; ") || undefined));
  }
}

/** A signature made for one cookie does not count for another. */
function saltOf(name: string): string {
  return `hotclub.cookie.${name}`;
}

import type { HeaderLine, RequestHeaders } from "../core/index.js";
import { splitList } from "./scope-parts.js";
import type { NativeRequest } from "./native-request.js";
import type { TrustedProxies } from "./trusted-proxies.js";

/** The headers of a request that may have come through a trusted proxy: `host` is then the one that the client asked. */
export class ForwardedHeaders implements RequestHeaders {
  readonly #native: NativeRequest;
  readonly #proxies: TrustedProxies;
  #isTrusted: boolean | undefined;

  constructor(native: NativeRequest, proxies: TrustedProxies) {
    this.#native = native;
    this.#proxies = proxies;
  }

  /** Whether the client came to the proxy over TLS; `undefined` when no trusted proxy says so. */
  isSecure(): boolean | undefined {
    if (!this.isTrusted) return undefined;
    const scheme = splitList(this.#native.getAll("x-forwarded-proto").join(",")).at(-1)?.toLowerCase();
    if (scheme === "https" || scheme === "wss") return true;
    return scheme === "http" || scheme === "ws" ? false : undefined;
  }

  get(name: string): string | undefined {
    return (name === "host" ? this.#forwardedHost() : undefined) ?? this.#native.get(name);
  }

  getAll(name: string): readonly string[] {
    const host = name === "host" ? this.#forwardedHost() : undefined;
    return host === undefined ? this.#native.getAll(name) : [host];
  }

  has(name: string): boolean {
    return this.#native.has(name);
  }

  *[Symbol.iterator](): Iterator<HeaderLine> {
    const host = this.#forwardedHost();
    for (const line of this.#native) yield host !== undefined && line[0] === "host" ? ["host", host] : line;
  }

  #forwardedHost(): string | undefined {
    if (!this.isTrusted) return undefined;
    const host = splitList(this.#native.getAll("x-forwarded-host").join(",")).at(-1);
    return host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? host : undefined;
  }

  /** Whether a trusted proxy speaks for the client. */
  get isTrusted(): boolean {
    return (this.#isTrusted ??= this.#proxies.trusts(this.#native.readPeer().host));
  }
}

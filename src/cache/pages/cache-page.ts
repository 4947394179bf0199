import { createHash } from "node:crypto";

import {
  addHeader,
  addVary,
  defineMiddleware,
  handleLater,
  hasVisitorsSecret,
  headerOf,
  isResponseHead,
  type Middleware,
  type OutgoingResponse,
  ownResponse,
} from "../../consumers/index.js";
import { getLogger, type Handler, type HeaderLine, type HttpScope, type Send, toError } from "../../core/index.js";
import { parseCookies } from "../../protocol/index.js";
import type { Cache } from "../cache.js";
import { cache as defaultCache } from "../caches.js";
import { parse } from "./cache-control.js";

/** Options of `cachePage`. */
export interface CachePageOptions {
  /** How long a page is kept, in seconds. What its own `max-age` says goes first. */
  readonly timeoutS: number;
  /** Default: the project's. */
  readonly cache?: Cache;
  /** Tells pages of one site from those of another in the same cache. */
  readonly prefix?: string;
  /**
   * Whose pages are kept: those of visitors without cookies, which all of them get (`anonymous`), or also those of each
   * visitor with cookies, for her alone (`each`). Default `anonymous`.
   */
  readonly visitors?: "anonymous" | "each";
  /** Cookies that no page depends on, such as those of counters: `["_ga"]`. That of CSRF tokens is one by itself. */
  readonly ignoreCookies?: readonly string[];
}

/** A page as it is kept. */
interface KeptPage {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string | Uint8Array;
  /** In milliseconds since 1970. */
  readonly keptAt: number;
}

const keptStatuses = new Set([200, 203, 204, 300, 301, 404, 405, 410, 414, 501]);

/** Headers of one response, that another visitor's is not to have. */
const personalHeaders = new Set(["set-cookie", "date", "x-request-id", "age"]);

/**
 * Keeps whole pages: GET and HEAD of a route are answered from the cache, without its consumer. Kept is what anybody may
 * get: no page with a CSRF token or a nonce in it, none that sets a cookie, is streamed, says `private`, `no-store` or
 * `no-cache`, or was asked for with credentials. Pages that `Vary` are kept once for each kind of request.
 *
 * ```ts
 * http("/charts/", Charts, { middleware: [cachePage({ timeoutS: 60 })] });
 * ```
 */
export function cachePage(options: CachePageOptions): Middleware<"http"> {
  const pages = new PageCache(options);
  return defineMiddleware({ name: "cache-page", scopes: ["http"] }, (next) => (scope, send) => {
    const visitor = pages.visitorOf(scope);
    if (visitor === undefined) return next(scope, send);
    return handleLater(async () => {
      const page = await pages.find(scope, visitor);
      if (page !== undefined) return answering(scope, send, page, pages.ageOf(page));
      return next(scope, pages.keeping(scope, visitor, send));
    });
  });
}

function answering(scope: HttpScope, send: Send, page: KeptPage, ageS: number): Handler {
  let isAnswered = false;
  return {
    handle(message) {
      if (isAnswered || message.type !== "http.request") return;
      isAnswered = true;
      const headers = [...page.headers, ["age", String(ageS)] as HeaderLine];
      return send({
        type: "http.response",
        status: page.status,
        headers,
        body: scope.method === "HEAD" ? "" : page.body,
      });
    },
  };
}

class PageCache {
  readonly #options: CachePageOptions;
  readonly #cache: Cache;
  readonly #ignored: ReadonlySet<string>;

  constructor(options: CachePageOptions) {
    this.#options = options;
    this.#cache = (options.cache ?? defaultCache).part<unknown>(`page:${options.prefix ?? ""}`);
    this.#ignored = new Set(["csrf", "__Host-csrf", ...(options.ignoreCookies ?? [])]);
  }

  /** Whose page it would be; `undefined` where it goes past the cache. */
  visitorOf({ method, headers }: HttpScope): string | undefined {
    if (method !== "GET" && method !== "HEAD") return undefined;
    if (headers.has("authorization") || headers.has("range")) return undefined;
    if (!headers.has("cookie")) return "";
    const cookies = [...parseCookies(headers.getAll("cookie").join("; "))].filter(([name]) => !this.#ignored.has(name));
    if (cookies.length === 0) return "";
    return this.#options.visitors === "each"
      ? JSON.stringify(cookies.sort(([one], [other]) => (one < other ? -1 : 1)))
      : undefined;
  }

  ageOf({ keptAt }: KeptPage): number {
    return Math.max(0, Math.floor((Date.now() - keptAt) / 1000));
  }

  async find(scope: HttpScope, visitor: string): Promise<KeptPage | undefined> {
    try {
      const address = addressOf(scope, visitor);
      const vary = await this.#cache.get(address);
      if (!Array.isArray(vary)) return undefined;
      return (await this.#cache.get(keyOf(address, scope, vary as string[]))) as KeptPage | undefined;
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "a page is made without the cache");
      return undefined;
    }
  }

  /** Keeps the page that goes out, if anybody may get it. */
  keeping(scope: HttpScope, visitor: string, send: Send): Send {
    return (message) => {
      if (!isResponseHead(message)) return send(message);
      const head = ownResponse(message);
      const timeoutS = this.#timeoutOf(scope, head);
      if (timeoutS === undefined) return send(head);
      if (visitor !== "" || this.#options.visitors === "each") addVary(head.headers, "Cookie");
      const audience = visitor === "" ? "" : ", private";
      addHeader(head.headers, ["cache-control", `max-age=${timeoutS}${audience}`]);
      // A response to HEAD has no body to keep.
      if (scope.method === "HEAD") return send(head);
      return this.#keep(scope, visitor, head, timeoutS).then(() => send(head));
    };
  }

  /** How long a response may be kept, in seconds; `undefined` for one that may not. */
  #timeoutOf(scope: HttpScope, { type, status, headers, body }: OutgoingResponse): number | undefined {
    if (type !== "http.response" || !keptStatuses.has(status)) return undefined;
    if (body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
    if (headerOf(headers, "set-cookie") !== undefined || hasVisitorsSecret(scope)) return undefined;
    if (varyOf(headers).includes("*")) return undefined;
    const said = parse(headerOf(headers, "cache-control"));
    if (said.has("private") || said.has("no-store") || said.has("no-cache")) return undefined;
    const own = said.get("max-age");
    const timeoutS = typeof own === "string" ? Number(own) : this.#options.timeoutS;
    return timeoutS > 0 ? timeoutS : undefined;
  }

  async #keep(scope: HttpScope, visitor: string, head: OutgoingResponse, timeoutS: number): Promise<void> {
    const { status, headers, body = "" } = head;
    const address = addressOf(scope, visitor);
    const vary = varyOf(headers).filter((name) => name !== "cookie");
    const page: KeptPage = {
      status,
      headers: headers.filter(([name]) => !personalHeaders.has(name.toLowerCase())),
      body,
      keptAt: Date.now(),
    };
    try {
      await this.#cache.set(keyOf(address, scope, vary), page, { timeoutS });
      await this.#cache.set(address, vary, { timeoutS });
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "a page could not be cached");
    }
  }
}

/** The headers of the request that a response depends on, in lower case and in order. */
function varyOf(headers: readonly HeaderLine[]): string[] {
  const names = headers
    .filter(([name]) => name.toLowerCase() === "vary")
    .flatMap(([, value]) => value.split(","))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  return [...new Set(names)].sort();
}

function addressOf({ scheme, headers, rawPath, queryString }: HttpScope, visitor: string): string {
  return digest([scheme, headers.get("host") ?? "", rawPath, queryString, visitor]);
}

function keyOf(address: string, { headers }: HttpScope, vary: readonly string[]): string {
  return `${address}:${digest(vary.map((name) => headers.getAll(name).join(",")))}`;
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

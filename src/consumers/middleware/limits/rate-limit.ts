import { type Handler, type HeaderLine, type HttpScope, type Send, type WebSocketScope } from "../../../core/index.js";
import { TooManyRequests } from "../../errors.js";
import { refuse } from "../../refuse.js";
import { clientKey } from "./client-key.js";
import { handleLater } from "../handle-later.js";
import { memoryRateLimits } from "./memory-rate-limits.js";
import { checkRule, type OpenRateLimitStore, type RateLimitState } from "./rate-limit-store.js";
import { defineMiddleware, type Middleware } from "../middleware.js";
import { isResponseHead, ownResponse } from "../outgoing-head.js";

type Scoped = HttpScope | WebSocketScope;

/** Options of `rateLimit`. */
export interface RateLimitOptions {
  /** How many requests and handshakes a client has in each window. */
  readonly limit: number;
  /** How long a window is, in whole seconds. It begins with the first request. */
  readonly windowS: number;
  /**
   * What counts as one client. Default: its address, and of IPv6 the /64 network. `undefined` is not limited. Behind a
   * proxy, the server must trust it, or all clients are one.
   */
  readonly key?: (scope: Scoped) => string | undefined | Promise<string | undefined>;
  /** Keeps this limit apart from others, and names it to clients. Default `default`. */
  readonly name?: string;
  /** Where it is counted. Default `memoryRateLimits()`; `redisRateLimits(url)` for several processes. */
  readonly store?: OpenRateLimitStore;
}

/**
 * Limits how often a client may send requests and open sockets: beyond the limit the answer is 429 with `Retry-After`.
 * Responses tell how much is left (`RateLimit` and `RateLimit-Policy`, draft-ietf-httpapi-ratelimit-headers-10). Throws
 * `RateLimitInvalid`.
 */
export function rateLimit(options: RateLimitOptions): Middleware<"http" | "websocket"> {
  const { limit, windowS, name = "default", key = clientKey, store = memoryRateLimits() } = options;
  const rule = { name, limit, windowS };
  checkRule(rule);
  const counts = store(rule);
  const policy: HeaderLine = ["ratelimit-policy", `"${name}";q=${limit};w=${windowS}`];

  async function letIn(scope: Scoped, send: Send, next: (send: Send) => Handler): Promise<Handler> {
    const client = await key(scope);
    if (client === undefined) return next(send);
    const state = await counts.consume(client);
    const lines = [policy, rateLine(name, state)];
    if (!state.isOver) return next(scope.type === "http" ? withLines(send, lines) : send);
    const retryAfterS = Math.max(1, Math.ceil(state.resetMs / 1000));
    lines.push(["retry-after", String(retryAfterS)]);
    return refuse(scope, send, new TooManyRequests({ retryAfterS }), false, lines);
  }

  return defineMiddleware(
    { name: "rate-limit", scopes: ["http", "websocket"], close: () => counts.close() },
    (next) => (scope, send) => handleLater(() => letIn(scope, send, (through) => next(scope, through))),
  );
}

function rateLine(name: string, { remaining, resetMs }: RateLimitState): HeaderLine {
  return ["ratelimit", `"${name}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`];
}

function withLines(send: Send, lines: readonly HeaderLine[]): Send {
  return (message) => {
    if (!isResponseHead(message)) return send(message);
    const head = ownResponse(message);
    head.headers.push(...lines);
    return send(head);
  };
}

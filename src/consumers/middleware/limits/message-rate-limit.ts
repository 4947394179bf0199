import { createScopeLogger, type Handler, type Message, type Send, type WebSocketScope } from "../../../core/index.js";
import { RateLimitInvalid } from "../../errors.js";
import { isExempt } from "../exempt.js";
import { defineMiddleware, type Middleware } from "../middleware.js";

/** Options of `messageRateLimit`. */
export interface MessageRateLimitOptions {
  /** How many messages a socket may send in each second on average. */
  readonly perSecond: number;
  /** How many it may send at once after a pause. Default: what it may send in 10 seconds. */
  readonly burst?: number;
}

/** RFC 6455 §7.4.1: policy violation. */
const policyViolation = 1008;

/**
 * Limits how fast the client of each socket may send: one that goes beyond is closed with 1008. Counted in this process
 * alone, where the socket is, with one subtraction for each message. Throws `RateLimitInvalid`.
 */
export function messageRateLimit(options: MessageRateLimitOptions): Middleware<"websocket"> {
  const { perSecond, burst = 10 * perSecond } = options;
  if (!(perSecond > 0) || !(burst >= 1))
    throw new RateLimitInvalid({ problem: "of messages needs a positive rate, and a burst of at least one" });
  return defineMiddleware({ name: "message-rate-limit", scopes: ["websocket"] }, (next) => (scope, send) => {
    const inner = next(scope, send);
    return isExempt(scope, "message-rate-limit") ? inner : new LimitedSocket(scope, send, inner, perSecond, burst);
  });
}

class LimitedSocket implements Handler {
  readonly #scope: WebSocketScope;
  readonly #send: Send;
  readonly #inner: Handler;
  readonly #perMs: number;
  readonly #burst: number;
  /** A token bucket. */
  #tokens: number;
  #filledAt = performance.now();
  #isClosed = false;

  constructor(scope: WebSocketScope, send: Send, inner: Handler, perSecond: number, burst: number) {
    this.#scope = scope;
    this.#send = send;
    this.#inner = inner;
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
  }

  handle(message: Message): void | Promise<void> {
    if (message.type !== "websocket.receive") return this.#inner.handle(message);
    // What still came before the close is dropped, as after any close.
    if (this.#isClosed) return;
    if (this.#take()) return this.#inner.handle(message);
    this.#isClosed = true;
    createScopeLogger(this.#scope.requestId).warn({ path: this.#scope.path }, "a socket was closed: it sends too fast");
    return this.#send({ type: "websocket.close", code: policyViolation, reason: "Too many messages" });
  }

  #take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

import { createScopeLogger, type Handler, type HttpScope, type Message, type Send, toError } from "../../core/index.js";
import { errorResponse } from "../error-response.js";
import { RequestTimedOut } from "../errors.js";
import { isExempt } from "./exempt.js";
import { defineMiddleware, type Middleware } from "./middleware.js";
import { isResponseHead } from "./outgoing-head.js";

/** Options of `timeouts`. */
export interface TimeoutsOptions {
  /** How long a request may wait for its response to begin, in milliseconds, after what came last of its body. */
  readonly responseMs: number;
}

/**
 * Answers a request with 504 when its response has not begun in time, and aborts the `signal` of its consumer, which is
 * told as if the client had gone. A response that has begun may take as long as it likes. A consumer that makes
 * clients wait on purpose says `static exempt = ["timeout"]`.
 */
export function timeouts({ responseMs }: TimeoutsOptions): Middleware<"http"> {
  return defineMiddleware(
    // Those must see the 504.
    { name: "timeout", scopes: ["http"], after: ["access-log", "error-pages", "cors"] },
    (next) => (scope, send) => new TimedRequest(scope, send, responseMs).enter(next),
  );
}

class TimedRequest implements Handler {
  readonly #scope: HttpScope;
  readonly #outer: Send;
  readonly #responseMs: number;
  #inner: Handler | undefined;
  #timer: NodeJS.Timeout | undefined;
  #phase: "waiting" | "begun" | "timed out" = "waiting";

  constructor(scope: HttpScope, outer: Send, responseMs: number) {
    this.#scope = scope;
    this.#outer = outer;
    this.#responseMs = responseMs;
  }

  enter(next: (scope: HttpScope, send: Send) => Handler): Handler {
    this.#inner = next(this.#scope, this.#send);
    return isExempt(this.#scope, "timeout") ? this.#inner : this;
  }

  handle(message: Message): void | Promise<void> {
    if (this.#phase === "timed out") return;
    if (message.type === "http.disconnect") clearTimeout(this.#timer);
    const handled = this.#inner?.handle(message);
    // Most handlers answer at once, and need no timer.
    if (this.#phase === "waiting" && message.type === "http.request") this.#watch();
    return handled;
  }

  readonly #send: Send = (message) => {
    if (this.#phase === "timed out") return;
    if (isResponseHead(message)) {
      this.#phase = "begun";
      clearTimeout(this.#timer);
    }
    return this.#outer(message);
  };

  #watch(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#giveUp(), this.#responseMs);
    else this.#timer.refresh();
  }

  #giveUp(): void {
    if (this.#phase !== "waiting") return;
    this.#phase = "timed out";
    const { requestId, path, method } = this.#scope;
    const error = new RequestTimedOut({ timeoutMs: this.#responseMs });
    const log = createScopeLogger(requestId);
    log.error({ method, path, timeoutMs: this.#responseMs }, "a request was not answered in time");
    const sent = this.#outer(errorResponse(error, requestId, false) as object as Message);
    sent?.catch((thrown: unknown) => log.error({ err: toError(thrown), path }, "its 504 could not be sent"));
    void this.#inner?.handle({ type: "http.disconnect" });
  }
}

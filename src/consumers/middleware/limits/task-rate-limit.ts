import type { Handler, Message, TaskScope } from "../../../core/index.js";
import { TooManyRequests } from "../../errors.js";
import { memoryRateLimits } from "./memory-rate-limits.js";
import { checkRule, type OpenRateLimitStore, type RateLimitStore } from "./rate-limit-store.js";
import { defineMiddleware, type Middleware } from "../middleware.js";

/** Options of `taskRateLimit`. */
export interface TaskRateLimitOptions {
  /** How many runs begin in each window. */
  readonly limit: number;
  /** How long a window is, in whole seconds. It begins with the first run. */
  readonly windowS: number;
  /** What is counted together. Default: runs of the same task. `undefined` is not limited. */
  readonly key?: (scope: TaskScope) => string | undefined;
  /** Keeps this limit apart from others. Default `tasks`. */
  readonly name?: string;
  /** Where it is counted. Default `memoryRateLimits()`; `redisRateLimits(url)` for several workers. */
  readonly store?: OpenRateLimitStore;
}

/**
 * Limits how often tasks run, for the sake of what they call: a run that is over the limit waits for the next window,
 * within its own timeout, and takes one of its worker's places meanwhile. Throws `RateLimitInvalid`.
 */
export function taskRateLimit(options: TaskRateLimitOptions): Middleware<"task"> {
  const { limit, windowS, name = "tasks", key = (scope) => scope.name, store = memoryRateLimits() } = options;
  const rule = { name, limit, windowS };
  checkRule(rule);
  const counts = store(rule);
  return defineMiddleware(
    { name: "task-rate-limit", scopes: ["task"], close: () => counts.close() },
    (next) => (scope, send) => {
      const counted = key(scope);
      const inner = next(scope, send);
      return counted === undefined ? inner : new WaitingTask(inner, counts, counted);
    },
  );
}

/** A run that waits for its turn. */
class WaitingTask implements Handler {
  readonly #inner: Handler;
  readonly #counts: RateLimitStore;
  readonly #key: string;
  #isLetIn = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #giveUp: ((error: Error) => void) | undefined;

  constructor(inner: Handler, counts: RateLimitStore, key: string) {
    this.#inner = inner;
    this.#counts = counts;
    this.#key = key;
  }

  handle(message: Message): void | Promise<void> {
    if (this.#isLetIn) return this.#inner.handle(message);
    if (message.type === "task.run") return this.#run(message);
    // It was asked to stop before it began: that ends it.
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#giveUp?.(new TooManyRequests({ retryAfterS: 1 }));
  }

  async #run(message: Message): Promise<void> {
    const stopped = new Promise<never>((_resolve, reject) => {
      this.#giveUp = reject;
    });
    await Promise.race([this.#turn(), stopped]);
    this.#isLetIn = true;
    await this.#inner.handle(message);
  }

  async #turn(): Promise<void> {
    while (!this.#isStopped) {
      const { isOver, resetMs } = await this.#counts.consume(this.#key);
      if (!isOver) return;
      await new Promise((resolve) => {
        this.#timer = setTimeout(resolve, Math.max(1, resetMs));
      });
    }
  }
}

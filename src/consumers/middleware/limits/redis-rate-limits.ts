import { getLogger, toError } from "../../../core/index.js";
import { openRedisConnection, type RedisConnection } from "../../../layers/index.js";
import type { MemoryLimiter } from "./limiter.js";
import type { OpenRateLimitStore, RateLimitRule, RateLimitState, RateLimitStore } from "./rate-limit-store.js";

/**
 * Counts in Redis, for all processes of a site together. While Redis is away each process counts by itself, and says
 * so in the log. `url` is understood as `REDIS_URL` is.
 */
export function redisRateLimits(url: string): OpenRateLimitStore {
  return (rule) => new RedisRateLimitStore(url, rule);
}

interface Opened {
  readonly connection: RedisConnection;
  readonly consume: (key: string) => Promise<RateLimitState>;
  readonly giveBack: (key: string) => Promise<void>;
  readonly fallback: MemoryLimiter;
}

/**
 * Resolves when a connection stands, or was found not to: commands before that would fail, and be counted by this process
 * alone.
 */
function firstAttempt({ client }: RedisConnection): Promise<void> {
  if (client.status === "ready") return Promise.resolve();
  return new Promise((resolve) => {
    for (const event of ["ready", "error", "close"]) client.once(event, () => resolve());
  });
}

class RedisRateLimitStore implements RateLimitStore {
  readonly #url: string;
  readonly #rule: RateLimitRule;
  #opened: Promise<Opened> | undefined;
  #isAway = false;

  constructor(url: string, rule: RateLimitRule) {
    this.#url = url;
    this.#rule = rule;
  }

  async consume(key: string): Promise<RateLimitState> {
    const { consume, fallback } = await (this.#opened ??= this.#open());
    try {
      const state = await consume(key);
      this.#isAway = false;
      return state;
    } catch (thrown) {
      if (!this.#isAway)
        getLogger().warn({ err: toError(thrown), limit: this.#rule.name }, "a rate limit is counted without Redis");
      this.#isAway = true;
      return fallback.consume(key);
    }
  }

  async giveBack(key: string): Promise<void> {
    const { giveBack, fallback } = await (this.#opened ??= this.#open());
    try {
      await giveBack(key);
    } catch {
      // It was counted there while Redis is away, and said so.
      await fallback.giveBack(key);
    }
  }

  async #open(): Promise<Opened> {
    const [{ RateLimiterRedis }, { consume, giveBack, MemoryLimiter }] = await Promise.all([
      import("rate-limiter-flexible"),
      import("./limiter.js"),
    ]);
    const { name, limit, windowS } = this.#rule;
    const connection = await openRedisConnection(this.#url, `rate-limit:${name}`);
    await firstAttempt(connection);
    const limiter = new RateLimiterRedis({
      storeClient: connection.client,
      keyPrefix: `hotclub:rate-limit:${name}`,
      points: limit,
      duration: windowS,
      rejectIfRedisNotReady: true,
    });
    return {
      connection,
      consume: (key) => consume(limiter, key),
      giveBack: (key) => giveBack(limiter, key),
      fallback: new MemoryLimiter(this.#rule),
    };
  }

  async close(): Promise<void> {
    await (await this.#opened)?.connection.close();
  }
}

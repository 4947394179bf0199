import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

import type { RateLimitRule, RateLimitState } from "./rate-limit-store.js";

/** How many keys a rule counts in this process's memory: whoever comes from more addresses than that shares one count. */
const maxKeys = 100_000;

const overflowKey = "others";

/** Counts in this process's memory, which does not grow with the number of clients. */
export class MemoryLimiter {
  readonly limiter: RateLimiterMemory;
  readonly #windowMs: number;
  #newKeys = 0;
  #windowEndsAt = 0;

  constructor({ name, limit, windowS }: RateLimitRule) {
    this.limiter = new RateLimiterMemory({ keyPrefix: name, points: limit, duration: windowS });
    this.#windowMs = windowS * 1000;
  }

  async consume(key: string): Promise<RateLimitState> {
    const isRoom = this.#hasRoom();
    const used = isRoom || (await this.limiter.get(key)) !== null ? key : overflowKey;
    const state = await consume(this.limiter, used);
    if (state.isFirst) this.#newKeys += 1;
    return state;
  }

  async giveBack(key: string): Promise<void> {
    await giveBack(this.limiter, key);
  }

  #hasRoom(): boolean {
    const now = Date.now();
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + this.#windowMs;
      this.#newKeys = 0;
    }
    return this.#newKeys < maxKeys;
  }
}

/** Uses up one point. Rejects where the store cannot be reached. */
export async function consume(
  limiter: Pick<RateLimiterAbstract, "consume">,
  key: string,
): Promise<RateLimitState & { readonly isFirst: boolean }> {
  try {
    return stateOf(await limiter.consume(key), false);
  } catch (thrown) {
    // The library rejects with the count where it is over, and with an error where there is none.
    if (thrown instanceof RateLimiterRes) return stateOf(thrown, true);
    throw thrown;
  }
}

/** Takes back one point of a key that has used some. Rejects where the store cannot be reached. */
export async function giveBack(limiter: Pick<RateLimiterAbstract, "get" | "reward">, key: string): Promise<void> {
  // To reward a key that is not there would begin a window.
  if ((await limiter.get(key)) !== null) await limiter.reward(key, 1);
}

function stateOf({ remainingPoints, msBeforeNext, isFirstInDuration }: RateLimiterRes, isOver: boolean) {
  return { isOver, remaining: remainingPoints, resetMs: Math.max(0, msBeforeNext), isFirst: isFirstInDuration };
}

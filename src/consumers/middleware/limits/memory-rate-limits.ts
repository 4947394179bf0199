import type { OpenRateLimitStore } from "./rate-limit-store.js";

/**
 * Counts in the memory of this process: each of several processes then has counts of its own. At most 100,000 keys of
 * a rule are counted in a window; further ones share a count.
 */
export function memoryRateLimits(): OpenRateLimitStore {
  return (rule) => {
    // Not loaded by sites that limit nothing.
    const opened = import("./limiter.js").then(({ MemoryLimiter }) => new MemoryLimiter(rule));
    return {
      consume: async (key) => (await opened).consume(key),
      giveBack: async (key) => (await opened).giveBack(key),
      close: () => Promise.resolve(),
    };
  };
}

import { randomUUID } from "node:crypto";

import { Redis } from "ioredis";
import type { LayerOptions, RedisLayerOptions } from "hotclub/layers";

import { RedisChannelLayer } from "../../src/layers/redis/redis-channel-layer.js";
import type { LayerEngine, LayerPair } from "../contracts/channel-layer.opener.js";

/** The Redis layer for the contract. `locate` gives what REDIS_URL may hold, and one of its servers to ask for the time. */
export function redisEngine(
  name: string,
  locate: () => Promise<{ readonly url: string; readonly clock: string }>,
  { isSpread = false, ...more }: RedisLayerOptions & { readonly isSpread?: boolean } = {},
): LayerEngine {
  return {
    name,
    isSpread,
    open: async (options: LayerOptions = {}): Promise<LayerPair> => {
      const { url, clock } = await locate();
      const prefix = `test-${randomUUID()}`;
      let moved = 0;
      const both = { ...options, ...more, prefix, now: () => moved };
      const [a, b] = [new RedisChannelLayer(url, both), new RedisChannelLayer(url, both)];
      await Promise.all([a.connect(), b.connect()]);
      return {
        a,
        b,
        advance: async (ms) => {
          moved += ms;
          await untilClockMoved(clock, ms);
        },
      };
    },
  };
}

/** Expiry in Redis goes by its own clock: waits until that has moved. */
async function untilClockMoved(url: string, ms: number): Promise<void> {
  const redis = new Redis(url);
  const now = async (): Promise<number> => {
    const [seconds = 0, microseconds = 0] = await redis.time();
    return seconds * 1000 + microseconds / 1000;
  };
  const end = (await now()) + ms;
  while ((await now()) < end);
  redis.disconnect();
}

import { randomUUID } from "node:crypto";

import { Redis } from "ioredis";

import { RedisChannelLayer } from "../../src/layers/redis/redis-channel-layer.js";
import { describeChannelLayer } from "../contracts/channel-layer.contract.js";
import { redisUrl } from "../services/index.js";

describeChannelLayer({
  name: "redis",
  async open(options) {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    const [a, b] = [
      new RedisChannelLayer(url, { ...options, prefix }),
      new RedisChannelLayer(url, { ...options, prefix }),
    ];
    await Promise.all([a.connect(), b.connect()]);
    return { a, b, advance: (ms) => untilRedisClockMoved(url, ms) };
  },
});

/** Expiry goes by the clock of Redis: waits until that has moved. */
async function untilRedisClockMoved(url: string, ms: number): Promise<void> {
  const redis = new Redis(url);
  const now = async (): Promise<number> => {
    const [seconds = 0, microseconds = 0] = await redis.time();
    return seconds * 1000 + microseconds / 1000;
  };
  const end = (await now()) + ms;
  while ((await now()) < end);
  redis.disconnect();
}

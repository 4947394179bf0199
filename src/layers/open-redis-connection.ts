import type { RedisConnection } from "./redis/redis-connection.js";

/**
 * Opens a connection of its own to what `REDIS_URL` names, for other parts of the framework that keep something there;
 * of several shards, to the first. Resolves at once, whether or not Redis answers. `name` is shown by `CLIENT LIST`.
 * Rejects with `LayerOptionInvalid`.
 */
export async function openRedisConnection(url: string, name: string): Promise<RedisConnection> {
  const { connectToRedis } = await import("./redis/redis-connection.js");
  return connectToRedis(url, name);
}

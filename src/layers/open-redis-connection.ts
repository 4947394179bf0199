import type { clusterClient, RedisConnection } from "./redis/redis-connection.js";
import type { RedisTarget } from "./redis/redis-url.js";

/**
 * Opens a connection of its own to what `REDIS_URL` names, for other parts of the framework that keep something there;
 * of several shards, to the first. Resolves at once, whether or not Redis answers. `name` is shown by `CLIENT LIST`.
 * Rejects with `LayerOptionInvalid`.
 */
export async function openRedisConnection(url: string, name: string): Promise<RedisConnection> {
  const { connectToRedis } = await import("./redis/redis-connection.js");
  return connectToRedis(url, name);
}

/**
 * A client of a cluster for a library that brings its own way with lost connections: a patient one has its commands wait
 * for the connection, another has them fail at once. It connects by itself.
 */
export async function openClusterClient(
  { seeds, security }: Extract<RedisTarget, { kind: "cluster" }>,
  isPatient: boolean,
): Promise<ReturnType<typeof clusterClient>> {
  const redis = await import("./redis/redis-connection.js");
  const redisOptions = { ...security, ...(isPatient && { maxRetriesPerRequest: null }) };
  return redis.clusterClient(seeds, redisOptions, { lazyConnect: false, enableOfflineQueue: isPatient });
}

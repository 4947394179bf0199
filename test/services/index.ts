/**
 * The real services that tests run against. Nothing is started before it is asked for.
 *
 * ```ts
 * const url = await redisUrl();        // the run's Redis: use key prefixes of your own
 * const database = await postgresUrl(); // a new, empty database for this call
 * const redis = await startRedis();    // a Redis of your own: redis.kill(), redis.start()
 * ```
 */
import { askBroker, brokerVariable } from "./broker.js";
import { SharedServices, type Request } from "./shared-services.js";

export { startPostgres, type PostgresOptions } from "./postgres-server.js";
export { pathOf, pythonRedis } from "./clients.js";
export { startRedisCluster, type ClusterServers } from "./redis-cluster.js";
export { startSentinel, type SentinelServers } from "./redis-sentinel.js";
export { startRedis, type PrivateServer, type RedisOptions } from "./redis-server.js";

/** Of a script that is not run by vitest, such as a benchmark: the services then end with the process. */
let ownServices: SharedServices | undefined;

function ask(request: Request): Promise<string> {
  const brokerUrl = process.env[brokerVariable];
  if (brokerUrl !== undefined) return askBroker(brokerUrl, request);
  ownServices ??= new SharedServices();
  return ownServices.answer(request);
}

/** Of a script: stops what was started for it, and drops what was made for it. It may be left out where the process ends. */
export async function closeServices(): Promise<void> {
  await ownServices?.close();
  ownServices = undefined;
}

/** The URL of a Redis that all tests of this run share: `REDIS_URL`, or one started for this run. */
export function redisUrl(): Promise<string> {
  return ask("redis");
}

/** The URLs of two Redis servers that all tests of this run share. */
export async function redisShardUrls(): Promise<readonly string[]> {
  return (await ask("redis-shards")).split(" ");
}

/** Where tests of this run find a Sentinel, for `REDIS_URL`, and the master that it watches. */
export async function redisSentinelUrls(): Promise<{ readonly url: string; readonly master: string }> {
  const [url = "", master = ""] = (await ask("redis-sentinel")).split(" ");
  return { url, master };
}

/** Where tests of this run find a Redis Cluster, for `REDIS_URL`, and one of its nodes. */
export async function redisClusterUrls(): Promise<{ readonly url: string; readonly node: string }> {
  const [url = "", node = ""] = (await ask("redis-cluster")).split(" ");
  return { url, node };
}

/** The URL of a Valkey that all tests of this run share; `undefined` where there is none and Debian has none. */
export async function valkeyUrl(): Promise<string | undefined> {
  const url = await ask("valkey");
  return url === "" ? undefined : url;
}

/** The URL of a PostgreSQL database made for this call, on the server of `DATABASE_URL` or one started for this run. */
export function postgresUrl(): Promise<string> {
  return ask("postgres");
}

/** The path of a Chromium: `CHROMIUM_PATH`, one that is installed, or Debian's, installed now. */
export function chromiumPath(): Promise<string> {
  return ask("chromium");
}

import { Cluster, type Redis, type RedisOptions } from "ioredis";

import { getLogger } from "../../core/index.js";
import { createClient } from "./redis-client.js";
import { parseRedisUrl, type RedisNode } from "./redis-url.js";

/** A connection to the Redis of a site, for other parts of the framework that keep something there. */
export interface RedisConnection {
  /** Commands fail at once while the connection is lost; it is tried again until it is back. */
  readonly client: Redis | Cluster;
  close(): Promise<void>;
}

const timeoutMs = 5000;

/** Connects to what `REDIS_URL` names, in its own time. Throws `LayerOptionInvalid`. */
export function connectToRedis(url: string, name: string): RedisConnection {
  const target = parseRedisUrl(url);
  let isClosed = false;
  const client =
    target.kind === "cluster"
      ? clusterClient(target.seeds, { ...target.security, connectionName: name })
      : createClient(first(target.shards), name, timeoutMs, () => !isClosed);
  // Whoever uses it sees its commands fail; without a listener an error would end the process.
  client.on("error", (error: Error) =>
    getLogger().debug({ err: error, connection: name }, "a connection to Redis failed"),
  );
  client.connect().catch(() => {});
  return {
    client,
    close() {
      isClosed = true;
      client.disconnect();
      return Promise.resolve();
    },
  };
}

/** A client of a cluster; `more` are its own options. */
export function clusterClient(seeds: readonly RedisNode[], options: RedisOptions, more: object = {}): Cluster {
  const nodes = seeds.map(({ connection }) => connection);
  // The library takes what it takes for one server; its types leave out what it would overrule.
  const all: object = { lazyConnect: true, enableOfflineQueue: false, ...more, redisOptions: options };
  return new Cluster(nodes, all);
}

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) throw new RangeError("a Redis URL names at least one server");
  return one;
}

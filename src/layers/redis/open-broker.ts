import { ClusterBroker } from "./cluster/cluster-broker.js";
import type { RedisBroker, RedisBrokerEvents } from "./redis-broker.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import { ShardedBroker } from "./sharded-broker.js";

/** The broker for what the layer's URL names; not connected yet. `name` begins the names of its connections. */
export function openBroker(options: ResolvedRedisOptions, name: string, events: RedisBrokerEvents): RedisBroker {
  const { target, timeoutMs, maxInFlight } = options;
  const linkOptions = { timeoutMs, maxInFlight, name };
  if (target.kind === "cluster") return new ClusterBroker(target, linkOptions, events);
  return new ShardedBroker(target.shards, linkOptions, events);
}

import type { ChannelLayer } from "./layer.js";
import { MemoryChannelLayer } from "./memory/memory-channel-layer.js";
import type { RedisLayerOptions } from "./redis/redis-options.js";

/**
 * The layer for `url`, connected. `null` is the memory of this process; otherwise
 *
 * - `redis://[user:password@]host[:port][/database]` is one Redis,
 * - `redis+sentinel://[user:password@]host[:port][,host…]/master[/database]` the master that Sentinel calls so,
 * - several of these, with commas between them, are shards, among which names are spread by consistent hash,
 * - `redis+cluster://[user:password@]host[:port][,host…]` is a cluster, found through any of these nodes.
 *
 * `rediss` instead of `redis` is TLS. Rejects with `LayerUnavailable` when nothing answers there, and with
 * `LayerOptionInvalid`.
 */
export async function openChannelLayer(url: string | null, options: RedisLayerOptions = {}): Promise<ChannelLayer> {
  const layer = await makeLayer(url, options);
  await layer.connect();
  return layer;
}

async function makeLayer(url: string | null, options: RedisLayerOptions): Promise<ChannelLayer> {
  if (url === null) return new MemoryChannelLayer(options);
  const { RedisChannelLayer } = await import("./redis/redis-channel-layer.js");
  return new RedisChannelLayer(url, options);
}

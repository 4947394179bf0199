import type { ChannelLayer } from "./layer.js";
import { MemoryChannelLayer } from "./memory/memory-channel-layer.js";
import type { RedisLayerOptions } from "./redis/redis-options.js";

/**
 * The layer for `url`, connected: `redis://…` or `rediss://…` is one Redis, `null` the memory of this process. Rejects
 * with `LayerUnavailable` when nothing answers there, and with `LayerOptionInvalid`.
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

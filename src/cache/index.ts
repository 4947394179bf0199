/**
 * Values, pages and parts of pages that are kept for some time, so that they need not be made each time. Its three main
 * names are `cache`, `cachePage` and `Cache`.
 *
 * ```ts
 * await cache.set("motd", "Tonight: Nuages", { timeoutS: 60 });
 * const charts = await cache.getOrSet("charts", () => computeCharts(), { timeoutS: 3600 });
 *
 * http("/charts/", Charts, { middleware: [cachePage({ timeoutS: 60 })] });
 * ```
 *
 * `{% cache 300 "sidebar" user.id %}…{% endcache %}`
 */
export { cacheApp } from "./cache-app.js";
export type { CacheEngine, TtlMs } from "./cache-engine.js";
export { Cache, type CacheOptions, type EntryOptions, type GetOrSetOptions, type Timeout } from "./cache.js";
export { cache, Caches, caches } from "./caches.js";
export { type CacheCodec, plainCodec } from "./codec.js";
export { databaseCache, type DatabaseCacheOptions } from "./engines/database-cache.js";
export { memoryCache, type MemoryCache, type MemoryCacheOptions } from "./engines/memory-cache.js";
export { redisCache, type RedisCacheOptions } from "./engines/redis-cache.js";
export {
  CacheKeyMissing,
  CacheMissing,
  CacheNotANumber,
  CacheOptionInvalid,
  CacheUnavailable,
  CacheUrlInvalid,
  CacheValueInvalid,
} from "./errors.js";
export { openCacheEngine } from "./open-cache.js";
export { cacheControl, type CacheControlOptions, neverCache, varyOn } from "./pages/cache-control.js";
export { cachePage, type CachePageOptions } from "./pages/cache-page.js";
export { cacheTag, fragmentKey } from "./pages/cache-tag.js";

import type { CacheEngine } from "./cache-engine.js";
import { databaseCache } from "./engines/database-cache.js";
import { memoryCache } from "./engines/memory-cache.js";
import { redisCache } from "./engines/redis-cache.js";
import { CacheUrlInvalid } from "./errors.js";

/** The engine that a URL names (`CACHE_URL`). Throws `CacheUrlInvalid`. */
export function openCacheEngine(url: string): CacheEngine {
  if (url === "memory:") return memoryCache();
  if (url === "database:") return databaseCache();
  if (/^rediss?(?:\+(?:sentinel|cluster))?:\/\//.test(url)) return redisCache(url);
  throw new CacheUrlInvalid({ url: url.replace(/\/\/[^@]*@/, "//…@") });
}

import { randomUUID } from "node:crypto";
import { once } from "node:events";

import {
  Cache,
  cacheApp,
  CacheUnavailable,
  databaseCache,
  memoryCache,
  openCacheEngine,
  redisCache,
} from "hotclub/cache";
import {
  atomic,
  closeDatabases,
  connectDatabase,
  createTables,
  databases,
  installModels,
  loadProjectMigrations,
  makeMigrations,
  RefusingQuestioner,
} from "hotclub/orm";
import { createLogger, setLogger } from "hotclub/core";
import { openRedisConnection } from "hotclub/layers";
import { afterEach, describe, expect, test, vi } from "vitest";

import { describeCacheEngine } from "../contracts/cache-engine.contract.js";
import { freePort } from "../project/free-port.js";
import { postgresUrl, redisClusterUrls, redisSentinelUrls, redisUrl } from "../services/index.js";

async function onDatabase(url: string) {
  databases.set("default", await connectDatabase(url));
  await createTables(installModels([cacheApp]));
  return databaseCache();
}

/** Redis has a clock of its own: what has an end gets one that is so much earlier. */
async function agedBy(url: string, prefix: string, ms: number): Promise<void> {
  const { client, close } = await openRedisConnection(url, "test");
  if (client.status !== "ready") await once(client, "ready");
  for (const node of "nodes" in client ? client.nodes("master") : [client]) {
    for (const key of await node.keys(`${prefix}*`)) {
      const left = await client.pttl(key);
      if (left < 0) continue;
      if (left > ms) await client.pexpire(key, left - ms);
      else await client.del(key);
    }
  }
  await close();
}

describeCacheEngine({ name: "memory", open: async () => memoryCache() });
describeCacheEngine({
  name: "SQLite",
  open: () => onDatabase("sqlite::memory:"),
  openAgain: async () => databaseCache(),
  close: closeDatabases,
});
describeCacheEngine({
  name: "PostgreSQL",
  open: async () => onDatabase(await postgresUrl()),
  openAgain: async () => databaseCache(),
  close: closeDatabases,
});
for (const [name, url] of [
  ["Redis", redisUrl],
  ["a cluster of Redis", async () => (await redisClusterUrls()).url],
  ["Redis behind sentinels", async () => (await redisSentinelUrls()).url],
] as const) {
  let prefix = "";
  describeCacheEngine({
    name,
    open: async () => redisCache(await url(), { prefix: (prefix = `test-${randomUUID()}:`) }),
    openAgain: async () => redisCache(await url(), { prefix }),
    pass: async (ms) => agedBy(await url(), prefix, ms),
  });
}

describe("a cache in memory", () => {
  test("holds so many entries and so many bytes, and drops those that were used longest ago", async () => {
    const engine = memoryCache({ maxEntries: 3, maxBytes: 1000 });
    const cache = new Cache({ engine });
    await cache.setMany({ a: 1, b: 2, c: 3 });
    await cache.get("a");
    await cache.set("d", 4);
    expect([...(await cache.getMany(["a", "b", "c", "d"])).keys()]).toEqual(["a", "c", "d"]);
    await cache.set("large", "x".repeat(600));
    await cache.set("larger", "x".repeat(700));
    expect(await cache.has("large")).toBe(false);
    await cache.set("too large", "x".repeat(2000));
    expect(await cache.has("too large")).toBe(false);
    expect(await cache.has("larger")).toBe(true);
    expect(engine.size).toBeLessThanOrEqual(3);
    expect(engine.dropped).toBeGreaterThan(3);
  });
});

describe("a cache in the database", () => {
  afterEach(async () => {
    vi.useRealTimers();
    await closeDatabases();
  });

  test("forgets what is over, and what is too many, now and then", async () => {
    await onDatabase("sqlite::memory:");
    const engine = databaseCache({ maxEntries: 3, cullEveryS: 10 });
    const cache = new Cache({ engine });
    await cache.setMany({ a: 1, b: 2, c: 3, d: 4, e: 5 }, { timeoutS: 100 });
    await cache.set("over", 1, { timeoutS: 1 });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 20_000 });
    await cache.set("f", 6, { timeoutS: 1000 });
    await engine.close();
    const { rows } = await databases.get().query("SELECT key FROM hotclub_cache ORDER BY key");
    expect(rows).toHaveLength(3);
    expect(await cache.get("f")).toBe(6);
  });

  test("counts with the transaction that it stands in, also where a key is taken", async () => {
    await onDatabase(await postgresUrl());
    const cache = new Cache({ engine: databaseCache() });
    await cache.set("a", 1);
    await expect(
      atomic(async () => {
        expect(await cache.add("a", 2)).toBe(false);
        await cache.set("b", 2);
        throw new Error("back");
      }),
    ).rejects.toThrow("back");
    expect([await cache.get("a"), await cache.get("b")]).toEqual([1, undefined]);
  });

  test("has migrations that lead to its model", async () => {
    installModels([cacheApp]);
    const migrations = await loadProjectMigrations([cacheApp]);
    expect(await makeMigrations(migrations, { questioner: new RefusingQuestioner(), only: ["cache"] })).toEqual([]);
  });
});

test("where Redis is away, values are made without it, and whoever asks for one hears of it", async () => {
  const before = setLogger(createLogger({ level: "silent" }));
  const engine = redisCache(`redis://127.0.0.1:${await freePort()}`);
  const cache = new Cache({ engine });
  await expect(cache.get("a")).rejects.toThrow(CacheUnavailable);
  expect(await cache.getOrSet("a", () => "made")).toBe("made");
  await engine.close();
  setLogger(before);
});

test("a URL names an engine", async () => {
  for (const url of ["memory:", "database:"]) await openCacheEngine(url).close();
  expect(() => openCacheEngine("memcached://user:secret@host")).toThrow('"memcached://…@host" names no cache');
});

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { cacheApp } from "hotclub/cache";
import { closeDatabases, connectDatabase, createTables, databases, installModels } from "hotclub/orm";
import { Redis } from "ioredis";

import { describeSharedCache } from "../contracts/cache-processes.contract.js";
import { postgresUrl, redisUrl } from "../services/index.js";

async function onDatabase(url: string) {
  databases.set("default", await connectDatabase(url));
  await createTables(installModels([cacheApp]));
  return { url, prefix: "" };
}

async function endClaims(): Promise<void> {
  await databases.get().query("DELETE FROM hotclub_cache WHERE key LIKE '%:claim' RETURNING key");
}

let directory = "";
describeSharedCache({
  name: "SQLite",
  async open() {
    directory = await mkdtemp(join(tmpdir(), "hotclub-"));
    return onDatabase(`sqlite:${join(directory, "cache.db")}`);
  },
  endClaims,
  async close() {
    await closeDatabases();
    await rm(directory, { recursive: true, force: true });
  },
});
describeSharedCache({
  name: "PostgreSQL",
  open: async () => onDatabase(await postgresUrl()),
  endClaims,
  close: closeDatabases,
});

const prefix = `test-${randomUUID()}:`;
describeSharedCache({
  name: "Redis",
  open: async () => ({ url: await redisUrl(), prefix }),
  async endClaims() {
    const redis = new Redis(await redisUrl());
    const claims = await redis.keys(`${prefix}*:claim`);
    if (claims.length > 0) await redis.del(...claims);
    redis.disconnect();
  },
  close: async () => {},
});

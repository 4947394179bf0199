import { randomUUID } from "node:crypto";

import { closeDatabases, connectDatabase, createTables, databases, installModels } from "hotclub/orm";
import { cookieSessions, databaseSessions, memorySessions, redisSessions, sessionsApp } from "hotclub/sessions";

import { describeSessionEngine } from "../contracts/session-engine.contract.js";
import { postgresUrl, redisClusterUrls, redisSentinelUrls, redisUrl } from "../services/index.js";

async function onDatabase(url: string) {
  databases.set("default", await connectDatabase(url));
  await createTables(installModels([sessionsApp]));
  return databaseSessions();
}

describeSessionEngine({ name: "memory", open: async () => memorySessions() });
describeSessionEngine({
  name: "signed cookies",
  open: async () => cookieSessions(["k".repeat(32)]),
  keepsNothing: true,
});
describeSessionEngine({
  name: "SQLite",
  open: () => onDatabase("sqlite::memory:"),
  close: closeDatabases,
});
describeSessionEngine({
  name: "PostgreSQL",
  open: async () => onDatabase(await postgresUrl()),
  close: closeDatabases,
});
for (const [name, url] of [
  ["Redis", redisUrl],
  ["a cluster of Redis", async () => (await redisClusterUrls()).url],
  ["Redis behind sentinels", async () => (await redisSentinelUrls()).url],
] as const) {
  describeSessionEngine({
    name,
    open: async () => redisSessions(await url(), { prefix: `test-${randomUUID()}` }),
    hasOwnClock: true,
  });
}

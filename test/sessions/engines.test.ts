import { randomUUID } from "node:crypto";

import { closeDatabases, connectDatabase, createTables, databases, installModels } from "hotclub/orm";
import { cookieSessions, databaseSessions, memorySessions, redisSessions, sessionsApp } from "hotclub/sessions";

import { describeSessionEngine } from "../contracts/session-engine.contract.js";
import { postgresUrl, redisUrl } from "../services/index.js";

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
describeSessionEngine({
  name: "Redis",
  open: async () => redisSessions(await redisUrl(), { prefix: `test-${randomUUID()}` }),
  hasOwnClock: true,
});

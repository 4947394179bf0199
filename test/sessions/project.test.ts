import { defineProject, defineSettings, http, HttpConsumer } from "hotclub";
import { installModels, loadProjectMigrations, makeMigrations, RefusingQuestioner } from "hotclub/orm";
import { databaseSessions, sessions, sessionsApp } from "hotclub/sessions";
import { TestSite } from "hotclub/testing";
import { expect, test } from "vitest";

declare module "hotclub/sessions" {
  interface SessionData {
    visits: number;
  }
}

class Counter extends HttpConsumer {
  async get() {
    const visits = ((await this.session.get("visits")) ?? 0) + 1;
    this.session.set("visits", visits);
    return this.json({ visits });
  }
}

installModels([sessionsApp]);
const project = defineProject({
  name: "counter",
  settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
  apps: [sessionsApp],
  middleware: [sessions({ engine: databaseSessions() })],
  routes: [http("/", Counter)],
});

test("a project needs the app and the middleware, and its database remembers the visitors", async () => {
  const site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
  const client = site.client();
  expect((await client.get("/")).json()).toEqual({ visits: 1 });
  expect((await client.get("/")).json()).toEqual({ visits: 2 });
  expect((await site.client().get("/")).json()).toEqual({ visits: 1 });
  await site.close();
});

test("the app's migrations lead to its model", async () => {
  const migrations = await loadProjectMigrations([sessionsApp]);
  expect(await makeMigrations(migrations, { questioner: new RefusingQuestioner(), only: ["sessions"] })).toEqual([]);
});

import { randomUUID } from "node:crypto";

import { afterEach, expect, test } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { startRedis } from "../services/index.js";

const from = (folder: string) => JSON.stringify(builtIndex.replace("index.js", `${folder}/index.js`));
const project = `
  import { defineProject, defineSettings, http, HttpConsumer, include } from ${JSON.stringify(builtIndex)};
  import { authApp, authentication, authRoutes } from ${from("auth")};
  import { databaseSessions, sessions, sessionsApp } from ${from("sessions")};
  import { task, TaskConsumer } from ${from("workers")};
  import { weigh } from "./computing.js";
  const settings = defineSettings();
  const nameOfUser = task("shop.nameOfUser", { queue: "shop" }, class extends TaskConsumer {
    async run() {
      return process.pid + " " + (await this.user).displayName;
    }
  });
  const onward = task("shop.onward", { queue: "shop" }, async () => (await nameOfUser.enqueue()).id);
  const later = task("shop.later", { queue: "shop" }, async () => {});
  class Export extends HttpConsumer {
    async post() {
      await later.enqueue(undefined, { delayMs: 3_600_000 });
      const inner = await (await onward.enqueue()).result();
      return this.json({ pid: process.pid, direct: await (await nameOfUser.enqueue()).result(), onward: await nameOfUser.handle(inner).result(), weighed: await (await weigh.enqueue()).result() });
    }
  }
  export default defineProject({
    name: "shop",
    settings,
    apps: [sessionsApp, authApp],
    middleware: [sessions({ engine: databaseSessions() }), authentication()],
    routes: [include("/accounts/", authRoutes()), http("/export/", Export)],
    tasks: [nameOfUser, onward, later, weigh],
  });
`;

/** It does not load `hotclub/auth` itself. */
const computing = `
  import { task } from ${from("workers")};
  export const weigh = task("shop.weigh", { queue: "shop", thread: import.meta.url }, async (run) => {
    const user = await run.user;
    const saved = user.isAuthenticated ? await Promise.resolve().then(() => user.save()).catch((error) => error.code) : null;
    return { name: user.displayName, isAnonymous: user.isAnonymous, joined: user.dateJoined instanceof Date,
      may: await user.hasPerm("shop.weigh"), hash: user.password ?? null, saved };
  });
`;

const running: { stop(): Promise<unknown> }[] = [];
// Hooks run last to first: they end before the directory that they work in is removed.
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.stop();
});

test(
  "a task on BullMQ that another process runs has the user whose request enqueued it, and so has what it enqueues itself and what runs in a thread",
  { timeout: 300_000 },
  async () => {
    const redis = await startRedis();
    running.push(redis);
    const directory = await scratch({ "project.ts": project, "computing.ts": computing });
    const environment = { REDIS_URL: redis.url, SECRET_KEY: randomUUID() + randomUUID() };
    const start = (args: string[], more: Record<string, string> = {}) => {
      const process = new HotclubProcess(args, { directory, environment: { ...environment, ...more } });
      running.push(process);
      return process;
    };
    const made = start(["createsuperuser", "--no-input", "--username", "django"], {
      HOTCLUB_SUPERUSER_PASSWORD: "manoir",
    });
    expect(await made.exited).toBe(0);
    const [web, worker] = [start(["serve", "--port", "0"]), start(["worker"])];
    const url = await web.url();
    await worker.line("works");
    const login = await fetch(`${url}/accounts/login/`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ username: "django", password: "manoir" }),
    });
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${url}/export/`, { method: "POST", headers: { origin: url, ...headers } });
      return (await answer.json()) as { pid: number; direct: string; onward: string; weighed: object };
    };
    const hers = await ask({ cookie });
    expect(hers.direct).toMatch(/^\d+ django$/);
    expect(hers.onward).toBe(hers.direct);
    expect(Number.parseInt(hers.direct, 10)).not.toBe(hers.pid);
    const lacks = { hash: null, saved: "WORKERS_THREAD_LACKS" };
    expect(hers.weighed).toEqual({ name: "django", isAnonymous: false, joined: true, may: true, ...lacks });
    const nobodys = await ask({});
    expect(nobodys.direct).toMatch(/^\d+ $/);
    expect(nobodys.weighed).toMatchObject({ name: "", isAnonymous: true, may: false });

    const list = start(["tasks", "list", "--queue", "shop", "--state", "delayed"]);
    expect(await list.exited).toBe(0);
    const lines = list.lines.filter((line) => line.includes("shop.later"));
    expect(lines.map((line) => line.includes("  for django"))).toEqual([true, false]);
  },
);

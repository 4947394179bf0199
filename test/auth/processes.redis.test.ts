import { once } from "node:events";

import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";

import { EventReader } from "../consumers/event-reader.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { startRedis } from "../services/index.js";

const from = (folder: string) => JSON.stringify(builtIndex.replace("index.js", `${folder}/index.js`));
const project = `
  import { defineProject, defineSettings, EventStreamConsumer, http, HttpConsumer, include, websocket, WebSocketConsumer } from ${JSON.stringify(builtIndex)};
  import { authApp, authentication, authRoutes, User, usePasswordHashes } from ${from("auth")};
  import { PasswordHashes, Pbkdf2Hasher } from ${from("security")};
  import { databaseSessions, sessions, sessionsApp } from ${from("sessions")};
  const settings = defineSettings();
  class Talk extends WebSocketConsumer {
    async connect() {
      const user = await this.user;
      this.accept();
      await this.sendJson(user.displayName);
    }
  }
  class Events extends EventStreamConsumer {
    async connect() {
      void this.sendEvent({ data: (await this.user).displayName });
    }
  }
  class Deactivate extends HttpConsumer {
    async post() {
      await User.filter({ username: this.params.name }).update({ isActive: false });
      return this.empty();
    }
  }
  const passwords = new PasswordHashes([new Pbkdf2Hasher("pbkdf2_sha256", 1)]);
  export default defineProject({
    name: "club",
    settings,
    apps: [sessionsApp, authApp],
    middleware: [sessions({ engine: databaseSessions() }), authentication({ passwords, redisUrl: settings.redisUrl })],
    routes: [
      include("/accounts/", authRoutes()),
      http("/events/", Events),
      http("/deactivate/:name/", Deactivate),
      websocket("/ws/", Talk),
      websocket("/remote/", Talk, { remote: "talk" }),
    ],
  });
`;

const running: { stop(): Promise<unknown> }[] = [];
// Hooks run last to first: they end before the directory that they work in is removed.
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.stop();
});

const form = (username: string, password: string) => ({
  method: "POST",
  redirect: "manual" as const,
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams({ username, password }).toString(),
});

test(
  "a logout, a new password, a deactivation and wrong tries count on every process, also for consumers in workers",
  { timeout: 300_000 },
  async () => {
    const redis = await startRedis();
    running.push(redis);
    const directory = await scratch({ "project.ts": project });
    const environment = { REDIS_URL: redis.url, SECRET_KEY: "k".repeat(32) };
    const start = (...args: string[]) => {
      const process = new HotclubProcess(args, { directory, environment });
      running.push(process);
      return process;
    };
    const password = { ...environment, HOTCLUB_SUPERUSER_PASSWORD: "manoir" };
    const made = new HotclubProcess(["createsuperuser", "--no-input", "--username", "django"], {
      directory,
      environment: password,
    });
    expect(await made.exited).toBe(0);
    const [here, there, worker] = [start("serve", "--port", "0"), start("serve", "--port", "0"), start("worker")];
    const urls = [await here.url(), await there.url()] as const;
    await worker.line("works");

    const logIn = async (password = "manoir") => {
      const answer = await fetch(`${urls[0]}/accounts/login/`, form("django", password));
      expect(answer.status).toBe(303);
      return answer.headers
        .getSetCookie()
        .map((line) => line.split(";")[0])
        .join("; ");
    };
    /** A socket at the other process; resolves when it knows who it is. */
    const open = async (path: string, cookie: string) => {
      const socket = new WebSocket(urls[1].replace("http", "ws") + path, { headers: { cookie } });
      const closed = once(socket, "close") as Promise<[number]>;
      const [name] = (await once(socket, "message")) as [Buffer];
      return { name: String(name), code: closed.then(([code]) => code) };
    };

    const cookie = await logIn();
    const listen = (cookie: string) => EventReader.open(`${urls[1]}/events/`, { headers: { cookie } });
    const post = (path: string, cookie: string) =>
      fetch(urls[0] + path, { method: "POST", redirect: "manual", headers: { cookie, origin: urls[0] } });
    const sockets = [await open("/ws/", cookie), await open("/remote/", cookie)];
    const events = await listen(cookie);
    expect((await events.event()).data).toBe("django");
    const other = await logIn();
    const kept = await open("/ws/", other);
    expect([...sockets, kept].map(({ name }) => name)).toEqual(Array.from({ length: 3 }, () => '"django"'));
    await post("/accounts/logout/", cookie);
    expect(await Promise.all(sockets.map(({ code }) => code))).toEqual([4501, 4501]);
    expect((await events.rest()).filter(({ data }) => data !== undefined)).toEqual([]);
    expect((await open("/ws/", cookie)).name).toBe('""');

    const remote = await open("/remote/", other);
    const change = new HotclubProcess(["changepassword", "--no-input", "django"], {
      directory,
      environment: { ...environment, HOTCLUB_PASSWORD: "another" },
    });
    expect(await change.exited).toBe(0);
    expect([await kept.code, await remote.code]).toEqual([4401, 4401]);

    const third = await logIn("another");
    const ending = [await open("/ws/", third), await open("/remote/", third)];
    const lastEvents = await listen(third);
    expect((await lastEvents.event()).data).toBe("django");
    await post("/deactivate/django/", third);
    expect(await Promise.all(ending.map(({ code }) => code))).toEqual([4501, 4501]);
    expect((await lastEvents.rest()).filter(({ data }) => data !== undefined)).toEqual([]);
    expect((await open("/ws/", third)).name).toBe('""');

    const tries: number[] = [];
    for (let i = 0; i < 6; i++) {
      tries.push((await fetch(`${urls[i % 2 === 0 ? 0 : 1]}/accounts/login/`, form("django", "wrong"))).status);
    }
    expect(tries).toEqual([422, 422, 422, 422, 422, 429]);
  },
);

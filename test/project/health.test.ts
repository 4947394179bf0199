import { createConnection } from "node:net";

import { defineProject, defineSettings, http, HttpConsumer, serve } from "hotclub";
import type { HealthCheck } from "hotclub/project";
import { afterEach, describe, expect, it } from "vitest";

import { gate } from "../protocol/gate.js";

const environment = { PORT: "0", LOG_LEVEL: "silent", SECRET_KEY: "x".repeat(32), DATABASE_URL: "sqlite::memory:" };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function served(healthChecks: readonly HealthCheck[] = [], variables: Record<string, string> = {}) {
  const { passed, open: letGo } = gate();
  const { passed: begun, open: begin } = gate();
  class Slow extends HttpConsumer {
    async get() {
      begin();
      await passed;
      return this.text("done");
    }
  }
  const settings = defineSettings({}, { ...environment, ...variables });
  const site = await serve(defineProject({ name: "site", settings, healthChecks, routes: [http("/slow/", Slow)] }));
  open.push(site);
  return { ...site, letGo, begun };
}

describe("the health of a process", () => {
  it("is live and ready when it serves, with what was looked at", async () => {
    const { url } = await served();
    const live = await fetch(`${url}/-/live`);
    expect([live.status, await live.json()]).toEqual([200, { status: "live" }]);
    const ready = await fetch(`${url}/-/ready`);
    expect(ready.headers.get("cache-control")).toBe("no-store");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: "ready", checks: { database: "ok", "channel layer": "ok" } },
    ]);
    expect((await fetch(`${url}/-/ready`, { method: "POST" })).status).toBe(405);
  });

  it("is told whatever name the process was asked by", async () => {
    const { port } = await served([], { ALLOWED_HOSTS: "example.com" });
    const socket = createConnection(port, "127.0.0.1");
    socket.write("GET /-/ready HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n");
    let text = "";
    for await (const piece of socket) text += String(piece);
    expect(text).toContain("HTTP/1.1 200");
  });

  it("is not ready while a check of an app fails, and stays live", async () => {
    let isBroken = true;
    const { url } = await served([
      { name: "search", check: () => (isBroken ? Promise.reject(new Error("password=secret")) : undefined) },
    ]);
    const ready = await fetch(`${url}/-/ready`);
    expect(ready.status).toBe(503);
    const text = await ready.text();
    expect(JSON.parse(text)).toMatchObject({ status: "not ready", checks: { search: "failing", database: "ok" } });
    expect(text).not.toContain("secret");
    expect((await fetch(`${url}/-/live`)).status).toBe(200);
    isBroken = false;
    // An outcome counts for a second.
    await expect.poll(async () => (await fetch(`${url}/-/ready`)).status, { timeout: 5000 }).toBe(200);
  });

  it("is not ready when a check does not end in time, and tells the check", async () => {
    let signal: AbortSignal | undefined;
    const { url } = await served([
      {
        name: "search",
        timeoutMs: 20,
        check: (given) => {
          signal = given;
          return new Promise(() => {});
        },
      },
    ]);
    expect((await fetch(`${url}/-/ready`)).status).toBe(503);
    expect(signal?.aborted).toBe(true);
  });

  it("runs a check once for many who ask at once", async () => {
    let runs = 0;
    const { url } = await served([{ name: "search", check: () => void (runs += 1) }]);
    await Promise.all(Array.from({ length: 10 }, () => fetch(`${url}/-/ready`)));
    expect(runs).toBe(1);
  });

  it("is not ready from the moment on in which a stop begins, while it goes on serving", async () => {
    const site = await served([], { SHUTDOWN_DELAY_MS: "300" });
    const slow = fetch(`${site.url}/slow/`);
    await site.begun;
    const closing = site.close();
    const ready = await fetch(`${site.url}/-/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: "stopping" }]);
    expect((await fetch(`${site.url}/-/live`)).status).toBe(200);
    site.letGo();
    expect(await (await slow).text()).toBe("done");
    await closing;
    await expect(fetch(`${site.url}/-/live`)).rejects.toThrow("fetch failed");
  });

  it("is not told where HEALTH_ENDPOINTS is off", async () => {
    const { url } = await served([], { HEALTH_ENDPOINTS: "off" });
    expect((await fetch(`${url}/-/ready`)).status).toBe(404);
  });
});

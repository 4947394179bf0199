import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

import { accessLog, http, HttpConsumer, type Route, websocket, WebSocketConsumer } from "hotclub/consumers";
import { NotFound, setLogger } from "hotclub/core";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { ImmediateTaskBackend, runWorker, task, taskBackends } from "hotclub/workers";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";

import { safeText } from "../../../src/consumers/middleware/access/safe-text.js";
import { keptLog, readLines, site } from "./site.js";

class Room extends HttpConsumer<{ slug: string }> {
  get() {
    if (this.params.slug === "broken") throw new Error("the inside");
    if (this.params.slug === "none") throw new NotFound({ what: "This room" });
    return this.text("12345");
  }
}
class Parts extends HttpConsumer {
  get() {
    return this.stream(Readable.from(["123", "4567"]));
  }
}
class Slow extends HttpConsumer {
  get() {
    return this.later();
  }
}
class Echo extends WebSocketConsumer {
  override connect() {
    if (this.scope.queryString !== "") throw new NotFound({ what: "This socket" });
    this.accept();
  }
  override receive(data: string) {
    return this.sendText(data);
  }
}
const routes: readonly Route[] = [
  http("/rooms/:slug/", Room, { name: "room" }),
  http("/parts/", Parts),
  http("/slow/", Slow),
  http("/health/", Parts),
  websocket("/ws/", Echo),
];

function logged(options: Parameters<typeof accessLog>[0] = {}, level = "info") {
  const { logger, lines } = keptLog({ level });
  return { ...site([accessLog({ logger, ...options })], { routes }), lines: () => readLines(lines) };
}

describe("the access log", () => {
  it("has one line for a request, with what was asked and how it went, and without query and headers", async () => {
    const { ask, lines } = logged();
    await ask("GET", "/rooms/lobby/?token=secret", { headers: { authorization: "Bearer secret", host: "localhost" } });
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      level: 30,
      msg: "GET /rooms/lobby/ 200",
      method: "GET",
      path: "/rooms/lobby/",
      route: "/rooms/:slug/",
      status: 200,
      bytes: 5,
      client: "127.0.0.1",
      requestId: expect.stringMatching(/^[\w-]+$/) as string,
      durationMs: expect.any(Number) as number,
    });
    expect(JSON.stringify(lines())).not.toContain("secret");
  });

  it("waits for the end of a streamed response, and counts all of it", async () => {
    const { ask, lines } = logged();
    await ask("GET", "/parts/");
    expect(lines()).toMatchObject([{ status: 200, bytes: 7 }]);
  });

  it("says that a client has gone before its response", async () => {
    const { application, lines } = logged();
    const request = new HttpCommunicator(application, "GET", "/slow/");
    request.start();
    request.disconnect();
    request.disconnect();
    expect(lines()).toMatchObject([{ status: "gone", msg: "GET /slow/ gone" }]);
  });

  it("warns of errors of the site, and not of those of clients", async () => {
    const { ask, lines } = logged();
    await ask("GET", "/rooms/none/");
    await ask("GET", "/rooms/broken/");
    expect(lines()).toMatchObject([
      { status: 404, level: 30 },
      { status: 500, level: 40 },
    ]);
  });

  it("leaves out health checks and what is not in the sample, unless something is wrong", async () => {
    const { ask, lines } = logged({ sample: 0 });
    await ask("GET", "/rooms/lobby/");
    await ask("GET", "/rooms/broken/");
    expect(lines()).toMatchObject([{ path: "/rooms/broken/" }]);
    const all = logged();
    await all.ask("GET", "/health/");
    expect(all.lines()).toEqual([]);
    const other = logged({ skip: [/^\/rooms\//] });
    await other.ask("GET", "/rooms/lobby/");
    await other.ask("GET", "/health/");
    expect(other.lines()).toMatchObject([{ path: "/health/" }]);
  });

  it("writes what is slow in any case, and takes fields of one's own", async () => {
    const { ask, lines } = logged({ slowMs: 0, sample: 0, fields: ({ requestId }) => ({ again: requestId }) });
    await ask("GET", "/parts/");
    expect(lines()).toMatchObject([{ level: 40 }]);
    expect(lines()[0]?.["again"]).toBe(lines()[0]?.["requestId"]);
  });

  it("writes only what is wrong where the log leaves out the rest", async () => {
    const { ask, lines } = logged({}, "warn");
    await ask("GET", "/rooms/lobby/");
    await ask("GET", "/rooms/broken/");
    expect(lines()).toMatchObject([{ status: 500, client: "127.0.0.1", bytes: expect.any(Number) as number }]);
    const silent = logged({}, "error");
    await silent.ask("GET", "/rooms/broken/");
    expect(silent.lines()).toEqual([]);
  });

  it("has one line for a socket, at its end, with what went through it", async () => {
    const { application, lines } = logged();
    const socket = new WebSocketCommunicator(application, "/ws/");
    await socket.connect();
    socket.send("a");
    await socket.receive();
    expect(lines()).toEqual([]);
    await socket.disconnect();
    expect(lines()).toMatchObject([
      { msg: "WEBSOCKET /ws/ 1000", path: "/ws/", route: "/ws/", received: 1, sent: 1, client: "127.0.0.1" },
    ]);
  });

  it("has one line for a refused handshake", async () => {
    const { application, lines } = logged();
    await new WebSocketCommunicator(application, "/ws/?no").connect();
    await new WebSocketCommunicator(application, "/nowhere/").connect();
    expect(lines()).toMatchObject([{ status: 404 }, { status: 404, path: "/nowhere/" }]);
  });
});

describe("the access log of tasks", () => {
  let undo = async () => {};
  afterEach(() => undo());

  it("has one line for each run, with its outcome", async () => {
    const { logger, lines } = keptLog();
    const previous = setLogger(keptLog().logger);
    taskBackends.set("default", new ImmediateTaskBackend());
    const good = task("log.good", {}, async () => "done");
    const bad = task("log.bad", {}, async () => {
      throw new Error("no");
    });
    const worker = await runWorker({ tasks: [good, bad], middleware: [accessLog({ logger })] });
    undo = async () => {
      await worker.close();
      await taskBackends.closeAll();
      setLogger(previous);
    };
    await (await good.enqueue()).result();
    await (await bad.enqueue()).result().catch(() => {});
    expect(readLines(lines)).toMatchObject([
      { msg: "TASK log.good completed", task: "log.good", outcome: "completed", attempt: 1, level: 30 },
      { msg: "TASK log.bad failed", task: "log.bad", outcome: "failed", level: 40 },
    ]);
  });
});

describe("nobody can write lines of the log", () => {
  const hostile = "/rooms/%0A%7B%22level%22:60%7D%1b[31m\u001b[2J\r\nGET /admin/ 200/";

  it.each(["json", "pretty"] as const)("by a path (%s)", async (format) => {
    const { logger, lines } = keptLog({ format });
    const { application } = site([accessLog({ logger })], { routes });
    const raw = new Proxy(application, {
      apply: (target, _self, [scope, send]: Parameters<typeof application>) =>
        target(Object.assign(scope, { rawPath: hostile }), send),
    });
    await new HttpCommunicator(raw, "GET", "/rooms/a/").response();
    expect(lines).toHaveLength(1);
    expect(stripVTControlCharacters(lines[0] ?? "")).toMatch(/^[\x20-\x7e]+$/);
  });

  it("whatever a text is made of, what is written of it is printable ASCII and short", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 700 }), (text) => {
        const safe = safeText(text);
        expect(safe).toMatch(/^[\x20-\x7e]*…?$/);
        expect(safe.length).toBeLessThan(501 * 6);
        if (/^[\x20-\x7e]{0,500}$/.test(text)) expect(safe).toBe(text);
      }),
    );
  });
});

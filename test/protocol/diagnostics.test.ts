import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createConnection } from "node:net";

import { http, HttpConsumer, createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { type Listening, loadServer } from "hotclub/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { EventQueue } from "./event-queue.js";
import { gate } from "./gate.js";
import { serversHere } from "./servers-here.js";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

function listen(...names: string[]): EventQueue<{ name: string; message: Record<string, unknown> }> {
  const events = new EventQueue<{ name: string; message: Record<string, unknown> }>();
  for (const name of names) {
    const told = (message: unknown): void => events.push({ name, message: message as Record<string, unknown> });
    subscribe(name, told);
    undo.push(() => unsubscribe(name, told));
  }
  return events;
}

let waiting = gate();
beforeEach(() => {
  waiting = gate();
});

class Item extends HttpConsumer<{ id: string }> {
  get() {
    return this.text(`item ${this.params.id}`);
  }
  put(): never {
    throw new Error("not today");
  }
}
class Endless extends HttpConsumer {
  async get() {
    await waiting.passed;
    return this.text("too late");
  }
}
class Echo extends WebSocketConsumer {
  override receive(data: string | Uint8Array) {
    return typeof data === "string" ? this.sendText(data) : undefined;
  }
}

async function served(name: "uws" | "node"): Promise<Listening> {
  const routes = [http("/items/:id/", Item), http("/endless/", Endless), websocket("/echo/", Echo)];
  const listening = await (await loadServer(name)).listen(createApplication({ routes }));
  undo.push(() => listening.close({ timeoutMs: 100 }));
  return listening;
}

describe.each(serversHere)("the diagnostics of the server %s", (name) => {
  it("tell how a request begins and ends", async () => {
    const { url } = await served(name);
    const events = listen("hotclub:http:start", "hotclub:http:end");
    await fetch(`${url}/items/7/?q=1`);
    const start = await events.next();
    expect(start).toEqual({
      name: "hotclub:http:start",
      message: { requestId: expect.any(String) as unknown, method: "GET", path: "/items/7/" },
    });
    const end = await events.next();
    expect(end.message).toMatchObject({
      ...start.message,
      route: "/items/:id/",
      status: 200,
      outcome: "answered",
      bodyBytes: 6,
    });
    expect(end.message["durationMs"]).toBeGreaterThanOrEqual(0);
  });

  it("tell of requests that nobody handles, that fail, and whose client leaves", async () => {
    const { url, port } = await served(name);
    const events = listen("hotclub:http:end");
    await fetch(`${url}/nowhere/`);
    expect((await events.next()).message).toMatchObject({ route: undefined, status: 404 });
    await fetch(`${url}/items/7/`, { method: "PUT" });
    expect((await events.next()).message).toMatchObject({ route: "/items/:id/", status: 500 });
    const began = listen("hotclub:http:start");
    const client = createConnection(port, "127.0.0.1");
    client.write("GET /endless/ HTTP/1.1\r\nHost: test\r\n\r\n");
    await began.next();
    client.destroy();
    expect((await events.next()).message).toMatchObject({ outcome: "gone", status: undefined });
    waiting.open();
  });

  it("tell of a socket, its messages and its end", async () => {
    const { url } = await served(name);
    const events = listen("hotclub:websocket:start", "hotclub:websocket:message", "hotclub:websocket:end");
    const socket = new WebSocket(`${url.replace("http", "ws")}/echo/`);
    await once(socket, "open");
    socket.send("héllo");
    await once(socket, "message");
    socket.close(4000);
    const told = [await events.next(), await events.next(), await events.next(), await events.next()];
    expect(told.map(({ message }) => message)).toMatchObject([
      { path: "/echo/" },
      { direction: "in", bytes: 6 },
      { direction: "out", bytes: 6 },
      { route: "/echo/", accepted: true, code: 4000 },
    ]);
  });
});

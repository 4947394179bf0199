import { action, createApplication, http, HttpConsumer, websocket, WebSocketConsumer } from "hotclub/consumers";
import type { Application } from "hotclub/core";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { HttpCommunicator, WebSocketCommunicator } from "hotclub/testing";
import { RemoteFront, RemoteHost } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { collect } from "../contracts/channel-layer.tools.js";
import { deferred } from "../deferred.js";
import { CutLayer } from "./cut-layer.js";

const room = group("room/:slug").carries<{ "chat.message": { text: string } }>();

/** Quick enough for tests, slow enough for a machine with much to do. */
const timing = { heartbeatMs: 50, deadMs: 400, openTimeoutMs: 2000, resumeTimeoutMs: 4000 };

/** Which of the workers runs the code that asks. */
let ranOn: string[];
let blocked: ReturnType<typeof deferred<void>>;
let begun: ReturnType<typeof deferred<void>>;

class Chat extends WebSocketConsumer<{ slug: string }> {
  state = { posts: 0 };
  actions = {
    post: action(z.object({ text: z.string() }), this.post),
    count: action(z.object({}), this.count),
    quit: action(z.object({}), this.quit),
    slow: action(z.object({}), this.slow),
    announce: action(z.object({ text: z.string() }), this.announce),
  };
  override async connect() {
    ranOn.push("connect");
    await this.join(room({ slug: this.params.slug }));
    this.accept();
  }
  override resume() {
    ranOn.push(`resume ${this.params.slug} ${this.state.posts}`);
  }
  override disconnect(code: number) {
    ranOn.push(`disconnect ${code}`);
  }
  async post({ text }: { text: string }) {
    this.state.posts += 1;
    await room({ slug: this.params.slug }).send("chat.message", { text });
  }
  count() {
    return this.state.posts;
  }
  async quit() {
    await this.leave(room({ slug: this.params.slug }));
    return "left";
  }
  async slow() {
    await this.sendJson({ type: "begun" });
    begun.resolve();
    await blocked.promise;
    return "done";
  }
  /** Sends, and is not done with it. */
  async announce({ text }: { text: string }) {
    await room({ slug: this.params.slug }).send("chat.message", { text }, { idempotencyKey: this.messageKey });
    ranOn.push(`announced ${text}`);
    await blocked.promise;
  }
  "chat.message"(message: Payload<typeof room, "chat.message">) {
    return this.sendJson(message);
  }
}

class Page extends HttpConsumer {
  async get() {
    begun.resolve();
    await blocked.promise;
    return this.text("page");
  }
  async post() {
    const body = await this.request.bytes();
    begun.resolve();
    await blocked.promise;
    return this.text(`${body.byteLength} bytes`);
  }
}

const routes = [websocket("/ws/:slug/", Chat, { remote: "chat" }), http("/", Page, { remote: "chat" })];
let layer: MemoryChannelLayer;
let front: RemoteFront;
let site: Application;
const hosts: { readonly host: RemoteHost; readonly line: CutLayer }[] = [];

async function startWorker(pools = ["chat"]) {
  const line = new CutLayer(layer);
  const host = await RemoteHost.open(line, createApplication({ routes, isHosting: true }), pools, timing);
  const worker = { host, line };
  hosts.push(worker);
  await vi.waitUntil(() => pools.every((pool) => front.pools.has(pool)), { interval: 1 });
  return worker;
}

beforeEach(async () => {
  ranOn = [];
  blocked = deferred();
  begun = deferred();
  layer = new MemoryChannelLayer();
  channelLayers.set("default", layer);
  front = await RemoteFront.open(layer, timing);
  site = createApplication({ routes, remote: front });
});

afterEach(async () => {
  blocked.resolve();
  await Promise.all(hosts.splice(0).map(({ host }) => host.close({ timeoutMs: 100 })));
  await front.close();
  await channelLayers.closeAll();
});

async function connected(slug = "lobby"): Promise<WebSocketCommunicator> {
  const socket = new WebSocketCommunicator(site, `/ws/${slug}/`);
  expect(await socket.connect()).toMatchObject({ accepted: true });
  return socket;
}

async function collectRoom() {
  const listener = await collect(layer, layer.newChannel());
  await layer.groupAdd(room({ slug: "lobby" }).name, listener.channel);
  return listener;
}

function act(socket: WebSocketCommunicator, name: string, data: object = {}, id?: number) {
  socket.send(JSON.stringify({ action: name, data, ...(id !== undefined && { id }) }));
}

async function received(socket: WebSocketCommunicator): Promise<unknown> {
  return JSON.parse(String(await socket.receive(5000)));
}

describe("a socket whose worker stops", () => {
  it("goes on in another worker, with its state and its groups, and the client sees nothing of it", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "post", { text: "one" });
    expect(await received(socket)).toMatchObject({ text: "one" });
    await startWorker();
    await first.host.close();
    await room({ slug: "lobby" }).send("chat.message", { text: "two" });
    expect(await received(socket)).toMatchObject({ text: "two" });
    act(socket, "count", {}, 1);
    expect(await received(socket)).toEqual({ type: "reply", id: 1, data: 1 });
    expect(ranOn).toEqual(["connect", "resume lobby 1"]);
  });

  it("finishes what it is at before another goes on, and loses nothing that comes meanwhile", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "slow", {}, 1);
    await begun.promise;
    act(socket, "count", {}, 2);
    await room({ slug: "lobby" }).send("chat.message", { text: "meanwhile" });
    await startWorker();
    const closing = first.host.close();
    blocked.resolve();
    await closing;
    expect(await received(socket)).toEqual({ type: "begun" });
    expect(await received(socket)).toEqual({ type: "reply", id: 1, data: "done" });
    expect(await received(socket)).toEqual({ type: "reply", id: 2, data: 0 });
    expect(await received(socket)).toMatchObject({ text: "meanwhile" });
    expect(await socket.receiveNothing()).toBe(true);
  });

  it("can leave a group that it joined in the worker before", async () => {
    const first = await startWorker();
    const socket = await connected();
    await startWorker();
    await first.host.close();
    act(socket, "quit", {}, 1);
    expect(await received(socket)).toMatchObject({ data: "left" });
    await room({ slug: "lobby" }).send("chat.message", { text: "gone" });
    expect(await socket.receiveNothing()).toBe(true);
  });

  it("waits while there is no worker, and goes on with the next that comes", async () => {
    const first = await startWorker();
    const socket = await connected();
    await first.host.close();
    await room({ slug: "lobby" }).send("chat.message", { text: "waiting" });
    act(socket, "count", {}, 1);
    await startWorker();
    expect(await received(socket)).toMatchObject({ text: "waiting" });
    expect(await received(socket)).toMatchObject({ id: 1 });
  });

  it("is closed with 1013 when none comes", async () => {
    await front.close();
    front = await RemoteFront.open(layer, { ...timing, resumeTimeoutMs: 100 });
    site = createApplication({ routes, remote: front });
    const first = await startWorker();
    const socket = await connected();
    await first.host.close();
    expect(await socket.closed(3000)).toMatchObject({ code: 1013 });
  });

  it("has its disconnect handled by the next worker", async () => {
    const first = await startWorker();
    const socket = await connected();
    await first.host.close();
    const gone = socket.disconnect(1001);
    await startWorker();
    await gone;
    expect(ranOn).toEqual(["connect", "resume lobby 0", "disconnect 1001"]);
  });

  it("has its disconnect handled by the next worker, too, where it comes while this one finishes what it is at", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "slow");
    expect(await received(socket)).toEqual({ type: "begun" });
    await startWorker();
    const closed = first.host.close();
    const gone = socket.disconnect(1001);
    blocked.resolve();
    await Promise.all([closed, gone]);
    expect(ranOn).toEqual(["connect", "resume lobby 0", "disconnect 1001"]);
  });
});

describe("a socket whose worker dies", () => {
  it("goes on in another worker, which handles again what was not handled, and sends nothing twice", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "post", { text: "one" });
    expect(await received(socket)).toMatchObject({ text: "one" });
    act(socket, "slow", {}, 1);
    expect(await received(socket)).toEqual({ type: "begun" });
    first.line.isCut = true;
    await room({ slug: "lobby" }).send("chat.message", { text: "two" });
    blocked.resolve();
    await startWorker();
    // The second worker says "begun" again; the client has heard it.
    expect(await received(socket)).toEqual({ type: "reply", id: 1, data: "done" });
    expect(await received(socket)).toMatchObject({ text: "two" });
    expect(await socket.receiveNothing()).toBe(true);
    expect(ranOn).toEqual(["connect", "resume lobby 1"]);
  });

  it("has told its group once what both told it under the key of the message", async () => {
    const first = await startWorker();
    const socket = await connected();
    const listener = await collectRoom();
    act(socket, "announce", { text: "one" });
    await vi.waitUntil(() => ranOn.includes("announced one"), { timeout: 5000 });
    first.line.isCut = true;
    await startWorker();
    await vi.waitUntil(() => ranOn.filter((what) => what === "announced one").length === 2, { timeout: 5000 });
    blocked.resolve();
    act(socket, "announce", { text: "two" });
    await listener.until(2);
    expect(listener.messages.map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("hears nothing more of the dead one that comes back", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "slow", {}, 1);
    expect(await received(socket)).toEqual({ type: "begun" });
    first.line.isCut = true;
    await startWorker();
    await vi.waitUntil(() => ranOn.includes("resume lobby 0"), { timeout: 5000 });
    first.line.isCut = false;
    blocked.resolve();
    expect(await received(socket)).toEqual({ type: "reply", id: 1, data: "done" });
    expect(await socket.receiveNothing()).toBe(true);
    await vi.waitUntil(() => first.host.load === 0, { timeout: 5000 });
  });

  it("has its disconnect handled by another where the one died before it had done so", async () => {
    const first = await startWorker();
    const socket = await connected();
    act(socket, "slow");
    expect(await received(socket)).toEqual({ type: "begun" });
    first.line.isCut = true;
    const gone = socket.disconnect(1001);
    blocked.resolve();
    await startWorker();
    await gone;
    expect(ranOn).toContain("disconnect 1001");
  });

  it("begins anew where its handshake was not answered", async () => {
    const first = await startWorker();
    first.line.isCut = true;
    const socket = new WebSocketCommunicator(site, "/ws/lobby/");
    const outcome = socket.connect(5000);
    await startWorker();
    expect(await outcome).toMatchObject({ accepted: true });
    expect(ranOn).toEqual(["connect"]);
  });
});

describe("a request of a remote route", () => {
  it("waits for a worker, and is refused with 503 when none comes", async () => {
    await front.close();
    front = await RemoteFront.open(layer, { ...timing, openTimeoutMs: 100 });
    const response = await new HttpCommunicator(createApplication({ routes, remote: front }), "GET", "/").response();
    expect(response.status).toBe(503);
    expect(response.headers).toContainEqual(["retry-after", "1"]);
  });

  it("is answered by a worker that comes in time", async () => {
    const answer = new HttpCommunicator(site, "GET", "/").response();
    blocked.resolve();
    await startWorker();
    expect(await answer).toMatchObject({ status: 200 });
  });

  it("is asked again of another worker when the first dies, if that does no harm", async () => {
    const first = await startWorker();
    const answer = new HttpCommunicator(site, "GET", "/").response(8000);
    await begun.promise;
    first.line.isCut = true;
    await startWorker();
    blocked.resolve();
    expect(await answer).toMatchObject({ status: 200 });
  });

  it("is refused with 503 when its worker dies and it may have been done", async () => {
    const first = await startWorker();
    const answer = new HttpCommunicator(site, "POST", "/", { body: "x" }).response(8000);
    await begun.promise;
    first.line.isCut = true;
    await startWorker();
    expect(await answer).toMatchObject({ status: 503 });
  });

  it("is answered before its worker stops", async () => {
    const first = await startWorker();
    const answer = new HttpCommunicator(site, "POST", "/", { body: "x".repeat(2_000_000) }).response(8000);
    await begun.promise;
    const closing = first.host.close();
    blocked.resolve();
    expect(await answer).toMatchObject({ status: 200 });
    expect((await answer).text).toBe("2000000 bytes");
    await closing;
  });
});

describe("connections of a pool", () => {
  it("are spread over its workers, and over those of no other pool", async () => {
    const workers = [await startWorker(), await startWorker(), await startWorker(["chat", "other"])];
    await vi.waitUntil(() => front.pools.has("other"));
    for (let i = 0; i < 9; i++) await connected(`room${i}`);
    expect(workers.map(({ host }) => host.load)).toEqual([3, 3, 3]);
  });
});

import { once } from "node:events";

import { type ConsumerClass, createApplication, forward, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, type Payload } from "hotclub/layers";
import { type Listening, loadServer } from "hotclub/protocol";
import { WebSocketCommunicator } from "hotclub/testing";
import { RemoteFront, RemoteHost } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";

import { deferred } from "../deferred.js";
import { serversHere } from "../protocol/servers-here.js";

const room = group("room").carries<{
  "chat.message": { text: string | bigint };
  "chat.count": { by: number };
}>();

class Listener extends WebSocketConsumer {
  "chat.message" = forward<Payload<typeof room, "chat.message">>();
  "chat.count"(_message: { readonly by: number }): void | Promise<void> {}
  override async connect() {
    await this.join(room());
    this.accept();
  }
  override async receive(text: string) {
    if (text === "leave") await this.leave(room());
    if (text === "channel") return this.sendText(await this.openChannel());
    return this.sendText(`heard ${text}`);
  }
}

/** Has nothing to do for any message of the group. */
class Pure extends WebSocketConsumer {
  "chat.message" = forward<Payload<typeof room, "chat.message">>();
  override async connect() {
    await (this as unknown as Listener).join(room());
    this.accept();
  }
  override receive(text: string) {
    return this.sendText(`heard ${text}`);
  }
}

let layer: MemoryChannelLayer;
let listening: Listening | undefined;
const sockets: WebSocket[] = [];

beforeEach(() => {
  layer = new MemoryChannelLayer();
  channelLayers.set("default", layer);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await listening?.close({ timeoutMs: 100 });
  listening = undefined;
  await channelLayers.closeAll();
});

/** A client that keeps what it hears. */
class Client {
  readonly heard: string[] = [];
  readonly socket: WebSocket;
  #wanted = 0;
  #enough = deferred<void>();

  constructor(port: number) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/ws/`);
    sockets.push(this.socket);
    this.socket.on("message", (data: Buffer) => {
      const text = data.toString();
      this.heard.push(text.startsWith("{") ? String((JSON.parse(text) as { text: unknown }).text) : text);
      if (this.heard.length >= this.#wanted) this.#enough.resolve();
    });
  }

  async hears(count: number): Promise<readonly string[]> {
    this.#wanted = count;
    this.#enough = deferred();
    if (this.heard.length < count) await this.#enough.promise;
    return this.heard;
  }

  async says(text: string): Promise<void> {
    const wanted = this.heard.length + 1;
    this.socket.send(text);
    await this.hears(wanted);
  }
}

describe.each(serversHere)("messages that are only passed on, on %s", (name) => {
  async function serve(consumer: new (...args: never[]) => object): Promise<number> {
    const { listen } = await loadServer(name);
    const routes = [websocket("/ws/", consumer as never)];
    listening = await listen(createApplication({ routes }));
    return listening.port;
  }

  async function open(port: number, count: number): Promise<Client[]> {
    const clients = Array.from({ length: count }, () => new Client(port));
    await Promise.all(clients.map(({ socket }) => once(socket, "open")));
    return clients;
  }

  const say = (text: string) => room().send("chat.message", { text });

  it("reach every member once and in order, and the layer delivers them once for all", async () => {
    const clients = await open(await serve(Pure), 20);
    await say("first");
    await Promise.all(clients.map((client) => client.hears(1)));
    const before = layer.counters.delivered;
    for (const text of ["second", "third"]) await say(text);
    for (const client of clients) expect(await client.hears(3)).toEqual(["first", "second", "third"]);
    expect(layer.counters.delivered - before).toBe(2);
  });

  it("keep their order with what the consumer says itself", async () => {
    const [client] = await open(await serve(Pure), 1);
    for (let i = 0; i < 20; i++) {
      await say(`group ${i}`);
      client?.socket.send(String(i));
      await client?.hears(2 * (i + 1));
    }
    const groupTurns = client?.heard.filter((text) => text.startsWith("group"));
    expect(groupTurns).toEqual(Array.from({ length: 20 }, (_, i) => `group ${i}`));
  });

  it("wait for the handshake, and come before what is sent after it", async () => {
    const joined = deferred<void>();
    const accept = deferred<void>();
    class Slow extends Pure {
      override async connect() {
        await (this as unknown as Listener).join(room());
        joined.resolve();
        await accept.promise;
        this.accept();
        await this.sendText("accepted");
      }
    }
    const client = new Client(await serve(Slow));
    await joined.promise;
    await say("early");
    await say("soon");
    accept.resolve();
    await client.hears(3);
    await say("later");
    await say("last");
    expect(await client.hears(5)).toEqual(["accepted", "early", "soon", "later", "last"]);
  });

  it("wait for a member that is stuck up to its capacity; what is over that is lost and counted (L6)", async () => {
    const [joined, accept] = [deferred<void>(), deferred<void>()];
    class Stuck extends Pure {
      override async connect() {
        await (this as unknown as Listener).join(room());
        joined.resolve();
        await accept.promise;
        this.accept();
      }
    }
    const client = new Client(await serve(Stuck));
    await joined.promise;
    const capacity = layer.capacityOf("specific.any");
    for (let at = 1; at <= capacity + 7; at++) await say(String(at));
    expect(layer.counters.droppedFull).toBe(7);
    accept.resolve();
    await client.hears(capacity);
    await say("after");
    const heard = await client.hears(capacity + 1);
    expect(heard).toEqual([...Array.from({ length: capacity }, (_, at) => String(at + 1)), "after"]);
  });

  it("leave the others of the group to their handlers, each once", async () => {
    const counted: number[] = [];
    class Counting extends Listener {
      override "chat.count"({ by }: { readonly by: number }) {
        counted.push(by);
        return this.sendText(`count ${by}`);
      }
    }
    const clients = await open(await serve(Counting), 2);
    await say("one");
    await room().send("chat.count", { by: 7 });
    await Promise.all(clients.map((client) => client.hears(2)));
    await say("two");
    for (const client of clients) expect((await client.hears(3)).toSorted()).toEqual(["count 7", "one", "two"]);
    expect(counted).toEqual([7, 7]);
  });

  it("come no more when the group is left, and the last who leaves ends the membership of all", async () => {
    const [stays, leaves] = await open(await serve(Listener), 2);
    await say("one");
    await Promise.all([stays?.hears(1), leaves?.hears(1)]);
    await leaves?.says("leave");
    await say("two");
    await stays?.hears(2);
    await leaves?.says("still here");
    expect(leaves?.heard).toEqual(["one", "heard leave", "heard still here"]);
    await stays?.says("leave");
    const before = layer.counters.delivered;
    await say("nobody");
    await stays?.says("still here");
    expect(layer.counters.delivered).toBe(before);
    expect(stays?.heard).toEqual(["one", "two", "heard leave", "heard still here"]);
  });

  it("reach one consumer alone over its own channel", async () => {
    const [one, other] = await open(await serve(Listener), 2);
    await one?.says("channel");
    await layer.send(one?.heard[0] ?? "", { type: "chat.message", text: "for you" });
    expect(await one?.hears(2)).toEqual([expect.any(String), "for you"]);
    await other?.says("hello");
    expect(other?.heard).toEqual(["heard hello"]);
  });

  it("that JSON cannot say are logged, and the sockets stay", async () => {
    const clients = await open(await serve(Pure), 2);
    await say("fine");
    await Promise.all(clients.map((client) => client.hears(1)));
    await room().send("chat.message", { text: 1n });
    await say("fine too");
    for (const client of clients) expect(await client.hears(2)).toEqual(["fine", "fine too"]);
  });
});

describe("messages that are only passed on by consumers in a worker", () => {
  it("do not go to the worker", async () => {
    const routes = [websocket("/ws/", Pure as never, { remote: "test" })];
    const host = await RemoteHost.open(layer, createApplication({ routes, isHosting: true }), ["test"]);
    const front = await RemoteFront.open(layer);
    await vi.waitUntil(() => front.pools.has("test"), { interval: 1 });
    const { listen } = await loadServer();
    listening = await listen(createApplication({ routes, remote: front }));
    const { port } = listening;
    const clients = Array.from({ length: 5 }, () => new Client(port));
    await Promise.all(clients.map(({ socket }) => once(socket, "open")));
    // Nothing is under way to the worker when it has answered.
    await Promise.all(clients.map((client) => client.says("ready?")));
    await room().send("chat.message", { text: "first" });
    await Promise.all(clients.map((client) => client.hears(2)));
    await host.close();
    await room().send("chat.message", { text: "without a worker" });
    for (const client of clients) expect(await client.hears(3)).toEqual(["heard ready?", "first", "without a worker"]);
    await front.close();
  });
});

describe("messages that are only passed on, where a server has no topics", () => {
  it("are sent by each consumer", async () => {
    const routes = [websocket("/ws/", Listener as unknown as never as ConsumerClass as never)];
    const socket = new WebSocketCommunicator(createApplication({ routes }), "/ws/");
    await socket.connect();
    await room().send("chat.message", { text: "hello" });
    expect(await socket.receiveJson()).toEqual({ type: "chat.message", text: "hello" });
    await socket.disconnect();
  });
});

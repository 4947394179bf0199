import { connect, type Client, type Joined, type SocketConstructor } from "hotclub/client";
import { action, createApplication, websocket, WebSocketConsumer } from "hotclub/consumers";
import { channelLayers, group, MemoryChannelLayer, presence, type Payload } from "hotclub/layers";
import { type Listening, loadServer } from "hotclub/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

import { freePort } from "../project/free-port.js";

const room = group("room/:slug", { history: { messages: 20 } }).carries<
  { "chat.message": { n: number } },
  { name: string }
>();

class Chat extends WebSocketConsumer<{ slug: string; name: string }> {
  actions = { hangUp: action(z.object({}), this.hangUp) };

  override async connect() {
    const { slug, name } = this.params;
    await this.join(room({ slug }), { presence: { name }, person: name, history: 3 });
    this.accept();
  }

  hangUp() {
    this.close(4000, "come back");
  }

  "chat.message"(message: Payload<typeof room, "chat.message">) {
    // Its own object: the place of the message goes with it all the same.
    return message.n % 2 === 0 ? this.sendJson(message) : this.sendJson({ type: message.type, n: message.n });
  }
}

const lobby = room({ slug: "lobby" });
const send = (n: number) => lobby.send("chat.message", { n });
let port: number;
let server: Listening | undefined;
const clients: Client<Chat>[] = [];

async function serve(): Promise<void> {
  const { listen } = await loadServer();
  server = await listen(createApplication({ routes: [websocket("/ws/:slug/:name/", Chat)] }), { port });
}

function open(name: string) {
  const client = connect<Chat>(`ws://127.0.0.1:${port}/ws/lobby/${name}/`, {
    WebSocket: WebSocket as unknown as SocketConstructor,
    backoff: { minMs: 5, maxMs: 20 },
  });
  clients.push(client);
  const numbers: number[] = [];
  const joins: Joined[] = [];
  const wakers = new Set<() => void>();
  const wake = (): void => wakers.forEach((call) => call());
  client.on("chat.message", ({ n }) => {
    numbers.push(n);
    wake();
  });
  client.onJoined((joined) => {
    joins.push(joined);
    wake();
  });
  client.presence.onChange(wake);
  client.onState(wake);
  const until = (check: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!check()) return;
        wakers.delete(look);
        resolve();
      };
      wakers.add(look);
      look();
    });
  return { client, numbers, joins, until };
}

beforeEach(async () => {
  channelLayers.set("default", new MemoryChannelLayer({ presenceBatchMs: 5 }));
  port = await freePort();
  await serve();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.close();
  await channelLayers.closeAll();
});

it("a client that comes back gets exactly what it missed, in order", async () => {
  for (const n of [1, 2, 3, 4, 5]) await send(n);
  const one = open("django");
  await one.until(() => one.numbers.length === 3);
  expect(one.joins).toEqual([{ group: lobby.name, recovered: false, isFirst: true }]);
  await server?.close();
  await one.until(() => one.client.state !== "open");
  for (const n of [6, 7, 8, 9, 10]) await send(n);
  await serve();
  await one.until(() => one.joins.length === 2);
  await send(11);
  await one.until(() => one.numbers.includes(11));
  expect(one.numbers).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(one.joins[1]).toEqual({ group: lobby.name, recovered: true, isFirst: false });
});

it("a client that comes back too late is told so, and gets the newest messages", async () => {
  const one = open("django");
  await one.until(() => one.joins.length === 1);
  await server?.close();
  await one.until(() => one.client.state !== "open");
  for (let n = 1; n <= 30; n++) await send(n);
  await serve();
  await one.until(() => one.numbers.length === 3);
  expect(one.joins[1]).toEqual({ group: lobby.name, recovered: false, isFirst: false });
  expect(one.numbers).toEqual([28, 29, 30]);
});

it("a client knows who is present, each person once, while they come and go", async () => {
  const django = open("django");
  const [first, second] = [open("stephane"), open("stephane")];
  await django.until(() => django.client.presence.list().flatMap(({ devices }) => devices).length === 3);
  const people = django.client.presence.list<{ name: string }>();
  expect(people.map(({ meta, devices }) => [meta.name, devices.length])).toEqual(
    expect.arrayContaining([
      ["django", 1],
      ["stephane", 2],
    ]),
  );
  expect(django.client.presence.count(lobby.name)).toBe(2);
  expect(await presence(lobby).count()).toBe(2);
  first.client.close();
  second.client.close();
  await django.until(() => django.client.presence.count() === 1);
  expect(django.client.presence.list()[0]?.person).toBe("django");
});

it("what a client says about where it was cannot break anything", async () => {
  for (const n of [1, 2, 3, 4]) await send(n);
  for (const said of [
    "",
    "x",
    "a:b:c",
    `${lobby.name}:nope:1`,
    `${lobby.name}:%00:99999999999999999`,
    "\u{1f3b8}:".repeat(300),
  ]) {
    const url = `ws://127.0.0.1:${port}/ws/lobby/x/?hotclub-resume=${encodeURIComponent(said)}`;
    const socket = new WebSocket(url);
    const frames: { type: string; recovered?: boolean; n?: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("message", (data: Buffer) => {
        frames.push(JSON.parse(data.toString()) as { type: string });
        if (frames.filter(({ type }) => type === "chat.message").length === 3) resolve();
      });
    });
    expect(frames[0]).toMatchObject({ type: "joined", recovered: false });
    expect(frames.map(({ n }) => n).filter(Boolean)).toEqual([2, 3, 4]);
    socket.close();
  }
});

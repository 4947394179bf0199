import { randomUUID } from "node:crypto";
import { once } from "node:events";

import { openChannelLayer, type ChannelLayer, type PresenceChanged, type RedisLayerOptions } from "hotclub/layers";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";

import { hold, waitingRoom } from "../contracts/channel-layer.tools.js";
import { redisUrl, startRedis, type RedisOptions } from "../services/index.js";
import { untilState } from "./layer-states.js";
import { startOtherProcess } from "./other-process.js";

const history = { messages: 1000 };
const message = (n: number) => ({ type: "test.message", n });
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function open(url: string, prefix: string, options: RedisLayerOptions = {}): Promise<ChannelLayer> {
  const layer = await openChannelLayer(url, { prefix, timeoutMs: 500, presenceBatchMs: 5, ...options });
  cleanUp.push(() => layer.close());
  return layer;
}

/** A Redis of the test's own and two layers on it. */
async function openPrivate(redis: RedisOptions = {}, options: RedisLayerOptions = {}) {
  const server = await startRedis(redis);
  cleanUp.push(() => server.dispose());
  return { server, a: await open(server.url, "test", options), b: await open(server.url, "test", options) };
}

async function member(layer: ChannelLayer, group: string) {
  const room = waitingRoom();
  const channel = layer.newChannel();
  await layer.subscribe(channel, room.add);
  await layer.groupAdd(group, channel, { history });
  const numbers = () => room.messages.filter(({ type }) => type === "test.message").map(({ n }) => n);
  const until = async (check: () => boolean) => {
    for (let seen = room.messages.length; !check(); seen = room.messages.length) await room.until(seen + 1);
  };
  return { channel, numbers, until, messages: room.messages };
}

async function both(layers: readonly ChannelLayer[], state: "connected" | "disconnected"): Promise<void> {
  await Promise.all(layers.map((layer) => untilState(layer, state)));
}

test("what pub/sub lost on a live connection is found in the history and delivered in its turn", async () => {
  const url = await redisUrl();
  const prefix = `test-${randomUUID()}`;
  const [a, b] = [await open(url, prefix), await open(url, prefix)];
  const one = await member(a, "room");
  await b.groupSend("room", message(0), { history });
  await one.until(() => one.numbers().length === 1);
  // Somebody else's client ends the subscription of the process: nothing tells the layer of the next three.
  const client = new Redis(url);
  cleanUp.push(() => client.disconnect());
  const epochs = await client.hgetall(`${prefix}:h:{${prefix}:g:room}`);
  for (const n of [1, 2, 3]) {
    await client.xadd(
      `${prefix}:s:{${prefix}:g:room}`,
      `${Number(epochs["ms"]) + n}-${n + 1}`,
      "m",
      JSON.stringify(message(n)),
    );
  }
  await client.hset(`${prefix}:h:{${prefix}:g:room}`, "offset", 4, "ms", Number(epochs["ms"]) + 3);
  await b.groupSend("room", message(4), { history });
  await one.until(() => one.numbers().length === 5);
  expect(one.numbers()).toEqual(range(5));
  expect(a.counters.droppedMissed).toBe(0);
});

test("what is missing in the history, too, is told of", async () => {
  const url = await redisUrl();
  const prefix = `test-${randomUUID()}`;
  const a = await open(url, prefix);
  const one = await member(a, "room");
  await a.groupSend("room", message(0), { history });
  const client = new Redis(url);
  cleanUp.push(() => client.disconnect());
  await client.hset(`${prefix}:h:{${prefix}:g:room}`, "offset", 5);
  await client.xtrim(`${prefix}:s:{${prefix}:g:room}`, "MAXLEN", 0);
  await a.groupSend("room", message(6), { history });
  await one.until(() => one.numbers().length === 2);
  expect(one.messages.map(({ type }) => type)).toEqual([
    "layer.joined",
    "test.message",
    "layer.missed",
    "test.message",
  ]);
  expect(one.messages[2]).toMatchObject({ group: "room", offset: 5 });
  expect(a.counters.droppedMissed).toBe(1);
});

test("a Redis that is killed and comes back with its data costs a group with history nothing", async () => {
  const { server, a, b } = await openPrivate({ durable: true });
  const one = await member(a, "room");
  const sent: number[] = [];
  const send = async (n: number) => {
    await b.groupSend("room", message(n), { history, idempotencyKey: `k${n}` });
    sent.push(n);
  };
  for (const n of range(50)) await send(n);
  const lost = both([a, b], "disconnected");
  await server.kill();
  await lost;
  await expect(send(50)).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE" });
  await server.start();
  await both([b], "connected");
  for (const n of range(20)) await send(50 + n);
  await one.until(() => one.numbers().length >= 70);
  expect(one.numbers()).toEqual(sent);
});

test("a member that is behind, and whose second join fails, still catches up when Redis answers again", async () => {
  const { server, a, b } = await openPrivate({}, { capacity: 2 });
  const channel = a.newChannel();
  const held = await hold(a, channel);
  await a.groupAdd("room", channel, { history });
  const quick = await member(a, "room");
  for (const n of range(10)) await b.groupSend("room", message(n), { history });
  await quick.until(() => quick.numbers().length === 10);
  await server.kill("SIGSTOP");
  const joiningAgain = a.groupAdd("room", channel, { history });
  held.release();
  await expect(joiningAgain).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE" });
  await server.kill("SIGCONT");
  const numbers = () => held.messages.filter(({ type }) => type === "test.message").map(({ n }) => n);
  for (let seen = held.messages.length; numbers().length < 10;) await held.begun(++seen);
  expect(numbers()).toEqual(range(10));
});

test("without persistence everybody is told that the history was lost, and what comes after that is delivered", async () => {
  const { server, a, b } = await openPrivate();
  const one = await member(a, "room");
  for (const n of range(5)) await b.groupSend("room", message(n), { history });
  await one.until(() => one.numbers().length === 5);
  const before = await a.groupHistory("room", undefined, 0);
  const lost = both([a, b], "disconnected");
  await server.kill();
  await lost;
  await server.start();
  await both([a, b], "connected");
  await b.groupSend("room", message(5), { history });
  await one.until(() => one.numbers().length === 6);
  expect(one.messages.filter(({ type }) => type === "layer.missed")).toHaveLength(1);
  const newcomer = a.newChannel();
  await a.subscribe(newcomer, () => {});
  const join = await a.groupAdd("room", newcomer, { history, since: before.end });
  expect(join?.recovered).toBe(false);
});

test("those who were present in a process that is killed are gone when its lease is over", async () => {
  const url = await redisUrl();
  const prefix = `test-${randomUUID()}`;
  const a = await open(url, prefix, { presenceLeaseS: 0.6 });
  const room = waitingRoom();
  const channel = a.newChannel();
  await a.subscribe(channel, room.add);
  await a.groupAdd("room", channel, { presence: { meta: {} } });
  const replies = waitingRoom();
  const reply = a.newChannel();
  await a.subscribe(reply, replies.add);
  const other = await startOtherProcess(url, prefix, reply, 0.6);
  await replies.until(1);
  while ((await a.presenceCount("room")) < 2);
  const exited = once(other, "exit");
  other.kill("SIGKILL");
  await exited;
  const gone = () => (room.messages as unknown as PresenceChanged[]).flatMap((told) => told.gone ?? []);
  while (gone().length === 0) await room.until(room.messages.length + 1);
  expect(gone()).toEqual(["other"]);
  expect(await a.presenceCount("room")).toBe(1);
});

test("a process that was cut off is gone for the others, and there again when it is back", async () => {
  const { server, a, b } = await openPrivate({}, { presenceLeaseS: 0.6, timeoutMs: 300 });
  const [room, away] = [waitingRoom(), waitingRoom()];
  const [first, second] = [a.newChannel(), b.newChannel()];
  await a.subscribe(first, room.add);
  await b.subscribe(second, away.add);
  await a.groupAdd("room", first, { presence: { meta: {}, person: "first" } });
  await b.groupAdd("room", second, { presence: { meta: {}, person: "second" } });
  const told = (messages: readonly object[], what: "arrived" | "gone") =>
    (messages as readonly PresenceChanged[]).flatMap((changed) => changed[what] ?? []);
  while (!told(room.messages, "arrived").includes("second")) await room.until(room.messages.length + 1);
  // The lease of the other process is over, as if it had been cut off for long.
  const client = new Redis(server.url);
  cleanUp.push(() => client.disconnect());
  const processes = await client.zrange("test:n:{test:g:room}", "0", "-1");
  const other = processes.find((id) => second.includes(id));
  await client.zadd("test:n:{test:g:room}", "1", String(other));
  while (!told(room.messages, "gone").includes("second")) await room.until(room.messages.length + 1);
  const again = () => told(room.messages, "arrived").filter((person) => person === "second").length;
  while (again() < 2) await room.until(room.messages.length + 1);
  expect((await a.presenceList("room")).map(({ person }) => person).sort()).toEqual(["first", "second"]);
});

test("a Redis that lost everything knows again who is present", async () => {
  const { server, a, b } = await openPrivate();
  const channels = [a.newChannel(), b.newChannel()];
  await a.groupAdd("room", channels[0] ?? "", { presence: { meta: {} } });
  await b.groupAdd("room", channels[1] ?? "", { presence: { meta: {} } });
  await Promise.all([a.presenceList("room"), b.presenceList("room")]);
  expect(await a.presenceCount("room")).toBe(2);
  const lost = both([a, b], "disconnected");
  await server.kill();
  await lost;
  await server.start();
  await both([a, b], "connected");
  await expect.poll(() => a.presenceCount("room")).toBe(2);
  expect((await b.presenceList("room")).map(({ device }) => device).sort()).toEqual(channels.sort());
});

test("a Redis that is full refuses to keep messages, and loses none that it took", async () => {
  const { server, a, b } = await openPrivate({ config: { maxmemory: "6mb", "maxmemory-policy": "noeviction" } });
  const one = await member(a, "room");
  const taken: number[] = [];
  const text = "x".repeat(50_000);
  for (const n of range(300)) {
    try {
      await b.groupSend("room", { ...message(n), text }, { history });
      taken.push(n);
    } catch (error) {
      expect(error).toMatchObject({ code: "LAYERS_UNAVAILABLE", message: expect.stringContaining("OOM") as string });
      break;
    }
  }
  expect(taken.length).toBeLessThan(300);
  await one.until(() => one.numbers().length >= taken.length);
  expect(one.numbers()).toEqual(taken);
  const client = new Redis(server.url);
  cleanUp.push(() => client.disconnect());
  await client.config("SET", "maxmemory", "100mb");
  await b.groupSend("room", message(1000), { history });
  await one.until(() => one.numbers().includes(1000));
  expect(one.numbers()).toEqual([...taken, 1000]);
});

import { randomUUID } from "node:crypto";

import * as fc from "fast-check";
import { openChannelLayer, type ChannelLayer, type RedisLayerOptions } from "hotclub/layers";
import { Redis } from "ioredis";
import { pack } from "msgpackr";
import { afterEach, expect, test, vi } from "vitest";

import { RedisKeys } from "../../src/layers/redis/redis-keys.js";
import { collect, hold } from "../contracts/channel-layer.tools.js";
import { redisUrl, startRedis, type PrivateServer } from "../services/index.js";
import { untilState } from "./layer-states.js";
import { startOtherProcess } from "./other-process.js";

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const message = (n: number) => ({ type: "test.message", n });
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function open(options: RedisLayerOptions = {}, url?: string): Promise<ChannelLayer> {
  const layer = await openChannelLayer(url ?? (await redisUrl()), { prefix: `test-${randomUUID()}`, ...options });
  cleanUp.push(() => layer.close());
  return layer;
}

/** A Redis of the test's own and two layers on it. */
async function openPrivate(options: RedisLayerOptions = {}) {
  const server: PrivateServer = await startRedis();
  cleanUp.push(() => server.dispose());
  const [a, b] = [
    await open({ prefix: "test", ...options }, server.url),
    await open({ prefix: "test", ...options }, server.url),
  ];
  return { server, a, b };
}

/** A plain client, as a program in another language has it. */
async function openClient(url?: string): Promise<Redis> {
  const client = new Redis(url ?? (await redisUrl()));
  cleanUp.push(() => client.disconnect());
  return client;
}

test("a Redis that is not there is reported at start, in one line that says where and what to do", async () => {
  const opening = openChannelLayer("redis://:secret@127.0.0.1:1/");
  await expect(opening).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE", temporary: true });
  const text = await opening.catch((error: Error) => error.message);
  expect(text).toMatch(/^Redis at 127\.0\.0\.1:1 .*ECONNREFUSED.*REDIS_URL.*$/);
  expect(text).not.toContain("secret");
});

test("a layer whose first connection failed can try again", async () => {
  const server = await startRedis();
  cleanUp.push(() => server.dispose());
  await server.stop();
  const { RedisChannelLayer } = await import("../../src/layers/redis/redis-channel-layer.js");
  const layer = new RedisChannelLayer(server.url);
  cleanUp.push(() => layer.close());
  await expect(layer.connect()).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE" });
  await expect(layer.send("work", message(1))).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE" });
  await server.start();
  await layer.send("work", message(2));
  const received = await collect(layer, "work");
  await received.until(1);
  expect(received.messages).toEqual([message(2)]);
});

test("messages that are sent in one turn of the event loop go to Redis in one command, each with its own outcome", async () => {
  const { server, a } = await openPrivate({ capacity: 2 });
  const client = await openClient(server.url);
  const keys = new RedisKeys("test");
  await client.set(keys.channel("spoiled").list, "no list");
  await a.send("first", message(0));
  await client.config("RESETSTAT");
  const outcomes = await Promise.allSettled(
    ["first", "first", "spoiled", "second"].map((channel, n) => a.send(channel, message(n + 1))),
  );
  expect(outcomes.map((outcome) => (outcome.status === "rejected" ? (outcome.reason as Error) : "sent"))).toMatchObject(
    ["sent", { code: "LAYERS_CHANNEL_FULL" }, { code: "LAYERS_UNAVAILABLE" }, "sent"],
  );
  expect(await client.info("commandstats")).toMatch(/cmdstat_evalsha:calls=1,/);
  const received = await collect(a, "first");
  await received.until(2);
  expect(received.messages).toEqual([message(0), message(1)]);
});

test("a message to a group follows those that the same process sent before it, and precedes later ones", async () => {
  const { a, b } = await openPrivate();
  const { messages, until, channel } = await collect(b, b.newChannel());
  await b.groupAdd("room", channel);
  const sent = range(12).map((n) => (n % 3 === 1 ? a.groupSend("room", message(n)) : a.send(channel, message(n))));
  await Promise.all(sent);
  await until(12);
  expect(messages).toEqual(range(12).map(message));
});

test("a layer can be closed while Redis is away", async () => {
  const { server, a } = await openPrivate();
  const lost = untilState(a, "disconnected");
  await server.kill();
  await lost;
  await a.close();
  expect(a.state).toBe("closed");
});

test("a wrong password is reported at start", async () => {
  const server = await startRedis({ config: { requirepass: "right" } });
  cleanUp.push(() => server.dispose());
  const wrong = server.url.replace("redis://", "redis://:wrong@");
  await expect(openChannelLayer(wrong)).rejects.toThrow(/WRONGPASS/);
  await open({}, server.url.replace("redis://", "redis://:right@"));
});

test.each(["memcached://127.0.0.1", "127.0.0.1:6379", "redis://["])("refuses the URL %s", async (url) => {
  await expect(openChannelLayer(url)).rejects.toMatchObject({ code: "LAYERS_OPTION_INVALID" });
});

test("two layers on one prefix need no connect: the first call connects", async () => {
  const { RedisChannelLayer } = await import("../../src/layers/redis/redis-channel-layer.js");
  const layer = new RedisChannelLayer(await redisUrl(), { prefix: `test-${randomUUID()}` });
  cleanUp.push(() => layer.close());
  expect(layer.state).toBe("idle");
  const received = await collect(layer, layer.newChannel());
  await layer.send(received.channel, message(1));
  await received.until(1);
  expect(layer.state).toBe("connected");
});

test("a lost Redis is told, refused at once, and members and receivers are there again when it is back", async () => {
  const { server, a, b } = await openPrivate();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const worker = await collect(a, "work");
  const told: string[] = [];
  a.watch(({ type }) => told.push(type));

  await server.kill();
  await untilState(a, "disconnected");
  await untilState(b, "disconnected");
  const unavailable = { code: "LAYERS_UNAVAILABLE", temporary: true };
  await expect(b.send("work", message(0))).rejects.toMatchObject(unavailable);
  await expect(b.groupSend("room", message(0))).rejects.toMatchObject(unavailable);
  await expect(a.groupAdd("other", member.channel)).rejects.toMatchObject(unavailable);
  await expect(a.subscribe("other", () => {})).rejects.toMatchObject(unavailable);
  const late = await collect(a, a.newChannel());
  await a.groupDiscard("nowhere", member.channel);

  await server.start();
  await untilState(a, "connected");
  await untilState(b, "connected");
  expect(told).toEqual(["layer.disconnected", "layer.restored"]);
  await b.groupSend("room", message(1));
  await b.send(member.channel, message(2));
  await b.send("work", message(3));
  await b.send(late.channel, message(4));
  await Promise.all([member.until(2), worker.until(1), late.until(1)]);
  expect(member.messages).toEqual([message(1), message(2)]);
});

test("a group left during the outage stays left", async () => {
  const { server, a, b } = await openPrivate();
  const leaver = await collect(a, a.newChannel());
  const witness = await collect(a, a.newChannel());
  await a.groupAdd("left", leaver.channel);
  await a.groupAdd("room", witness.channel);
  await server.kill();
  await untilState(a, "disconnected");
  await a.groupDiscard("left", leaver.channel);
  await server.start();
  await untilState(a, "connected");
  await untilState(b, "connected");
  await b.groupSend("left", message(1));
  await b.groupSend("room", message(2));
  await witness.until(1);
  expect(leaver.messages).toEqual([]);
  const client = await openClient(server.url);
  expect(await client.pubsub("CHANNELS", "test:g:*")).toEqual(["test:g:room"]);
});

test("a direct message that comes while the receiver's connections are cut waits for it", async () => {
  const prefix = `test-${randomUUID()}`;
  const receiver = await open({ prefix });
  const sender = await open({ prefix });
  const received = await collect(receiver, receiver.newChannel());
  const client = await openClient();
  const processId = /\.([\w-]+)!/.exec(received.channel)?.[1] ?? "";
  const lost = untilState(receiver, "disconnected");
  for (const line of String(await client.client("LIST")).split("\n")) {
    const id = /^id=(\d+)/.exec(line)?.[1];
    if (id !== undefined && line.includes(processId)) await client.client("KILL", "ID", id);
  }
  await Promise.all(range(20).map((n) => sender.send(received.channel, message(n))));
  await lost;
  await received.until(20);
  expect(received.messages).toEqual(range(20).map(message));
});

test("a Redis that stands still is noticed: what waits for it is refused after the timeout, nothing hangs", async () => {
  const { server, a, b } = await openPrivate({ timeoutMs: 300 });
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  await server.kill("SIGSTOP");
  const stuck = Promise.allSettled([b.groupSend("room", message(0)), b.send(member.channel, message(0))]);
  await Promise.all([untilState(a, "disconnected"), untilState(b, "disconnected")]);
  for (const result of await stuck) {
    expect(result).toMatchObject({ status: "rejected", reason: { code: "LAYERS_UNAVAILABLE" } });
  }
  await server.kill("SIGCONT");
  await Promise.all([untilState(a, "connected"), untilState(b, "connected")]);
  // What was refused may have been done by a Redis that was only slow; it must not have been done twice.
  await b.groupSend("room", message(1));
  await member.until(1);
  while (member.messages.at(-1)?.["n"] !== 1) await member.until(member.messages.length + 1);
  expect(member.messages.filter(({ n }) => n === 0).length).toBeLessThanOrEqual(2);
});

test("a process that is too busy to read does not take Redis for gone", async () => {
  const layer = await open({ timeoutMs: 200 });
  const received = await collect(layer, layer.newChannel());
  const states: unknown[] = [];
  cleanUp.push(layer.watch(() => states.push(layer.state)));
  for (const n of range(3)) {
    const sent = layer.send(received.channel, message(n));
    // Until the command has left; then nothing is read for longer than an answer may take.
    await new Promise(setImmediate);
    const end = performance.now() + 500;
    while (performance.now() < end);
    await sent;
  }
  await received.until(3);
  expect(states).toEqual([]);
});

test("sends beyond what may wait for Redis are refused at once", async () => {
  const { server, b } = await openPrivate({ maxInFlight: 10, timeoutMs: 500 });
  await server.kill("SIGSTOP");
  const results = Promise.allSettled(range(30).map((n) => b.groupSend("room", message(n))));
  await expect(b.groupSend("room", message(30))).rejects.toThrow(/commands wait for its answer/);
  await server.kill("SIGCONT");
  expect((await results).filter(({ status }) => status === "fulfilled")).toHaveLength(10);
});

test("a Redis that is full refuses channels with the reason", async () => {
  const server = await startRedis({ config: { maxmemory: "1kb" } });
  cleanUp.push(() => server.dispose());
  const layer = await open({}, server.url);
  await expect(layer.send("work", message(1))).rejects.toMatchObject({
    code: "LAYERS_UNAVAILABLE",
    message: expect.stringContaining("OOM") as string,
  });
});

test("X5: expiry goes by the clock of Redis, whatever the clocks of the processes say", async () => {
  const layer = await open({ expiryS: 30 });
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() - 86_400_000);
  await layer.send("work", message(1));
  vi.setSystemTime(Date.now() + 2 * 86_400_000);
  const received = await collect(layer, "work");
  await received.until(1);
  expect(received.messages).toEqual([message(1)]);
});

test("another process takes part: its receivers, its groups, and its death", async () => {
  const prefix = `test-${randomUUID()}`;
  const layer = await open({ prefix });
  const here = await collect(layer, layer.newChannel("reply"));
  await layer.groupAdd("room", here.channel);
  const other = await startOtherProcess(await redisUrl(), prefix, here.channel);
  cleanUp.push(() => other.kill("SIGKILL"));
  await here.until(1);
  expect(here.messages[0]).toEqual({ type: "other.ready" });

  await layer.groupSend("room", message(1));
  await layer.send("work", message(2));
  await here.until(4);
  expect(here.messages.slice(1)).toEqual(
    expect.arrayContaining([message(1), { type: "other.saw", n: 1 }, { type: "other.did", n: 2 }]),
  );

  const ended = new Promise((resolve) => other.once("exit", resolve));
  other.kill("SIGKILL");
  await ended;
  const worker = await collect(layer, "work");
  await Promise.all(range(50).map((n) => layer.send("work", message(n))));
  await worker.until(50);
  expect(worker.messages).toEqual(range(50).map(message));
});

test("a program without this layer can publish to a group; what is no message is dropped and counted", async () => {
  const prefix = `test-${randomUUID()}`;
  const layer = await open({ prefix });
  const received = await collect(layer, layer.newChannel());
  await layer.groupAdd("room", received.channel);
  const client = await openClient();
  const junk = ["", "not msgpack", pack([1]), pack({ n: 1 }), pack({ type: "websocket.receive" }), pack("text")];
  for (const payload of junk) await client.publish(`${prefix}:g:room`, payload);
  await client.publish(`${prefix}:g:room`, pack({ type: "chat.message", text: "from outside" }));
  await received.until(1);
  expect(received.messages).toEqual([{ type: "chat.message", text: "from outside" }]);
  expect(layer.counters.droppedInvalid).toBe(junk.length);
});

test("two databases of one Redis share nothing, groups included", async () => {
  const prefix = `test-${randomUUID()}`;
  const url = await redisUrl();
  const zero = await open({ prefix }, `${url}/0`);
  const one = await open({ prefix }, `${url}/1`);
  const member = await collect(one, one.newChannel());
  await one.groupAdd("room", member.channel);
  await zero.groupSend("room", message(1));
  await one.groupSend("room", message(2));
  await member.until(1);
  expect(member.messages).toEqual([message(2)]);
});

test("members that come and go in one go leave the right subscriptions", async () => {
  const { server, a } = await openPrivate();
  const member = await collect(a, a.newChannel());
  await Promise.all([
    a.groupAdd("kept", member.channel),
    a.groupDiscard("kept", member.channel),
    a.groupAdd("kept", member.channel),
    a.groupAdd("left", member.channel),
    a.groupDiscard("left", member.channel),
  ]);
  await a.groupSend("left", message(1));
  await a.groupSend("kept", message(2));
  await member.until(1);
  expect(member.messages).toEqual([message(2)]);
  const client = await openClient(server.url);
  expect(await client.pubsub("CHANNELS", "test:g:*")).toEqual(["test:g:kept"]);
});

test("a thousand members of a thousand groups join with few commands, and leave nothing behind", async () => {
  const { server, a } = await openPrivate();
  const client = await openClient(server.url);
  const members = await Promise.all(range(1000).map(() => collect(a, a.newChannel())));
  await client.config("RESETSTAT");
  await Promise.all(members.map(({ channel }, n) => a.groupAdd(`room.${n}`, channel)));
  const calls = /cmdstat_subscribe:calls=(\d+)/.exec(await client.info("commandstats"))?.[1];
  expect(Number(calls)).toBeLessThanOrEqual(3);
  await Promise.all(members.map(({ unsubscribe }) => unsubscribe()));
  await expect.poll(() => client.pubsub("CHANNELS", "test:g:*")).toEqual([]);
  expect(await client.keys("*")).toEqual([]);
});

test("the end of a channel deletes what waits for it in Redis, and a closed layer leaves no connection", async () => {
  const { server, a, b } = await openPrivate();
  const held = await hold(a, a.newChannel());
  await b.send(held.channel, message(1));
  await held.begun(1);
  await b.send(held.channel, message(2));
  const client = await openClient(server.url);
  expect(await client.keys("*")).toHaveLength(1);
  await held.unsubscribe();
  await expect.poll(() => client.keys("*")).toEqual([]);
  await a.close();
  await b.close();
  await expect.poll(async () => String(await client.client("LIST")).includes("hotclub:")).toBe(false);
});

test("X1: a sender and a receiver find the same keys for every name, and different names have different keys", () => {
  const alphabet = fc.constantFrom("a", "b", "Z", "0", "9", ".", "_", "-");
  const part = fc.string({ unit: alphabet, minLength: 1, maxLength: 20 });
  const name = fc.oneof(
    part,
    fc.tuple(part, part).map(([process, local]) => `${process}!${local}`),
  );
  fc.assert(
    fc.property(name, name, (first, second) => {
      const sender = new RedisKeys("p").channel(first);
      const receiver = new RedisKeys("p").channel(first);
      expect(receiver).toEqual(sender);
      const other = new RedisKeys("p").channel(second);
      expect(other.list === sender.list).toBe(first === second);
      const [list, wake] = [sender.list, sender.wake].map((key) => /\{(.*?)\}/.exec(key)?.[1]);
      expect(list).toBe(wake);
    }),
  );
});

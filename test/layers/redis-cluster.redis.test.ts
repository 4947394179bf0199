import { openChannelLayer, type ChannelLayer, type RedisLayerOptions } from "hotclub/layers";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";

import { slotOf } from "../../src/layers/redis/cluster/slot.js";
import { RedisKeys } from "../../src/layers/redis/redis-keys.js";
import { collect } from "../contracts/channel-layer.tools.js";
import { startRedis, startRedisCluster, type ClusterServers, type PrivateServer } from "../services/index.js";
import { untilState } from "./layer-states.js";

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const message = (n: number) => ({ type: "test.message", n });
const numbers = (messages: readonly { readonly [key: string]: unknown }[]) => messages.map(({ n }) => n);
const keys = new RedisKeys("test");
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function openCluster(withReplicas = false, options: RedisLayerOptions = {}) {
  const servers = await startRedisCluster({ withReplicas });
  cleanUp.push(() => servers.dispose());
  const open = async (): Promise<ChannelLayer> => {
    const layer = await openChannelLayer(servers.url, { prefix: "test", timeoutMs: 1000, ...options });
    cleanUp.push(() => layer.close());
    return layer;
  };
  return { servers, a: await open(), b: await open() };
}

/** The master that holds `slot` at start. */
function masterOf({ masters }: ClusterServers, slot: number): PrivateServer {
  const master = masters[Math.floor((slot * masters.length) / 16_384)];
  if (master === undefined) throw new Error(`no master holds ${slot}`);
  return master;
}

/** A master that does not hold `slot`. */
function otherThan({ masters }: ClusterServers, master: PrivateServer): PrivateServer {
  return masters.find((other) => other !== master) ?? master;
}

test("the slot of a key is the one that Redis says", async () => {
  const { servers } = await openCluster();
  const client = new Redis(servers.masters[0]?.url ?? "");
  cleanUp.push(() => client.disconnect());
  for (const key of [
    "",
    "foo",
    "a{b}c",
    "a{}b",
    "a{b}{c}",
    "{}{x}",
    "test:g:room",
    ...range(200).map((n) => `key.${n}`),
  ])
    expect(slotOf(key)).toBe(await client.cluster("KEYSLOT", key));
});

test("a server that is no cluster, or none that answers, is reported at start", async () => {
  const single = await startRedis();
  cleanUp.push(() => single.dispose());
  const url = single.url.replace("redis:", "redis+cluster:");
  await expect(openChannelLayer(url)).rejects.toMatchObject({
    code: "LAYERS_UNAVAILABLE",
    message: expect.stringContaining("cluster support disabled") as string,
  });
  await expect(openChannelLayer("redis+cluster://127.0.0.1:1")).rejects.toThrow(/127\.0\.0\.1:1 .*ECONNREFUSED/);
});

test("a single node is enough to find the others", async () => {
  const { servers, a } = await openCluster();
  for (const { url } of servers.masters) {
    const layer = await openChannelLayer(url.replace("redis:", "redis+cluster:"), { prefix: "test" });
    cleanUp.push(() => layer.close());
    await Promise.all(range(20).map((n) => layer.send(`work.${n}`, message(n))));
  }
  for (const n of range(20)) await (await collect(a, `work.${n}`)).until(3);
  expect(a.counters.delivered).toBe(60);
});

test("a slot that moves while messages are under way costs none of the direct ones, and their order stays", async () => {
  const { servers, a, b } = await openCluster(false, { capacity: 10_000 });
  const { list } = keys.channel("work");
  const from = masterOf(servers, slotOf(list));
  const sent: Promise<unknown>[] = [];
  const moved = new AbortController();
  const sendOn = async (): Promise<void> => {
    for (let n = 0; !moved.signal.aborted || n < 500; n++) {
      sent.push(b.send("work", message(n)));
      if (n % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
      if (sent.length > 9000) return;
    }
  };
  const sending = sendOn();
  await servers.moveSlot(slotOf(list), from, otherThan(servers, from));
  moved.abort();
  await sending;
  await Promise.all(sent);
  const received = await collect(a, "work");
  await received.until(sent.length);
  expect(numbers(received.messages)).toEqual(range(sent.length));
});

test("a group whose slot moves is told of as an outage, and its members are there again", async () => {
  const { servers, a, b } = await openCluster();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const told: string[] = [];
  a.watch(({ type }) => told.push(type));
  const slot = slotOf(keys.group("room"));
  const from = masterOf(servers, slot);
  const lost = untilState(a, "disconnected");
  await servers.moveSlot(slot, from, otherThan(servers, from));
  await lost;
  await untilState(a, "connected");
  await b.groupSend("room", message(1));
  await member.until(1);
  expect(told).toEqual(["layer.disconnected", "layer.restored"]);
  expect(member.messages).toEqual([message(1)]);
  // And back again, with a sender that does not know yet where the slot is now.
  await servers.moveSlot(slot, otherThan(servers, from), from);
  await expect.poll(() => told.length).toBe(4);
  await b.groupSend("room", message(2));
  await member.until(2);
});

test("a master that dies is lost with its own slots only, and its replica takes its place", async () => {
  const { servers, a, b } = await openCluster(true);
  const groups = range(12).map((n) => `room.${n}`);
  const member = await collect(a, a.newChannel());
  await Promise.all(groups.map((group) => a.groupAdd(group, member.channel)));
  const dead = masterOf(servers, slotOf(keys.group("room.0")));
  const isDead = (group: string) => masterOf(servers, slotOf(keys.group(group))) === dead;
  const living = groups.filter((group) => !isDead(group));
  expect(living.length).toBeGreaterThan(0);

  const lost = [untilState(a, "disconnected"), untilState(b, "disconnected")];
  await dead.kill();
  await Promise.all(lost);
  await expect(b.groupSend("room.0", message(0))).rejects.toMatchObject({ code: "LAYERS_UNAVAILABLE" });

  await Promise.all([untilState(a, "connected"), untilState(b, "connected")]);
  await Promise.all(groups.map((group, n) => b.groupSend(group, message(n))));
  await member.until(groups.length);
  expect(numbers(member.messages).sort((x, y) => Number(x) - Number(y))).toEqual(range(groups.length));
  await b.send(member.channel, message(100));
  await member.until(groups.length + 1);
});

test("a master that comes back before it is replaced is used again", async () => {
  const { servers, a, b } = await openCluster();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const master = masterOf(servers, slotOf(keys.group("room")));
  const lost = [untilState(a, "disconnected"), untilState(b, "disconnected")];
  await master.kill();
  await Promise.all(lost);
  await master.start();
  await Promise.all([untilState(a, "connected"), untilState(b, "connected")]);
  await b.groupSend("room", message(1));
  await member.until(1);
  expect(member.messages).toEqual([message(1)]);
});

test("a program without this layer publishes to a group of a cluster with SPUBLISH", async () => {
  const { servers, a } = await openCluster();
  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  const client = new Redis(masterOf(servers, slotOf(keys.group("room"))).url);
  cleanUp.push(() => client.disconnect());
  await client.spublish("test:g:room", '{"type":"chat.message","text":"from outside"}');
  await member.until(1);
  expect(member.messages).toEqual([{ type: "chat.message", text: "from outside" }]);
});

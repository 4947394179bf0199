import { randomUUID } from "node:crypto";

import { openChannelLayer, type ChannelLayer } from "hotclub/layers";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";

import { HashRing } from "../../src/layers/redis/hash-ring.js";
import { parseRedisUrl } from "../../src/layers/redis/redis-url.js";
import { collect } from "../contracts/channel-layer.tools.js";
import { redisShardUrls, startRedis } from "../services/index.js";
import { untilState } from "./layer-states.js";

const message = (n: number) => ({ type: "test.message", n });
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function open(url: string, prefix: string): Promise<ChannelLayer> {
  const layer = await openChannelLayer(url, { prefix });
  cleanUp.push(() => layer.close());
  return layer;
}

/** A group that lives on each of the shards of `url`, in their order. */
function groupOnEach(url: string, prefix: string): string[] {
  const target = parseRedisUrl(url);
  if (target.kind !== "shards") throw new Error("not shards");
  const ring = new HashRing(target.shards.map(({ identity }) => identity));
  return target.shards.map((_, shard) => {
    for (let n = 0; ; n++) if (ring.shardOf(`${prefix}:g:room.${n}`) === shard) return `room.${n}`;
  });
}

test("a shard that is lost takes only its own groups along, and they are there again when it is back", async () => {
  const servers = [await startRedis(), await startRedis()] as const;
  for (const server of servers) cleanUp.push(() => server.dispose());
  const url = servers.map((server) => server.url).join(",");
  const [a, b] = [await open(url, "test"), await open(url, "test")];
  const [there = "", here = ""] = groupOnEach(url, "test");
  const member = await collect(a, a.newChannel());
  for (const group of [there, here]) await a.groupAdd(group, member.channel);

  await servers[0].kill();
  await untilState(a, "disconnected");
  await untilState(b, "disconnected");
  await expect(b.groupSend(there, message(0))).rejects.toMatchObject({
    code: "LAYERS_UNAVAILABLE",
    message: expect.stringContaining(`127.0.0.1:${servers[0].port}`) as string,
  });
  await b.groupSend(here, message(1));
  await member.until(1);

  await servers[0].start();
  await untilState(a, "connected");
  await untilState(b, "connected");
  await b.groupSend(there, message(2));
  await member.until(2);
  expect(member.messages).toEqual([message(1), message(2)]);
});

test("processes that list their shards in another order share all groups and channels", async () => {
  const urls = await redisShardUrls();
  const prefix = `test-${randomUUID()}`;
  const [a, b] = [await open(urls.join(","), prefix), await open(urls.toReversed().join(","), prefix)];
  const member = await collect(a, a.newChannel());
  const names = Array.from({ length: 20 }, (_, n) => `name.${n}`);
  await Promise.all(names.map((name) => a.groupAdd(name, member.channel)));
  await Promise.all(names.map((name) => b.groupSend(name, message(0))));
  await Promise.all(names.map((name) => b.send(name, message(0))));
  const workers = await Promise.all(names.map((name) => collect(a, name)));
  await Promise.all([member.until(20), ...workers.map((worker) => worker.until(1))]);
  expect(member.messages).toHaveLength(20);
});

test("with keys, nobody who reads Redis sees a text, and what others publish is dropped and counted", async () => {
  const [url = ""] = await redisShardUrls();
  const options = { prefix: `test-${randomUUID()}`, encryptionKeys: ["a key of the tests, long enough for one"] };
  const [a, b] = [await openChannelLayer(url, options), await openChannelLayer(url, options)];
  cleanUp.push(
    () => a.close(),
    () => b.close(),
  );
  const client = new Redis(url);
  cleanUp.push(() => client.disconnect());
  const overheard = new Redis(url);
  cleanUp.push(() => overheard.disconnect());
  const heard: Buffer[] = [];
  overheard.on("messageBuffer", (_channel: Buffer, payload: Buffer) => heard.push(payload));
  await overheard.subscribe(`${options.prefix}:g:room`);

  const member = await collect(a, a.newChannel());
  await a.groupAdd("room", member.channel);
  await client.publish(`${options.prefix}:g:room`, '{"type":"test.message","n":0}');
  await client.publish(`${options.prefix}:g:room`, "\xc1\x01 and so on");
  await b.groupSend("room", { type: "test.message", secret: "swing" });
  await b.send("work", { type: "test.message", secret: "swing" });
  await member.until(1);
  expect(member.messages).toEqual([{ type: "test.message", secret: "swing" }]);
  expect(a.counters.droppedInvalid).toBe(2);
  await expect.poll(() => heard.length).toBe(3);
  const payloads = [...heard.slice(2), ...(await client.lrangeBuffer(`${options.prefix}:c:{work}`, 0, -1))];
  expect(payloads).toHaveLength(2);
  for (const payload of payloads) expect(payload.includes("swing")).toBe(false);
});

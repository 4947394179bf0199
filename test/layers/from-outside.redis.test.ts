import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { openChannelLayer } from "hotclub/layers";
import { afterEach, expect, test } from "vitest";

import { waitingRoom } from "../contracts/channel-layer.tools.js";
import { pathOf, pythonRedis, redisUrl } from "../services/index.js";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../src/layers/redis/publish.lua", import.meta.url));
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

/** A group of a layer with a member, and what it got. */
async function openRoom() {
  const prefix = `test-${randomUUID()}`;
  const url = await redisUrl();
  const layer = await openChannelLayer(url, { prefix });
  cleanUp.push(() => layer.close());
  const room = waitingRoom();
  const offsets: (number | undefined)[] = [];
  const channel = layer.newChannel();
  await layer.subscribe(channel, (message, at) => {
    offsets.push(at?.offset);
    room.add(message);
  });
  await layer.groupAdd("room.lobby", channel, { history: {} });
  return { ...room, layer, url, prefix, offsets };
}

test("redis-cli alone sends to a group, as JSON", async () => {
  const { messages, until, url, prefix } = await openRoom();
  const { stdout } = await run("redis-cli", [
    "-u",
    url,
    "PUBLISH",
    `${prefix}:g:room.lobby`,
    '{"type":"chat.message","author":"cron","text":"Café ♫"}',
  ]);
  expect(stdout.trim()).toBe("1");
  await until(2);
  expect(messages[1]).toEqual({ type: "chat.message", author: "cron", text: "Café ♫" });
});

test("redis-cli alone sends to a group with history: the message has its place, and a key that was used sends nothing", async () => {
  const { messages, until, offsets, layer, url, prefix } = await openRoom();
  const group = `${prefix}:g:room.lobby`;
  const keys = [`${prefix}:h:{${group}}`, `${prefix}:s:{${group}}`, group, `${prefix}:o:{${group}}:job-7`];
  const args = [
    '{"type":"chat.message","text":"kept"}',
    "100",
    "300000",
    randomUUID(),
    "PUBLISH",
    "86400000",
    "300000",
  ];
  for (const repeated of ["0", "1"]) {
    const { stdout } = await run("redis-cli", ["-u", url, "--eval", script, ...keys, ",", ...args]);
    expect(stdout.trim().split("\n").slice(1)).toEqual(["1", repeated]);
  }
  await layer.groupSend("room.lobby", { type: "chat.message", text: "ours" }, { history: {} });
  await until(3);
  expect(messages.slice(1)).toEqual([
    { type: "chat.message", text: "kept" },
    { type: "chat.message", text: "ours" },
  ]);
  expect(offsets).toEqual([undefined, 1, 2]);
});

test("a program in Python sends to a group and to one channel, with its Redis client alone", async () => {
  const { messages, until, layer, url, prefix } = await openRoom();
  const work = waitingRoom();
  await layer.subscribe("work", work.add);
  const program = `
import json, redis, sys, time
url, prefix = sys.argv[1:]
client = redis.Redis.from_url(url)
client.publish(prefix + ":g:room.lobby", json.dumps({"type": "chat.message", "text": "from Python"}))
channel = prefix + ":c:{work}"
expires = "%013d" % (time.time() * 1000 + 60000)
client.rpush(channel, expires + json.dumps({"type": "thumbnail.make", "photo": 7}))
client.publish(channel, "work")
`;
  await run(await pathOf(pythonRedis), ["-c", program, url, prefix]);
  await Promise.all([until(2), work.until(1)]);
  expect(messages[1]).toEqual({ type: "chat.message", text: "from Python" });
  expect(work.messages).toEqual([{ type: "thumbnail.make", photo: 7 }]);
  // The first run installs the client.
}, 120_000);

test("a script of Hotclub's own sends with what it imports and REDIS_URL, and ends", async () => {
  const url = await redisUrl();
  const layer = await openChannelLayer(url);
  cleanUp.push(() => layer.close());
  const room = waitingRoom();
  const channel = layer.newChannel();
  await layer.subscribe(channel, room.add);
  const slug = randomUUID();
  await layer.groupAdd(`room.${slug}`, channel);
  const source = `
import { group, layer } from "hotclub/layers";
const room = group("room/:slug").carries();
await layer.connect();
await room({ slug: "${slug}" }).send("chat.message", { text: "from a script" });
await layer.close();
`;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    cwd,
    env: { ...process.env, REDIS_URL: url },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
  await room.until(1);
  expect(room.messages).toEqual([{ type: "chat.message", text: "from a script" }]);
});

import { randomUUID } from "node:crypto";

import { defineProject, defineSettings } from "hotclub";
import { ChannelFull, openChannelLayer } from "hotclub/layers";
import { boot, type ProjectConfig, startWorker } from "hotclub/project";
import { BullmqTaskBackend, task } from "hotclub/workers";
import { afterEach, expect, test } from "vitest";

import { redisClusterUrls, redisSentinelUrls, redisShardUrls, redisUrl } from "../services/index.js";

const endings: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of endings.splice(0).toReversed()) await one.close();
});

function closed<T extends { close(): Promise<void> }>(one: T): T {
  endings.push(one);
  return one;
}

const double = task("double", {}, (_run, n: number) => n * 2);

function projectOn(redis: string | undefined, options: Partial<ProjectConfig>) {
  const environment = { LOG_LEVEL: "silent", SECRET_KEY: "x".repeat(32), DATABASE_URL: "sqlite::memory:" };
  const settings = defineSettings({}, { ...environment, ...(redis !== undefined && { REDIS_URL: redis }) });
  return defineProject({ name: "site", settings, tasks: [double], ...options });
}

test("a project says what its layer's keys begin with, how they are encrypted and how much channels hold, and the same of its queue", async () => {
  const url = await redisUrl();
  const prefix = `test-${randomUUID()}`;
  const [old, fresh] = ["an old key of more than 32 characters", "a new key of more than 32 characters"];
  const layer = { prefix, channelCapacity: [["mail.*", 1]], encryptionKeys: [fresh, old] } as const;
  const running = closed(await boot(projectOn(url, { layer, taskQueue: { prefix, keepCount: 5 } })));
  await running.layer.send("mail.out", { type: "mail.send", n: 1 });
  await expect(running.layer.send("mail.out", { type: "mail.send" })).rejects.toThrow(ChannelFull);

  // A process that has not heard of the new key yet cannot read what it encrypts; one that has can.
  const other = closed(await openChannelLayer(url, { prefix, encryptionKeys: [old, fresh] }));
  const received = new Promise((resolve) => void other.subscribe("mail.out", resolve));
  expect(await received).toMatchObject({ n: 1 });
  const elsewhere = closed(await openChannelLayer(url, { prefix: `${prefix}-2`, channelCapacity: [["mail.*", 1]] }));
  await elsewhere.send("mail.out", { type: "mail.send" });

  const handle = await double.enqueue(21);
  const queue = closed(new BullmqTaskBackend({ url, prefix }));
  expect(await queue.status({ id: handle.id, queue: "default" })).toMatchObject({ state: "waiting" });
});

test("options of the queue that are Redis' alone do no harm where the database keeps it", async () => {
  const running = closed(
    await boot(projectOn(undefined, { taskQueue: { prefix: "site", timeoutMs: 100, pollMs: 10, keepCount: 5 } })),
  );
  closed(await startWorker(running));
  expect(await (await double.enqueue(21)).result()).toBe(42);
});

test.each([
  ["Sentinel", async () => (await redisSentinelUrls()).url],
  ["several shards", async () => (await redisShardUrls()).join(",")],
  ["a cluster", async () => (await redisClusterUrls()).url],
])(
  "a project whose REDIS_URL names %s has its layer and its tasks there",
  { timeout: 60_000 },
  async (_name, urlOf) => {
    const prefix = `test-${randomUUID()}`;
    const project = projectOn(await urlOf(), { layer: { prefix }, taskQueue: { prefix, timeoutMs: 20_000 } });
    const running = closed(await boot(project));
    closed(await startWorker(running));
    expect(await (await double.enqueue(21)).result()).toBe(42);
    await running.layer.send("mail.out", { type: "mail.send" });
  },
);

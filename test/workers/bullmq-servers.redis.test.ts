import { randomUUID } from "node:crypto";

import { BullmqTaskBackend, runWorker, task, taskBackends } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../deferred.js";
import { redisClusterUrls, redisSentinelUrls, redisShardUrls } from "../services/index.js";

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

describe.each([
  ["a Redis that Sentinel names", async () => (await redisSentinelUrls()).url],
  ["several shards", async () => (await redisShardUrls()).join(",")],
  ["a cluster", async () => (await redisClusterUrls()).url],
])("tasks on %s, as REDIS_URL names it", { timeout: 120_000 }, (_name, urlOf) => {
  test("run, are followed, wait for their limits, are cancelled and run again", async () => {
    const backend = new BullmqTaskBackend({ url: await urlOf(), prefix: `test-${randomUUID()}`, timeoutMs: 20_000 });
    taskBackends.set("default", backend);
    endings.push(() => backend.close());
    const gate = deferred<void>();
    const begun = deferred<void>();
    const scan = task("scan", { concurrency: 1, unique: true, retries: 1, backoff: 0 }, async (run, page: number) => {
      if (page === 1 && run.attempt === 1) throw new Error("once more");
      await run.progress(page);
      if (page === 2) {
        begun.resolve();
        await gate.promise;
      }
      return page;
    });
    const worker = await runWorker({ tasks: [scan] });
    endings.push(() => worker.close({ timeoutMs: 100 }));
    expect(await (await scan.enqueue(1)).result()).toBe(1);
    const slow = await scan.enqueue(2);
    await begun.promise;
    const [next, dropped, later] = await scan.enqueueMany([3, 4, 5]);
    expect((await scan.enqueue(3)).id).toBe(next?.id);
    expect(await dropped?.cancel()).toBe(true);
    for await (const progress of slow.progress()) {
      expect(progress).toBe(2);
      gate.resolve();
    }
    expect([await next?.result(), await later?.result()]).toEqual([3, 5]);
    expect(await backend.inspection.retry({ id: dropped?.id ?? "", queue: "default" })).toBe(true);
    expect(await dropped?.result()).toBe(4);
    expect(await backend.inspection.counts(await backend.inspection.queues())).toMatchObject([
      { queue: "default", succeeded: 5, failed: 0, cancelled: 0, waiting: 0, delayed: 0, running: 0 },
    ]);
  });
});

import { task } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { stage, type TaskEngine } from "./stage.js";

/** How many tasks of one key run at once, and how many start in a window of time. */
export function describeLimits(engine: TaskEngine): void {
  describe("limits", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("no more of one key run at once than the limit says, over all workers, and all of them run", async () => {
      const { a, b } = await open();
      const running = new Map<string, number>();
      // Every second run of a host lets the one before it end, so that two do run at once.
      const alone = new Map<string, () => void>();
      let most = 0;
      const call = task(
        "call",
        { concurrency: { max: 2, by: (args: { host: string }) => args.host } },
        async (_run, { host }) => {
          running.set(host, (running.get(host) ?? 0) + 1);
          most = Math.max(most, running.get(host) ?? 0);
          const other = alone.get(host);
          alone.delete(host);
          if (other === undefined) await new Promise<void>((resolve) => alone.set(host, resolve));
          else other();
          running.set(host, (running.get(host) ?? 0) - 1);
          return host;
        },
      );
      await work({ tasks: [call], concurrency: 10, backend: a });
      await work({ tasks: [call], concurrency: 10, backend: b });
      const hosts = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? "a" : "b"));
      const handles = await call.enqueueMany(hosts.map((host) => ({ host })));
      expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(hosts);
      expect(most).toBe(2);
    });

    test("a task that waits for its limit does not keep others from running", async () => {
      await open();
      const gate = deferred<void>();
      const begun = deferred<void>();
      const one = task("one", { concurrency: 1 }, async () => {
        begun.resolve();
        await gate.promise;
      });
      const free = task("free", {}, async () => "free");
      await work({ tasks: [one, free], concurrency: 2 });
      const handles = await one.enqueueMany([undefined, undefined, undefined]);
      await begun.promise;
      expect(await (await free.enqueue()).result()).toBe("free");
      gate.resolve();
      await Promise.all(handles.map((handle) => handle.result()));
      expect(await handles[2]?.status()).toMatchObject({ state: "succeeded", attempts: 1 });
    });

    test("a task that is cancelled while it waits for its limit leaves its turn to the next", async () => {
      await open();
      const gate = deferred<void>();
      const begun = deferred<void>();
      const one = task("one", { concurrency: 1 }, async (_run, n: number) => {
        begun.resolve();
        await gate.promise;
        return n;
      });
      const free = task("free", {}, async () => {});
      await work({ tasks: [one, free] });
      const first = await one.enqueue(1);
      await begun.promise;
      const [dropped, next] = [await one.enqueue(2), await one.enqueue(3)];
      await (await free.enqueue()).result();
      expect(await dropped.cancel()).toBe(true);
      gate.resolve();
      expect([await first.result(), await next.result()]).toEqual([1, 3]);
      expect(await dropped.status()).toMatchObject({ state: "cancelled" });
    });

    test("no more start in a window than the rate says; the others wait for the next", async () => {
      await open();
      const starts: number[] = [];
      const send = task("send", { rateLimit: { max: 2, perMs: 150 } }, async () => void starts.push(Date.now()));
      await work({ tasks: [send], concurrency: 10 });
      const handles = await send.enqueueMany(Array.from({ length: 5 }, () => undefined));
      await Promise.all(handles.map((handle) => handle.result()));
      const [first = 0, , third = 0, , fifth = 0] = starts;
      // The clocks of the queue and of the worker may differ by a little.
      expect(third - first).toBeGreaterThanOrEqual(120);
      expect(fifth - third).toBeGreaterThanOrEqual(120);
      expect(await handles[4]?.status()).toMatchObject({ state: "succeeded", attempts: 1 });
    });
  });
}

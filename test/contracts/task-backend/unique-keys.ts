import { task } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { stage, type TaskEngine } from "./stage.js";

/** Unique keys: who stands for whom, and how long. */
export function describeUniqueKeys(engine: TaskEngine): void {
  describe("unique keys", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("until it is over, a task stands for those that are enqueued with its key", async () => {
      await open();
      const gate = deferred<void>();
      const begun = deferred<void>();
      const runs: string[] = [];
      const sync = task("sync", { unique: { by: (args: { user: number }) => args.user } }, async (_run, args) => {
        runs.push(JSON.stringify(args));
        if (runs.length === 1) begun.resolve();
        await gate.promise;
        return args.user;
      });
      const first = await sync.enqueue({ user: 1 });
      const same = await sync.enqueue({ user: 1 });
      const other = await sync.enqueue({ user: 2 });
      expect(same.id).toBe(first.id);
      expect(other.id).not.toBe(first.id);
      await work({ tasks: [sync], concurrency: 1 });
      await begun.promise;
      expect((await sync.enqueue({ user: 1 })).id).toBe(first.id);
      gate.resolve();
      expect(await Promise.all([first, same, other].map((handle) => handle.result()))).toEqual([1, 1, 2]);
      const again = await sync.enqueue({ user: 1 });
      expect(again.id).not.toBe(first.id);
      await again.result();
      expect(runs).toEqual(['{"user":1}', '{"user":2}', '{"user":1}']);
    });

    test("of many at once, those with one key are one; without `by` the arguments tell them apart", async () => {
      await open();
      const build = task("build", { unique: true }, async (_run, args: { page: number }) => args.page);
      const handles = await build.enqueueMany([{ page: 1 }, { page: 2 }, { page: 1 }, { page: 1 }]);
      const [a, b, c, d] = handles.map(({ id }) => id);
      expect([c, d]).toEqual([a, a]);
      expect(b).not.toBe(a);
      await work({ tasks: [build] });
      expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual([1, 2, 1, 1]);
    });

    test("without `by` it does not matter in which order the arguments are written", async () => {
      await open();
      const build = task(
        "build",
        { unique: true },
        async (_run, args: { page: number; parts: { a: number; b: number } }) => {
          return args.page;
        },
      );
      const first = await build.enqueue({ page: 1, parts: { a: 1, b: 2 } });
      expect((await build.enqueue({ parts: { b: 2, a: 1 }, page: 1 })).id).toBe(first.id);
      expect((await build.enqueue({ parts: { b: 1, a: 2 }, page: 1 })).id).not.toBe(first.id);
    });

    test("until it starts: one that waits for its limit keeps others out, and gives its key up with its turn", async () => {
      const { a } = await open();
      const begun = deferred<void>();
      const gate = deferred<void>();
      const options = { unique: { until: "start", by: (name: string) => name }, concurrency: 1 } as const;
      const reindex = task("reindex", options, async (run, name) => {
        begun.resolve();
        await gate.promise;
        return `${name} ${run.attempt}`;
      });
      const free = task("free", {}, async () => {});
      await work({ tasks: [reindex, free] });
      const first = await reindex.enqueue("a");
      await begun.promise;
      const held = await reindex.enqueue("b");
      // It comes after, so that the other has been looked at.
      await (await free.enqueue()).result();
      expect((await reindex.enqueue("b")).id).toBe(held.id);
      const again = await reindex.enqueue("a");
      expect(again.id).not.toBe(first.id);
      // One that is being looked at runs for that moment, and is looked at again and again.
      const idsOf = async (state: "waiting" | "delayed"): Promise<string[]> =>
        (await a.inspection.list({ queue: "default", state })).map(({ id }) => id);
      const wait = { timeout: 20_000 };
      await expect
        .poll(async () => (await a.inspection.counts(["default"]))[0], wait)
        .toMatchObject({ waiting: 2, delayed: 0 });
      await expect.poll(() => held.status(), wait).toMatchObject({ state: "waiting", attempts: 0 });
      await expect.poll(() => idsOf("waiting"), wait).toEqual([held.id, again.id]);
      await expect.poll(() => idsOf("delayed"), wait).toEqual([]);
      gate.resolve();
      expect(await Promise.all([first, held, again].map((handle) => handle.result()))).toEqual(["a 1", "b 1", "a 1"]);
      expect((await reindex.enqueue("b")).id).not.toBe(held.id);
    });

    test("a dead letter that is to run again takes its key, unless another has it by then", async () => {
      const { a } = await open();
      let isMended = false;
      const gate = deferred<void>();
      const begun = deferred<void>();
      const sync = task("sync", { unique: true }, async (_run, name: string) => {
        if (!isMended) throw new Error("broken");
        begun.resolve();
        await gate.promise;
        return name;
      });
      await work({ tasks: [sync] });
      const dead = await sync.enqueue("a");
      await expect(dead.result()).rejects.toThrow("broken");
      isMended = true;
      const next = await sync.enqueue("a");
      await begun.promise;
      expect(await a.inspection.retry(dead)).toBe(false);
      expect((await dead.status()).state).toBe("failed");
      gate.resolve();
      await next.result();
      await a.inspection.pause("default", true);
      expect(await a.inspection.retry(dead)).toBe(true);
      expect((await sync.enqueue("a")).id).toBe(dead.id);
      await a.inspection.pause("default", false);
      expect(await dead.result()).toBe("a");
      expect((await sync.enqueue("a")).id).not.toBe(dead.id);
    });

    test("until it starts: one that runs does not keep others out", async () => {
      await open();
      const begun = deferred<void>();
      const gate = deferred<void>();
      let runs = 0;
      const reindex = task("reindex", { unique: { until: "start" } }, async () => {
        runs += 1;
        begun.resolve();
        await gate.promise;
      });
      const first = await reindex.enqueue();
      expect((await reindex.enqueue()).id).toBe(first.id);
      await work({ tasks: [reindex] });
      await begun.promise;
      const second = await reindex.enqueue();
      expect(second.id).not.toBe(first.id);
      gate.resolve();
      await Promise.all([first.result(), second.result()]);
      expect(runs).toBe(2);
    });

    test("for a time: also one that is over keeps others out", async () => {
      await open();
      const remind = task("remind", { unique: { by: (id: number) => id, forMs: 60_000 } }, async () => "reminded");
      await work({ tasks: [remind] });
      const first = await remind.enqueue(1);
      expect(await first.result()).toBe("reminded");
      const second = await remind.enqueue(1);
      expect(second.id).toBe(first.id);
      expect(await second.result()).toBe("reminded");
      expect((await remind.enqueue(2)).id).not.toBe(first.id);
    });

    test("when that time is over, another may come", async () => {
      await open();
      const remind = task("remind", { unique: { forMs: 30 } }, async () => {});
      await work({ tasks: [remind] });
      const first = await remind.enqueue();
      await first.result();
      await expect.poll(async () => (await remind.enqueue()).id !== first.id).toBe(true);
    });

    test("a task that failed for good gives its key back", async () => {
      await open();
      const bad = task("bad", { unique: true }, async (): Promise<void> => {
        throw new Error("no");
      });
      await work({ tasks: [bad] });
      const first = await bad.enqueue();
      await expect(first.result()).rejects.toThrow("no");
      expect((await bad.enqueue()).id).not.toBe(first.id);
    });
  });
}

import { randomUUID } from "node:crypto";

import * as fc from "fast-check";
import { task, TaskHandle } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { jobOf, stage, type TaskEngine } from "./stage.js";

/** What a task carries to its worker and back. */
export function describeTasks(engine: TaskEngine): void {
  describe("tasks", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("a task runs with its arguments, and its result reaches another process", async () => {
      const { b } = await open();
      const add = task("add", {}, async (_run, { x, y }: { x: number; y: number }) => x + y);
      await work({ tasks: [add] });
      const handle = await add.enqueue({ x: 1, y: 2 });
      expect(await handle.result()).toBe(3);
      expect(await new TaskHandle(b, handle).result()).toBe(3);
      expect(await add.handle(handle.id).result()).toBe(3);
    });

    test("arguments and results come through unchanged, whatever JSON carries", async () => {
      await open();
      const echo = task("echo", {}, (_run, value: unknown) => value);
      await work({ tasks: [echo] });
      const json = fc.jsonValue().filter((value) => value !== null);
      await fc.assert(
        fc.asyncProperty(json, async (value) => {
          const handle = await echo.enqueue(value);
          expect(await handle.result()).toEqual(JSON.parse(JSON.stringify(value)));
        }),
        { numRuns: 50, examples: [[0], [""], [false], [[]], [{}]] },
      );
    });

    test("a task without arguments gets none, and without a result has null", async () => {
      await open();
      const seen: unknown[] = [];
      const nothing = task("nothing", {}, async (_run, args?: { a: number }) => void seen.push(args));
      await work({ tasks: [nothing] });
      expect(await (await nothing.enqueue()).result()).toBeNull();
      expect(seen).toEqual([undefined]);
    });

    test("what is changed after enqueueing does not change the task", async () => {
      await open();
      const list = task("list", {}, async (_run, names: string[]) => names);
      const names = ["django"];
      const handle = await list.enqueue(names);
      names.push("stephane");
      await work({ tasks: [list] });
      expect(await handle.result()).toEqual(["django"]);
    });

    test("many tasks are enqueued at once, their handles in order", async () => {
      await open();
      const double = task("double", {}, async (_run, n: number) => n * 2);
      const numbers = Array.from({ length: 1500 }, (_, n) => n);
      const handles = await double.enqueueMany(numbers);
      await work({ tasks: [double], concurrency: 50 });
      expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(numbers.map((n) => n * 2));
      expect(await double.enqueueMany([])).toEqual([]);
    });

    test("a task that is enqueued twice under one id runs once", async () => {
      const { a } = await open();
      const runs: string[] = [];
      const once = task("once", {}, async (run) => void runs.push(run.id));
      await work({ tasks: [once] });
      const job = jobOf(once);
      const { id } = job;
      await a.enqueue([job]);
      await new TaskHandle(a, job).result();
      await a.enqueue([job, { ...job, id: randomUUID() }]);
      await (await once.enqueue()).result();
      expect(runs.filter((run) => run === id)).toEqual([id]);
    });

    test("a task does not run before its time", async () => {
      await open();
      const when = task("when", {}, async () => Date.now());
      await work({ tasks: [when] });
      const before = Date.now();
      const later = await when.enqueue(undefined, { delayMs: 200 });
      const dated = await when.enqueue(undefined, { runAt: new Date(before + 300) });
      expect((await later.status()).state).toBe("delayed");
      expect(await later.result()).toBeGreaterThanOrEqual(before + 200);
      expect(await dated.result()).toBeGreaterThanOrEqual(before + 300);
    });

    test("a time in the past is now", async () => {
      await open();
      const when = task("when", {}, async () => "ran");
      await work({ tasks: [when] });
      expect(await (await when.enqueue(undefined, { runAt: 1000 })).result()).toBe("ran");
    });

    test("the status tells where a task is", async () => {
      const { b } = await open();
      const gate = deferred<void>();
      const begun = deferred<void>();
      const slow = task("slow", {}, async (run) => {
        await run.progress({ done: 1, of: 2 });
        begun.resolve();
        await gate.promise;
      });
      const handle = await slow.enqueue();
      const elsewhere = new TaskHandle(b, handle);
      expect(await elsewhere.status()).toMatchObject({ state: "waiting", attempts: 0, startedAt: null, progress: 0 });
      await work({ tasks: [slow] });
      await begun.promise;
      const running = await elsewhere.status();
      expect(running).toMatchObject({
        state: "running",
        attempts: 1,
        finishedAt: null,
        progress: { done: 1, of: 2 },
      });
      expect(running.startedAt).toBeGreaterThanOrEqual(running.enqueuedAt);
      gate.resolve();
      await handle.result();
      const over = await elsewhere.status();
      expect(over).toMatchObject({ state: "succeeded", attempts: 1, error: null });
      expect(over.finishedAt).toBeGreaterThanOrEqual(running.startedAt ?? 0);
    });

    test("everybody who waits for a result gets it", async () => {
      const { a, b } = await open();
      const gate = deferred<void>();
      const slow = task("slow", {}, async () => {
        await gate.promise;
        return "done";
      });
      await work({ tasks: [slow] });
      const handle = await slow.enqueue();
      const waiting = [a, a, b, b].map((backend) => new TaskHandle(backend, handle).result());
      gate.resolve();
      expect(await Promise.all(waiting)).toEqual(["done", "done", "done", "done"]);
    });

    test("who gives a result too little time is told, and may ask again", async () => {
      await open();
      const gate = deferred<void>();
      const slow = task("slow", {}, async () => {
        await gate.promise;
        return "done";
      });
      await work({ tasks: [slow] });
      const handle = await slow.enqueue();
      const code = "WORKERS_TASK_RESULT_TIMEOUT";
      await expect(handle.result({ timeoutMs: 20 })).rejects.toMatchObject({ code, temporary: true });
      gate.resolve();
      expect(await handle.result({ timeoutMs: 10_000 })).toBe("done");
    });

    test("a task that the queue does not know is gone", async () => {
      await open();
      const handle = task("any", {}, async () => {}).handle(randomUUID());
      await expect(handle.result()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
      await expect(handle.status()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
    });

    test("only so many results are kept as is said", async () => {
      await open({ keepCount: 2 });
      const echo = task("echo", {}, (_run, n: number) => n);
      await work({ tasks: [echo], concurrency: 1 });
      const handles = [];
      for (const n of [1, 2, 3]) {
        const handle = await echo.enqueue(n);
        await handle.result();
        handles.push(handle);
      }
      const ends = await Promise.allSettled(handles.map((handle) => handle.result()));
      expect(ends).toMatchObject([{ reason: { code: "WORKERS_TASK_GONE" } }, { value: 2 }, { value: 3 }]);
    });
  });
}

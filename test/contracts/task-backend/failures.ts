import type { HotclubError } from "hotclub/core";
import { task, TaskHandle } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { deferred } from "../../deferred.js";
import { aborted, stage, type TaskEngine } from "./stage.js";

/** What becomes of runs that fail. */
export function describeFailures(engine: TaskEngine): void {
  describe("failures", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);
    const quickly = { backoff: 1 };

    test("a failure reaches who waits, with its name, message and code", async () => {
      const { b } = await open();
      const bad = task("bad", {}, async (): Promise<void> => {
        throw Object.assign(new RangeError("too long:\n2 lines"), { code: "ERR_TOO_LONG" });
      });
      await work({ tasks: [bad] });
      const handle = await bad.enqueue();
      const error = await new TaskHandle(b, handle).result().catch((thrown: unknown) => thrown as HotclubError);
      const params = { task: "bad", id: handle.id, name: "RangeError", message: "too long:\n2 lines" };
      expect(error).toMatchObject({ code: "WORKERS_TASK_FAILED", params: { ...params, errorCode: "ERR_TOO_LONG" } });
      expect(error).toMatchObject({ cause: { name: "RangeError", code: "ERR_TOO_LONG" } });
      expect((error as Error).cause).toHaveProperty("stack", expect.stringContaining("failures.ts"));
      expect(await handle.status()).toMatchObject({ state: "failed", attempts: 1, error: { name: "RangeError" } });
    });

    test("what is thrown and is no error fails the task as well", async () => {
      await open();
      const bad = task("bad", {}, async (): Promise<void> => {
        // oxlint-disable-next-line no-throw-literal -- this is what the test is about.
        throw "a text";
      });
      await work({ tasks: [bad] });
      await expect((await bad.enqueue()).result()).rejects.toThrow("a text");
    });

    test("a failed run is repeated until one succeeds", async () => {
      await open();
      const attempts: number[] = [];
      const third = task("third", { ...quickly, retries: 5 }, async (run) => {
        attempts.push(run.attempt);
        if (run.attempt < 3) throw new Error("not yet");
        return "at last";
      });
      await work({ tasks: [third] });
      const handle = await third.enqueue();
      expect(await handle.result()).toBe("at last");
      expect(attempts).toEqual([1, 2, 3]);
      expect(await handle.status()).toMatchObject({ state: "succeeded", attempts: 3 });
    });

    test("when its retries are used up, the task has failed", async () => {
      await open();
      let runs = 0;
      const never = task("never", { backoff: { type: "exponential", delayMs: 1 }, retries: 2 }, async () => {
        runs += 1;
        throw new Error(`failure ${runs}`);
      });
      await work({ tasks: [never] });
      await expect((await never.enqueue()).result()).rejects.toThrow("failure 3");
      expect(runs).toBe(3);
    });

    test("a task that no worker knows fails, naming those that are known, and stays visible", async () => {
      await open();
      const known = task("known", {}, async () => {});
      const unknown = task("unknown", {}, async () => {});
      await work({ tasks: [known] });
      const handle = await unknown.enqueue();
      const error = { name: "UnknownTask", errorCode: "WORKERS_UNKNOWN_TASK" };
      await expect(handle.result()).rejects.toMatchObject({ params: error });
      await expect(handle.result()).rejects.toThrow(/no task "unknown"; it has: known\./);
      expect(await handle.status()).toMatchObject({ state: "failed" });
    });

    test("arguments that the schema of the worker refuses fail the task without repetition", async () => {
      await open();
      let runs = 0;
      const loose = task("strict", { ...quickly, retries: 3 }, async (_run, _args: { n: unknown }) => {});
      const strict = task("strict", { args: z.object({ n: z.number() }) }, async () => void (runs += 1));
      const handle = await loose.enqueue({ n: "one" });
      await work({ tasks: [strict] });
      await expect(handle.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_ARGS_INVALID" } });
      expect(runs).toBe(0);
      expect(await handle.status()).toMatchObject({ attempts: 1 });
    });

    test("a schema's output is what the task gets, also where the schema is asynchronous", async () => {
      await open();
      const schema = z.object({ n: z.string().transform(Number), of: z.number().default(10) });
      const share = task("share", { args: schema }, async (_run, { n, of }) => n / of);
      const checked = schema.refine(async ({ n }) => n > 0);
      const later = task("later", { args: checked }, async (_run, { n, of }) => n / of);
      await work({ tasks: [share, later] });
      expect(await (await share.enqueue({ n: "5" })).result()).toBe(0.5);
      expect(await (await later.enqueue({ n: "2", of: 4 })).result()).toBe(0.5);
      await expect(later.enqueue({ n: "-1" })).rejects.toMatchObject({ code: "WORKERS_TASK_ARGS_INVALID" });
    });

    test("a result that cannot be kept fails the task without repetition, naming the place", async () => {
      await open();
      let runs = 0;
      const dated = task("dated", { ...quickly, retries: 3 }, async (): Promise<unknown> => {
        runs += 1;
        return { made: [new Date()] };
      });
      await work({ tasks: [dated] });
      await expect((await dated.enqueue()).result()).rejects.toThrow("The result.made.0 of the task");
      expect(runs).toBe(1);
    });

    test("progress that cannot be kept is an error where it is reported", async () => {
      await open();
      const wrong = task("wrong", {}, async (run) => run.progress({ at: Number.NaN }));
      await work({ tasks: [wrong] });
      await expect((await wrong.enqueue()).result()).rejects.toThrow("The progress.at of the task");
    });

    test("a run that takes too long has its signal aborted and fails", async () => {
      await open();
      const seen = deferred<unknown>();
      const slow = task("slow", { timeoutMs: 30 }, async (run) => {
        await aborted(run.signal);
        seen.resolve(run.signal.reason);
        throw new Error("gave up");
      });
      await work({ tasks: [slow] });
      const handle = await slow.enqueue();
      await expect(handle.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_TIMED_OUT" } });
      expect(await seen.promise).toMatchObject({ code: "WORKERS_TASK_TIMED_OUT" });
    });

    test("a run that does not listen to its signal fails as well, and the worker goes on", async () => {
      await open();
      const gate = deferred<void>();
      const deaf = task("deaf", { timeoutMs: 30 }, async () => gate.promise);
      const next = task("next", {}, async () => "next");
      await work({ tasks: [deaf, next], concurrency: 1 });
      const handle = await deaf.enqueue();
      const other = await next.enqueue();
      await expect(handle.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_TIMED_OUT" } });
      expect(await other.result()).toBe("next");
      gate.resolve();
    });
  });
}

import { randomUUID } from "node:crypto";

import * as fc from "fast-check";
import {
  carry,
  type ChannelScope,
  currentLogContext,
  type HotclubError,
  runWithLogContext,
  type TaskScope,
} from "hotclub/core";
import { channelLayers, group, MemoryChannelLayer } from "hotclub/layers";
import { runWorker, task, TaskConsumer, TaskHandle, type TaskRun } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { deferred } from "../deferred.js";
import { describeInspection } from "./task-backend/inspection.js";
import { describeCancelling } from "./task-backend/cancelling.js";
import { describeLimits } from "./task-backend/limits.js";
import { describeProgress } from "./task-backend/progress.js";
import { describeTurns } from "./task-backend/turns.js";
import { describeUniqueKeys } from "./task-backend/unique-keys.js";
import { aborted, jobOf, stage, type TaskEngine } from "./task-backend/stage.js";

export type { BackendPair, TaskEngine } from "./task-backend/stage.js";

/** What every task backend does, and what tasks and workers do on it. */
export function describeTaskBackend(engine: TaskEngine): void {
  describe(`the task backend ${engine.name}`, () => {
    beforeEach(({ task: { name }, skip }) => {
      const reason = engine.skip?.find(({ tests }) => tests.some((part) => name.includes(part)))?.reason;
      if (reason !== undefined) skip(reason);
    });

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
        expect((error as Error).cause).toHaveProperty("stack", expect.stringContaining("task-backend.contract.ts"));
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

    describe("workers", () => {
      const { open, work, close } = stage(engine);
      afterEach(close);

      test("a worker takes from its queues only", async () => {
        const { a, b } = await open();
        const seen: string[] = [];
        const mail = task("mail", { queue: "mail" }, async () => void seen.push("mail"));
        const images = task("images", { queue: "images" }, async () => void seen.push("images"));
        await work({ tasks: [mail, images], queues: ["mail"], backend: a });
        const image = await images.enqueue();
        await (await mail.enqueue()).result();
        expect(seen).toEqual(["mail"]);
        await work({ tasks: [mail, images], queues: ["images"], backend: b });
        await image.result();
        expect(seen).toEqual(["mail", "images"]);
      });

      test("no more tasks of a queue run at once than the concurrency says, and as many as that", async () => {
        await open();
        let running = 0;
        let most = 0;
        const full = deferred<void>();
        const busy = task("busy", {}, async () => {
          running += 1;
          most = Math.max(most, running);
          if (running === 3) full.resolve();
          await full.promise;
          running -= 1;
        });
        const handles = await busy.enqueueMany(Array.from({ length: 20 }, () => undefined));
        await work({ tasks: [busy], concurrency: 3 });
        await Promise.all(handles.map((handle) => handle.result()));
        expect(most).toBe(3);
      });

      test("a worker that is closed ends what it runs and takes nothing more", async () => {
        const { a, b } = await open();
        const begun = deferred<void>();
        const gate = deferred<void>();
        const seen: string[] = [];
        const slow = task("slow", {}, async () => {
          begun.resolve();
          await gate.promise;
          seen.push("slow");
        });
        const next = task("next", { queue: "next" }, async () => void seen.push("next"));
        const worker = await work({ tasks: [slow], backend: a });
        const handle = await slow.enqueue();
        await begun.promise;
        const closing = worker.close();
        gate.resolve();
        await closing;
        expect(seen).toEqual(["slow"]);
        await handle.result();
        const left = await next.enqueue();
        await work({ tasks: [next], backend: b });
        await left.result();
        expect(seen).toEqual(["slow", "next"]);
      });

      test("a run that ends when its signal is aborted goes to another worker, and no retry is spent", async () => {
        const { a, b } = await open();
        const begun = deferred<void>();
        const reasons: unknown[] = [];
        const polite = task("polite", {}, async (run) => {
          if (run.attempt > 1) return "finished elsewhere";
          begun.resolve();
          await aborted(run.signal);
          reasons.push(run.signal.reason);
          throw new Error("stopped in the middle");
        });
        const worker = await work({ tasks: [polite], backend: a });
        const handle = await polite.enqueue();
        await begun.promise;
        await worker.close({ timeoutMs: 100 });
        expect(reasons).toMatchObject([{ code: "WORKERS_WORKER_STOPPING" }]);
        expect((await handle.status()).state).toBe("waiting");
        await work({ tasks: [polite], backend: b });
        expect(await handle.result()).toBe("finished elsewhere");
      });

      test("a run that does not end in time goes to another worker all the same", async () => {
        const { a, b } = await open();
        const begun = deferred<void>();
        const gate = deferred<void>();
        const stubborn = task("stubborn", {}, async (run) => {
          if (run.attempt > 1) return "finished elsewhere";
          begun.resolve();
          await gate.promise;
          return "too late";
        });
        const worker = await work({ tasks: [stubborn], backend: a });
        const handle = await stubborn.enqueue();
        await begun.promise;
        await worker.close({ timeoutMs: 100 });
        gate.resolve();
        await work({ tasks: [stubborn], backend: b });
        expect(await handle.result()).toBe("finished elsewhere");
      });

      test("closing twice is one close", async () => {
        const { a } = await open();
        const worker = await work({ tasks: [task("any", {}, async () => {})], backend: a });
        await Promise.all([worker.close(), worker.close()]);
        expect(await Promise.all([a.close(), a.close()])).toEqual([undefined, undefined]);
      });

      test("a closed backend refuses work", async () => {
        const { a } = await open();
        const any = task("any", {}, async () => {});
        const handle = await any.enqueue();
        await a.close();
        const code = "WORKERS_BACKEND_CLOSED";
        await expect(any.enqueue()).rejects.toMatchObject({ code });
        await expect(runWorker({ tasks: [any], backend: a })).rejects.toMatchObject({ code });
        await expect(handle.result()).rejects.toMatchObject({ code: expect.stringMatching(/CLOSED|GONE/) as string });
      });

      test("who waits for a result when the backend is closed is told", async () => {
        const { a } = await open();
        const handle = await task("any", { queue: "idle" }, async () => {}).enqueue(undefined, { delayMs: 60_000 });
        const [waiting] = await Promise.allSettled([handle.result(), a.close()]);
        expect(waiting).toMatchObject({ reason: { code: "WORKERS_BACKEND_CLOSED" } });
      });

      test("middleware wraps every run, and may refuse it", async () => {
        await open();
        const seen: (string | TaskScope)[] = [];
        const greet = task("greet", {}, async (_run, name: string) => `Hello, ${name}`);
        const secret = task("secret", {}, async () => void seen.push("it ran"));
        await work({
          tasks: [greet, secret],
          middleware: [
            (next) => (scope, send) => {
              if (scope.type === "task" && scope.name === "secret") throw new Error("refused");
              return next(scope, (message) => {
                seen.push(message.type, scope as TaskScope);
                return send(message);
              });
            },
          ],
        });
        const handle = await greet.enqueue("Django");
        expect(await handle.result()).toBe("Hello, Django");
        const scope = { type: "task", name: "greet", id: handle.id, queue: "default", attempt: 1 };
        expect(seen).toMatchObject(["task.completed", scope]);
        await expect((await secret.enqueue()).result()).rejects.toThrow("refused");
        expect(seen).toHaveLength(2);
      });

      test("the id of the request that enqueued a task goes along, also to what that task enqueues", async () => {
        await open();
        const inner = task("inner", {}, async () => currentLogContext()?.requestId ?? "none");
        const outer = task("outer", {}, async () => {
          const handle = await inner.enqueue();
          return [currentLogContext()?.requestId ?? "none", handle.id];
        });
        await work({ tasks: [inner, outer] });
        const handle = await runWithLogContext({ requestId: "request-1" }, () => outer.enqueue());
        const [requestId, innerId = ""] = await handle.result();
        expect([requestId, await inner.handle(innerId).result()]).toEqual(["request-1", "request-1"]);
        const given = await inner.enqueue(undefined, { requestId: "request-2" });
        expect(await given.result()).toBe("request-2");
        // Without a request there is no context, which would cost every promise; `run.log` has the task's own id.
        // Among others: who enqueues wakes the loop that takes them all.
        const names = ["request-3", undefined, "request-4", undefined, "request-5", undefined];
        const enqueued = names.map((requestId) =>
          requestId === undefined ? inner.enqueue() : runWithLogContext({ requestId }, () => inner.enqueue()),
        );
        const results = (await Promise.all(enqueued)).map((each) => each.result());
        expect(await Promise.all(results)).toEqual(names.map((requestId) => requestId ?? "none"));
      });

      test("what a scope carries goes along, with retries and limits, also to what the task enqueues", async () => {
        await open();
        const scopeOf = (requestId: string): ChannelScope => ({ type: "channel", channel: "c", requestId, state: {} });
        const stops = [
          carry("who", ({ requestId }) => (requestId === "nobody" ? undefined : { id: requestId })),
          carry("where", ({ requestId }) => Promise.resolve(requestId === "nobody" ? undefined : ["é", 1, null])),
        ];
        try {
          class Inner extends TaskConsumer<{ n: number } | undefined> {
            run(): unknown {
              return this.scope.carried ?? null;
            }
          }
          class Outer extends TaskConsumer {
            async run() {
              if (this.attempt === 1) throw new Error("the first run fails");
              return (await inner.enqueue()).id;
            }
          }
          const inner = task("inner", { concurrency: 2 }, Inner);
          const outer = task("outer", { retries: 1, backoff: 0 }, Outer);
          await work({ tasks: [inner, outer] });
          const innerOf = async (enqueued: Promise<TaskHandle>) => {
            const id = (await (await enqueued).result()) as string;
            return inner.handle(id).result();
          };
          const carriedOf = (id: string) => ({ who: { id }, where: ["é", 1, null] });
          expect(await innerOf(runWithLogContext(scopeOf("a"), () => outer.enqueue()))).toEqual(carriedOf("a"));
          expect(await innerOf(outer.enqueue(undefined, { scope: scopeOf("b") }))).toEqual(carriedOf("b"));
          expect(await innerOf(runWithLogContext(scopeOf("nobody"), () => outer.enqueue()))).toBeNull();
          expect(await innerOf(outer.enqueue())).toBeNull();
          const many = await runWithLogContext(scopeOf("c"), () => inner.enqueueMany([{ n: 1 }, { n: 2 }]));
          expect(await Promise.all(many.map((each) => each.result()))).toEqual([carriedOf("c"), carriedOf("c")]);
          carry("who", () => Promise.reject(new Error("it is not known who")));
          const enqueueing = runWithLogContext(scopeOf("d"), () => inner.enqueue());
          await expect(enqueueing).rejects.toThrow("it is not known who");
        } finally {
          for (const stop of stops) stop();
          carry("who", () => undefined)();
        }
      });

      test("a consumer that runs a task hears the groups it joins while it runs", async () => {
        await open();
        const layer = new MemoryChannelLayer();
        channelLayers.set("default", layer);
        const controls = group("controls/:name").carries<{ "control.finish": { with: string } }>();
        class Listening extends TaskConsumer<{ name: string }, string> {
          readonly #finish = deferred<string>();
          async run({ name }: { name: string }) {
            await this.join(controls({ name }));
            await controls({ name }).send("control.finish", { with: "a coda" });
            return this.#finish.promise;
          }
          "control.finish"(message: { with: string }) {
            this.#finish.resolve(message.with);
          }
        }
        const listen = task("listen", {}, Listening);
        await work({ tasks: [listen] });
        expect(await (await listen.enqueue({ name: "a" })).result()).toBe("a coda");
        await layer.close();
        channelLayers.remove("default");
      });

      test("a run knows its task", async () => {
        await open();
        const who = task("who", {}, async (run: TaskRun) => ({ id: run.id, attempt: run.attempt }));
        await work({ tasks: [who] });
        const handle = await who.enqueue();
        expect(await handle.result()).toEqual({ id: handle.id, attempt: 1 });
      });
    });

    describeTurns(engine);
    describeUniqueKeys(engine);
    describeLimits(engine);
    describeCancelling(engine);
    describeProgress(engine);
    describeInspection(engine);
  });
}

import { carry, type ChannelScope, currentLogContext, runWithLogContext, type TaskScope } from "hotclub/core";
import { channelLayers, group, MemoryChannelLayer } from "hotclub/layers";
import { runWorker, task, TaskConsumer, TaskHandle, type TaskRun } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { aborted, stage, type TaskEngine } from "./stage.js";

/** What workers take, and how they end. */
export function describeWorkers(engine: TaskEngine): void {
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
}

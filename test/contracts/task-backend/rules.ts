import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { task, TaskHandle, taskProgress, type TaskProgressed } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { aborted, stage, type TaskEngine } from "./stage.js";

/** What tasks have to do with each other and with time: priorities, unique keys, limits, expiry, ends by force. */
export function describeRules(engine: TaskEngine): void {
  describe("priorities", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("of what is due, a smaller number runs first; what is equal runs in the order in which it came", async () => {
      await open();
      const seen: string[] = [];
      const note = task("note", { priority: 5 }, async (_run, name: string) => void seen.push(name));
      const handles = [
        await note.enqueue("5a"),
        await note.enqueue("9", { priority: 9 }),
        await note.enqueue("0a", { priority: 0 }),
        await note.enqueue("5b"),
        await note.enqueue("0b", { priority: 0 }),
      ];
      await work({ tasks: [note], concurrency: 1 });
      await Promise.all(handles.map((handle) => handle.result()));
      expect(seen).toEqual(["0a", "0b", "5a", "5b", "9"]);
    });

    test("a priority that there is not is refused", async () => {
      await open();
      const code = "WORKERS_TASK_OPTION_INVALID";
      const any = task("any", {}, async () => {});
      await expect(any.enqueue(undefined, { priority: -1 })).rejects.toMatchObject({ code });
      expect(() => task("any", { priority: 1.5 }, async () => {})).toThrow("priority must be a whole number");
    });
  });

  describe("expiry", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("a task that had no turn in time fails without a run, and one that has time left runs", async () => {
      await open();
      let runs = 0;
      const fresh = task("fresh", { expiresInMs: 60_000 }, async () => (runs += 1));
      const late = await fresh.enqueue(undefined, { expiresInMs: 1, delayMs: 30 });
      const early = await fresh.enqueue();
      await work({ tasks: [fresh] });
      await expect(late.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_EXPIRED" } });
      expect(await early.result()).toBe(1);
    });
  });

  describe("rules about retries", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("the rule sees the error itself, ends the task, or says when it runs again", async () => {
      await open();
      class Busy extends Error {}
      const seen: unknown[] = [];
      const picky = task(
        "picky",
        {
          retries: 5,
          backoff: 3_600_000,
          retryIf: (error, { failures }) => {
            seen.push([error instanceof Busy, failures]);
            return error instanceof Busy ? 1 : false;
          },
        },
        async (run): Promise<void> => {
          throw run.attempt < 3 ? new Busy("busy") : new TypeError("wrong");
        },
      );
      await work({ tasks: [picky] });
      await expect((await picky.enqueue()).result()).rejects.toMatchObject({ params: { name: "TypeError" } });
      expect(seen).toEqual([
        [true, 1],
        [true, 2],
        [false, 3],
      ]);
    });

    test("a rule that says yes leaves the wait to the backoff, and one that fails itself as well", async () => {
      await open();
      const rules = [
        () => true,
        (): boolean => {
          throw new Error("a bad rule");
        },
      ];
      for (const [index, retryIf] of rules.entries()) {
        const again = task(`again-${index}`, { retries: 1, backoff: 1, retryIf, queue: `q${index}` }, async (run) => {
          if (run.attempt === 1) throw new Error("once");
          return run.attempt;
        });
        await work({ tasks: [again] });
        expect(await (await again.enqueue()).result()).toBe(2);
      }
    });
  });

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
      // One that is being looked at runs for that moment.
      await expect
        .poll(async () => (await a.inspection.counts(["default"]))[0], { timeout: 20_000 })
        .toMatchObject({ waiting: 2, delayed: 0 });
      expect(await held.status()).toMatchObject({ state: "waiting", attempts: 0 });
      const list = await a.inspection.list({ queue: "default", state: "waiting" });
      expect(list.map(({ id }) => id)).toEqual([held.id, again.id]);
      expect(await a.inspection.list({ queue: "default", state: "delayed" })).toEqual([]);
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

  describe("cancelling", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("a task that waits ends at once, and so does one that waits for its time", async () => {
      const { b } = await open();
      const any = task("any", { queue: "idle" }, async () => {});
      for (const options of [{}, { delayMs: 60_000 }, { priority: 3 }]) {
        const handle = await any.enqueue(undefined, options);
        expect(await new TaskHandle(b, handle).cancel()).toBe(true);
        await expect(handle.result()).rejects.toMatchObject({ code: "WORKERS_TASK_CANCELLED" });
        expect(await handle.status()).toMatchObject({ state: "cancelled", attempts: 0 });
        expect(await handle.cancel()).toBe(false);
      }
    });

    test("a task that runs has its signal aborted, from any process, and ends as cancelled", async () => {
      const { a, b } = await open();
      const begun = deferred<void>();
      const long = task("long", { retries: 3, backoff: 1 }, async (run) => {
        begun.resolve();
        await aborted(run.signal);
        throw run.signal.reason;
      });
      await work({ tasks: [long], backend: b });
      const handle = await long.enqueue();
      await begun.promise;
      expect(await new TaskHandle(a, handle).cancel()).toBe(true);
      await expect(handle.result()).rejects.toMatchObject({ code: "WORKERS_TASK_CANCELLED" });
      expect(await handle.status()).toMatchObject({ state: "cancelled", attempts: 1 });
    });

    test("a task that comes to its end all the same has succeeded", async () => {
      await open();
      const begun = deferred<void>();
      const stubborn = task("stubborn", {}, async (run) => {
        begun.resolve();
        await aborted(run.signal);
        return "done all the same";
      });
      await work({ tasks: [stubborn] });
      const handle = await stubborn.enqueue();
      await begun.promise;
      await handle.cancel();
      expect(await handle.result()).toBe("done all the same");
      expect(await handle.cancel()).toBe(false);
    });

    test("a cancelled task gives back its unique key; one that nobody knows is gone", async () => {
      await open();
      const sync = task("sync", { queue: "idle", unique: true }, async () => {});
      const first = await sync.enqueue();
      await first.cancel();
      expect((await sync.enqueue()).id).not.toBe(first.id);
      await expect(sync.handle("nobody").cancel()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
    });
  });

  describe("progress", () => {
    const { open, work, close } = stage(engine);
    afterEach(close);

    test("comes to whoever follows it, in any process, until the task is over", async () => {
      const { b } = await open();
      const next = [deferred<void>(), deferred<void>(), deferred<void>()];
      const count = task("count", {}, async (run) => {
        for (const [n, { promise }] of next.entries()) {
          await promise;
          await run.progress({ done: n + 1 });
        }
      });
      await work({ tasks: [count] });
      const handle = await count.enqueue();
      const seen: unknown[] = [];
      next[0]?.resolve();
      for await (const progress of new TaskHandle(b, handle).progress()) {
        seen.push(progress);
        next[seen.length]?.resolve();
      }
      expect(seen).toEqual([{ done: 1 }, { done: 2 }, { done: 3 }]);
      expect(await handle.status()).toMatchObject({ state: "succeeded", progress: { done: 3 } });
    });

    test("that nobody waited for is the last that was reported, also when the task is over at once", async () => {
      await open();
      const hasty = task("hasty", {}, async (run, count: number) => {
        for (let done = 1; done <= count; done += 1) void run.progress(done);
      });
      await work({ tasks: [hasty] });
      const handles = await hasty.enqueueMany([2, 3, 50]);
      await Promise.all(handles.map((handle) => handle.result()));
      const ends = await Promise.all(handles.map((handle) => handle.status()));
      expect(ends.map(({ progress }) => progress)).toEqual([2, 3, 50]);
    });

    test("of a task that is over is its last, and of one that reported nothing is none", async () => {
      await open();
      const once = task("once", {}, async (run, share: number) => (share > 0 ? run.progress(share) : undefined));
      await work({ tasks: [once] });
      for (const [share, expected] of [
        [0.5, [0.5]],
        [0, []],
      ] as const) {
        const handle = await once.enqueue(share);
        await handle.result();
        const seen: unknown[] = [];
        for await (const progress of handle.progress()) seen.push(progress);
        expect(seen).toEqual(expected);
      }
    });

    test("is not followed any more when the signal is aborted, and of a task that nobody knows never", async () => {
      await open();
      const idle = task("idle", { queue: "idle" }, async () => {});
      const handle = await idle.enqueue();
      const abort = new AbortController();
      const following = handle.progress({ signal: abort.signal }).next();
      abort.abort(new Error("enough"));
      await expect(following).rejects.toThrow("enough");
      await expect(idle.handle("nobody").progress().next()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
    });

    test("reaches a group, where the task announces it", async () => {
      await open();
      const layer = new MemoryChannelLayer();
      channelLayers.set("default", layer);
      const heard: TaskProgressed[] = [];
      const over = deferred<void>();
      const half = task("half", { queue: "idle", announce: true }, async (run) => run.progress(0.5));
      const handle = await half.enqueue();
      const channel = layer.newChannel();
      await layer.subscribe(channel, (message) => {
        heard.push(message as unknown as TaskProgressed);
        if (heard.length === 2) over.resolve();
      });
      await layer.groupAdd(taskProgress({ id: handle.id }).name, channel);
      await work({ tasks: [half] });
      await over.promise;
      const common = { type: "progress.changed", id: handle.id, task: "half", value: 0.5 };
      expect(heard).toEqual([
        { ...common, state: "running" },
        { ...common, state: "succeeded" },
      ]);
      await layer.close();
      channelLayers.remove("default");
    });
  });
}

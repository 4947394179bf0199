import { carry, type ChannelScope } from "hotclub/core";
import { task } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { stage, type TaskEngine } from "./stage.js";

/** What commands and the admin see of queues, and do to them. */
export function describeInspection(engine: TaskEngine): void {
  describe("a look into queues", () => {
    const { open, work, close } = stage(engine);
    const asking: ChannelScope = { type: "channel", channel: "c", requestId: "request-1", state: {} };
    let stopCarrying: () => void = () => {};
    afterEach(close);
    afterEach(() => stopCarrying());

    test("counts tasks by queue and state, and lists them with what they are", async () => {
      const { a, b } = await open();
      stopCarrying = carry("who", (scope) => ({ id: scope.requestId }));
      const gate = deferred<void>();
      const begun = deferred<void>();
      const mail = task("mail.send", { queue: "mail" }, async (_run, { to }: { to: string }) => {
        if (to === "nobody") throw new RangeError("no such address");
        if (to !== "slow") return;
        begun.resolve();
        await gate.promise;
      });
      const other = task("other", { queue: "other" }, async () => {});
      const good = await mail.enqueue({ to: "somebody" });
      const bad = await mail.enqueue({ to: "nobody" });
      await work({ tasks: [mail], backend: b, concurrency: 2 });
      await good.result();
      await expect(bad.result()).rejects.toThrow("no such address");
      const slow = await mail.enqueue({ to: "slow" });
      await begun.promise;
      const later = await mail.enqueue({ to: "later" }, { delayMs: 60_000, scope: asking, priority: 7 });
      const dropped = await mail.enqueue({ to: "dropped" }, { delayMs: 60_000 });
      await dropped.cancel();
      const waiting = await other.enqueue();
      const { inspection } = a;
      expect(await inspection.queues()).toEqual(["mail", "other"]);
      expect(await inspection.counts(["mail", "other"])).toEqual([
        { queue: "mail", isPaused: false, delayed: 1, waiting: 0, running: 1, succeeded: 1, failed: 1, cancelled: 1 },
        { queue: "other", isPaused: false, delayed: 0, waiting: 1, running: 0, succeeded: 0, failed: 0, cancelled: 0 },
      ]);
      const ids = async (queue: string, state: Parameters<typeof inspection.list>[0]["state"]) =>
        (await inspection.list({ queue, state })).map(({ id }) => id);
      expect(await ids("mail", "running")).toEqual([slow.id]);
      expect(await ids("mail", "succeeded")).toEqual([good.id]);
      expect(await ids("mail", "cancelled")).toEqual([dropped.id]);
      expect(await ids("other", "waiting")).toEqual([waiting.id]);
      const [failed] = await inspection.list({ queue: "mail", state: "failed" });
      const common = { queue: "mail", name: "mail.send" };
      const error = { name: "RangeError", message: "no such address" };
      expect(failed).toMatchObject({ ...common, id: bad.id, args: { to: "nobody" }, state: "failed", error });
      const [delayed] = await inspection.list({ queue: "mail", state: "delayed" });
      expect(delayed).toMatchObject({ ...common, id: later.id, priority: 7, requestId: "request-1", state: "delayed" });
      expect([delayed?.carried, failed?.carried]).toEqual([{ who: { id: "request-1" } }, null]);
      expect(delayed?.runAt).toBeGreaterThan(Date.now());
      gate.resolve();
      await slow.result();
    });

    test("tells how many workers a queue has, and how many tasks end in a second", async () => {
      const { a, b } = await open();
      const mail = task("mail", { queue: "mail" }, async () => {});
      const bad = task("bad", { queue: "mail" }, async (): Promise<void> => {
        throw new Error("no");
      });
      const { inspection } = a;
      expect(await inspection.activity(["mail", "none"])).toEqual([
        { queue: "mail", workers: 0, endedPerSecond: 0 },
        { queue: "none", workers: 0, endedPerSecond: 0 },
      ]);
      const first = await work({ tasks: [mail, bad], backend: a });
      await work({ tasks: [mail, bad], backend: b });
      await (await mail.enqueue()).result();
      await expect((await bad.enqueue()).result()).rejects.toThrow("no");
      const [activity] = await inspection.activity(["mail"]);
      expect(activity).toMatchObject({ workers: 2 });
      // Two in a minute.
      expect(activity?.endedPerSecond).toBeCloseTo(2 / 60, 3);
      await first.close();
      await expect.poll(async () => (await inspection.activity(["mail"]))[0]?.workers).toBe(1);
    });

    test("lists what waits in the order of its turns, a page at a time", async () => {
      const { a } = await open();
      const any = task("any", { queue: "long" }, async (_run, _n: number) => {});
      for (let n = 0; n < 5; n += 1) await any.enqueue(n, { priority: n === 4 ? 0 : 1 });
      const { inspection } = a;
      const numbers = async (offset: number, limit: number) =>
        (await inspection.list({ queue: "long", state: "waiting", offset, limit })).map(({ args }) => args);
      expect(await numbers(0, 2)).toEqual([4, 0]);
      expect(await numbers(2, 10)).toEqual([1, 2, 3]);
      expect(await numbers(5, 10)).toEqual([]);
    });

    test("a dead letter runs again with all its retries when it is asked to, and only then", async () => {
      const { a, b } = await open();
      let isMended = false;
      const attempts: number[] = [];
      const dead = task("dead", { retries: 1, backoff: 1 }, async (run) => {
        attempts.push(run.attempt);
        if (!isMended) throw new Error("broken");
        return "mended";
      });
      await work({ tasks: [dead], backend: b });
      const handle = await dead.enqueue();
      await expect(handle.result()).rejects.toThrow("broken");
      expect(await a.inspection.retry(handle)).toBe(true);
      await expect.poll(() => attempts.length).toBe(4);
      await expect(handle.result()).rejects.toThrow("broken");
      isMended = true;
      expect(await a.inspection.retry(handle)).toBe(true);
      expect(await handle.result()).toBe("mended");
      expect(attempts).toEqual([1, 2, 1, 2, 1]);
      expect(await a.inspection.retry(handle)).toBe(false);
      expect(await a.inspection.retry({ id: "nobody", queue: "default" })).toBe(false);
    });

    test("a task that waits for its retry is listed with the time of that", async () => {
      const { a } = await open();
      const begun = Date.now();
      const dead = task("dead", { retries: 1, backoff: 3_600_000 }, async () => {
        throw new Error("broken");
      });
      await work({ tasks: [dead] });
      // It fails some time after it was enqueued.
      await dead.enqueue(undefined, { delayMs: 300 });
      const retrying = async () =>
        (await a.inspection.list({ queue: "default", state: "delayed" })).find(({ error }) => error !== null);
      await expect.poll(retrying, { timeout: 20_000 }).toBeDefined();
      expect((await retrying())?.runAt).toBeGreaterThanOrEqual(begun + 3_600_000 + 290);
    });

    test("a cancelled task can be run after all", async () => {
      const { a } = await open();
      const any = task("any", {}, async () => "ran");
      const handle = await any.enqueue();
      await handle.cancel();
      expect(await a.inspection.retry(handle)).toBe(true);
      await work({ tasks: [any] });
      expect(await handle.result()).toBe("ran");
      expect(await a.inspection.counts(["default"])).toMatchObject([{ succeeded: 1, cancelled: 0, failed: 0 }]);
    });

    test("what is over can be forgotten, what is not cannot", async () => {
      const { a } = await open();
      const any = task("any", {}, async () => "ran");
      const waiting = await any.enqueue(undefined, { delayMs: 60_000 });
      await work({ tasks: [any] });
      const handle = await any.enqueue();
      await handle.result();
      expect(await a.inspection.remove(handle)).toBe(true);
      expect(await a.inspection.remove(handle)).toBe(false);
      expect(await a.inspection.remove(waiting)).toBe(false);
      await expect(handle.status()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
    });

    test("a paused queue is left alone by all workers until it goes on", async () => {
      const { a, b } = await open();
      const any = task("any", {}, async () => "ran");
      const other = task("other", { queue: "other" }, async () => "other");
      await a.inspection.pause("default", true);
      await work({ tasks: [any, other], backend: b });
      const handle = await any.enqueue();
      expect(await (await other.enqueue()).result()).toBe("other");
      expect((await handle.status()).state).toBe("waiting");
      expect(await a.inspection.counts(["default"])).toMatchObject([{ isPaused: true, waiting: 1 }]);
      await a.inspection.pause("default", false);
      expect(await handle.result()).toBe("ran");
    });

    test("the last firing of a schedule is kept, and never goes back", async () => {
      const { a, b } = await open();
      expect(await a.lastFiring("nightly")).toBeUndefined();
      await a.noteFiring("nightly", 2000);
      await b.noteFiring("nightly", 1000);
      expect(await b.lastFiring("nightly")).toBe(2000);
      expect(await b.lastFiring("hourly")).toBeUndefined();
    });
  });
}

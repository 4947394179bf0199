import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { task, TaskHandle, taskProgress, type TaskProgressed } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { stage, type TaskEngine } from "./stage.js";

/** What a task says of itself while it runs. */
export function describeProgress(engine: TaskEngine): void {
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

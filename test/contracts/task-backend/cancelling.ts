import { task, TaskHandle } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { aborted, stage, type TaskEngine } from "./stage.js";

/** Ends by force, of what waits and of what runs. */
export function describeCancelling(engine: TaskEngine): void {
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
}

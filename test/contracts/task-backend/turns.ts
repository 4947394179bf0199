import { task } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { stage, type TaskEngine } from "./stage.js";

/** When tasks come to run, and whether again: priorities, expiry, rules about retries. */
export function describeTurns(engine: TaskEngine): void {
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
}

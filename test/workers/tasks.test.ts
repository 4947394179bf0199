import * as fc from "fast-check";
import { ImmediateTaskBackend, task, taskBackends, type TaskOptions } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { defaultBackoff, retryDelayMs } from "../../src/workers/tasks/backoff.js";
import { findUnplain } from "../../src/workers/tasks/plain-data.js";
import { newTaskId } from "../../src/workers/tasks/task-id.js";

beforeEach(() => void taskBackends.set("default", new ImmediateTaskBackend({ mode: "inline" })));
afterEach(() => taskBackends.closeAll());

const declare = (name: string, options: TaskOptions) => () => task(name, options as {}, async () => {});

describe("declaring a task", () => {
  test.each<[string, string, TaskOptions]>([
    ["a name with a space", "two words", {}],
    ["an empty name", "", {}],
    ["a queue that Redis keys cannot hold", "a", { queue: "mail:high" }],
    ["half a retry", "a", { retries: 0.5 }],
    ["retries below none", "a", { retries: -1 }],
    ["a timeout of nothing", "a", { timeoutMs: 0 }],
    ["a timeout that timers do not know", "a", { timeoutMs: 1e12 }],
    ["a backoff into the past", "a", { backoff: -1 }],
    ["jitter above all", "a", { backoff: { type: "fixed", delayMs: 1, jitter: 2 } }],
  ])("%s is refused", (_what, name, options) => {
    expect(declare(name, options)).toThrow(expect.objectContaining({ code: "WORKERS_TASK_OPTION_INVALID" }) as Error);
  });

  test("says which task and which option", () => {
    expect(declare("chat.notify", { retries: -1 })).toThrow(
      'The task "chat.notify" cannot be set up: retries must be a whole number from 0, is -1.',
    );
  });
});

describe("enqueueing", () => {
  const any = task("any", {}, async (_run, _args: unknown) => {});

  test.each<[string, unknown, string]>([
    ["a date", { at: new Date(0) }, "at: is a Date; give its ISO string"],
    ["a number that is none", { list: [1, { n: Number.NaN }] }, "list.1.n: is NaN"],
    ["a bigint", 1n, "it is a bigint; give it as a string"],
    ["a function", { call: () => {} }, "call: is a function"],
    ["a map", { all: new Map() }, "all: is a Map; give plain data, such as its id"],
    ["bytes", { bytes: new Uint8Array(1) }, "bytes: is a Uint8Array; give plain data, such as its id"],
    ["a hole in a list", [1, undefined], "1: is undefined"],
    ["null", null, "it is null; leave it out"],
  ])("%s is refused, naming its place", async (_what, args, problem) => {
    const error = any.enqueue(args);
    await expect(error).rejects.toMatchObject({ code: "WORKERS_TASK_ARGS_INVALID" });
    await expect(error).rejects.toThrow(`The arguments of the task "any" are not valid: ${problem}.`);
  });

  test("what contains itself is refused", async () => {
    const circle: Record<string, unknown> = {};
    circle["again"] = circle;
    await expect(any.enqueue(circle)).rejects.toThrow("is nested too deeply, or contains itself");
  });

  test("what a schema refuses is refused with the schema's words, for each of many by its place", async () => {
    const strict = task("strict", { args: z.object({ n: z.number().max(3, "too much") }) }, async () => {});
    await expect(strict.enqueue({ n: 4 })).rejects.toThrow('the task "strict" are not valid: n: too much.');
    await expect(strict.enqueueMany([{ n: 1 }, { n: 4 }])).rejects.toThrow("n: too much");
    await expect(any.enqueueMany([1, Number.NaN])).rejects.toThrow("1: is NaN");
  });

  test.each([{ delayMs: -1 }, { delayMs: Number.NaN }, { runAt: new Date("nonsense") }, { delayMs: 1, runAt: 1 }])(
    "a time that makes no sense is refused: %o",
    async (options) => {
      await expect(any.enqueue(1, options)).rejects.toMatchObject({ code: "WORKERS_TASK_OPTION_INVALID" });
    },
  );

  test("without a backend, the error says how to set one", async () => {
    taskBackends.remove("default");
    await expect(any.enqueue(1)).rejects.toThrow(/There is no task backend "default". Set one at start: taskBackends/);
    const other = task("other", { backend: "slow" }, async () => {});
    await expect(other.enqueue()).rejects.toThrow('no task backend "slow"');
  });

  test("a task goes to the backend that it names", async () => {
    const slow = new ImmediateTaskBackend({ mode: "inline" });
    taskBackends.set("slow", slow);
    const elsewhere = task("elsewhere", { backend: "slow" }, async () => "there");
    const handle = await elsewhere.enqueue();
    expect((await slow.status(handle)).state).toBe("succeeded");
    expect(await elsewhere.handle(handle.id).result()).toBe("there");
  });
});

/** JSON has no -0. */
function withoutSign(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSign);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSign(inner)]));
}

describe("plain data", () => {
  test("whatever is accepted comes back from JSON as it was", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }), (value) => {
        if (value === undefined || findUnplain(value) !== undefined) return;
        expect(JSON.parse(JSON.stringify(value))).toEqual(withoutSign(value));
      }),
      { numRuns: 1000 },
    );
  });

  test("whatever JSON can say is accepted", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(findUnplain(value)).toBeUndefined();
      }),
    );
  });
});

describe("ids", () => {
  test("grow with time, are never the same, and are no integers", () => {
    const ids = Array.from({ length: 5000 }, (_, n) => newTaskId(1_800_000_000_000 + n));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(new Set(Array.from({ length: 5000 }, () => newTaskId(0))).size).toBe(5000);
  });
});

describe("the wait between retries", () => {
  const exactly = { ...defaultBackoff, jitter: 0 };

  test("doubles up to its limit", () => {
    const waits = [1, 2, 3, 12, 13, 100].map((failures) => retryDelayMs(exactly, failures));
    expect(waits).toEqual([1000, 2000, 4000, 2_048_000, 3_600_000, 3_600_000]);
  });

  test("stays the same where it is fixed", () => {
    expect([1, 9].map((failures) => retryDelayMs({ ...exactly, type: "fixed" }, failures))).toEqual([1000, 1000]);
  });

  test("leaves the share that is said to chance", () => {
    const backoff = { ...exactly, jitter: 0.25 };
    expect([0, 0.5, 1].map((random) => retryDelayMs(backoff, 1, random))).toEqual([1000, 875, 750]);
  });
});

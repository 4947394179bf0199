import { AsyncLocalStorage } from "node:async_hooks";
import { Writable } from "node:stream";

import { createLogger, setLogger } from "hotclub/core";
import { ImmediateTaskBackend, type ImmediateOptions, runWorker, task, taskBackends } from "hotclub/workers";
import { afterEach, describe, expect, test, vi } from "vitest";

import { deferred } from "../deferred.js";

afterEach(async () => {
  vi.useRealTimers();
  await taskBackends.closeAll();
});

/** Of the event loop's turns nothing is faked, only the clock. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
}

function backend(options?: ImmediateOptions): ImmediateTaskBackend {
  const made = new ImmediateTaskBackend(options);
  taskBackends.set("default", made);
  return made;
}

describe("in the background", () => {
  test("a task starts in a later turn of the event loop", async () => {
    backend();
    let hasRun = false;
    const note = task("note", {}, async () => {
      hasRun = true;
    });
    const handle = await note.enqueue();
    expect(hasRun).toBe(false);
    await handle.result();
    expect(hasRun).toBe(true);
  });

  test("a task starts outside of the context that enqueued it", async () => {
    backend();
    const storage = new AsyncLocalStorage<string>();
    const look = task("look", {}, async () => storage.getStore() ?? "nothing");
    const handle = await storage.run("the request", () => look.enqueue());
    expect(await handle.result()).toBe("nothing");
  });

  test("more tasks than the capacity are refused, all or none, until some are done", async () => {
    backend({ capacity: 3 });
    const gate = deferred<void>();
    const slow = task("slow", {}, async (_run, _n: number) => gate.promise);
    const handles = await slow.enqueueMany([1, 2]);
    await expect(slow.enqueueMany([3, 4])).rejects.toMatchObject({ code: "WORKERS_QUEUE_FULL", temporary: true });
    handles.push(await slow.enqueue(3));
    await expect(slow.enqueue(4)).rejects.toMatchObject({ code: "WORKERS_QUEUE_FULL" });
    gate.resolve();
    await Promise.all(handles.map((handle) => handle.result()));
    await expect(slow.enqueue(4)).resolves.toHaveProperty("name", "slow");
  });

  test("without a worker it runs what is defined; with one, what that knows", async () => {
    const made = backend();
    const lone = task("lone", {}, async () => "ran");
    expect(await (await lone.enqueue()).result()).toBe("ran");
    const worker = await runWorker({ tasks: [task("other", { queue: "default" }, async () => {})], backend: made });
    await expect((await lone.enqueue()).result()).rejects.toMatchObject({
      params: { errorCode: "WORKERS_UNKNOWN_TASK" },
    });
    await worker.close();
  });

  test("a worker that is closed first runs what is due", async () => {
    const made = backend();
    const seen: number[] = [];
    const note = task("note", {}, async (_run, n: number) => void seen.push(n));
    const worker = await runWorker({ tasks: [note], backend: made, concurrency: 1 });
    await note.enqueueMany([1, 2, 3]);
    await note.enqueue(4, { delayMs: 60_000 });
    await worker.close();
    expect(seen).toEqual([1, 2, 3]);
  });

  test("what is lost at the end is counted", async () => {
    const lines: string[] = [];
    const destination = new Writable({ write: (line, _encoding, done) => (lines.push(String(line)), done()) });
    const previous = setLogger(createLogger({ destination }));
    const made = backend();
    await task("later", {}, async () => {}).enqueueMany([undefined, undefined], { delayMs: 60_000 });
    await made.close();
    setLogger(previous);
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ lost: 2, level: 40 }]);
  });

  test("a task of a far time waits longer than a timer can", async () => {
    stopClock();
    backend();
    const far = task("far", {}, async () => Date.now());
    const start = Date.now();
    const delayMs = 60 * 24 * 3_600_000;
    const handle = await far.enqueue(undefined, { delayMs });
    await vi.advanceTimersByTimeAsync(delayMs - 1);
    expect((await handle.status()).state).toBe("delayed");
    await vi.advanceTimersByTimeAsync(1);
    expect(await handle.result()).toBe(start + delayMs);
  });

  test("results and failures are kept for their times", async () => {
    stopClock();
    backend({ keepResultsMs: 1000, keepFailuresMs: 5000 });
    const good = task("good", {}, async () => "good");
    const bad = task("bad", {}, async (): Promise<void> => {
      throw new Error("bad");
    });
    const [result, failure] = [await good.enqueue(), await bad.enqueue()];
    expect(await result.result()).toBe("good");
    await expect(failure.result()).rejects.toThrow("bad");
    await vi.advanceTimersByTimeAsync(1001);
    await expect(result.result()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
    await expect(failure.result()).rejects.toThrow("bad");
    await vi.advanceTimersByTimeAsync(4000);
    await expect(failure.status()).rejects.toMatchObject({ code: "WORKERS_TASK_GONE" });
  });
});

describe("inline", () => {
  test("a task is over when enqueue resolves, its retries and delays without waiting", async () => {
    backend({ mode: "inline" });
    const attempts: number[] = [];
    const third = task("third", { retries: 2, backoff: 60_000 }, async (run) => {
      attempts.push(run.attempt);
      if (run.attempt < 3) throw new Error("not yet");
    });
    const handle = await third.enqueue(undefined, { delayMs: 60_000 });
    expect(attempts).toEqual([1, 2, 3]);
    expect((await handle.status()).state).toBe("succeeded");
  });

  test("a failure is the handle's to tell, not enqueue's", async () => {
    backend({ mode: "inline" });
    const bad = task("bad", {}, async (): Promise<void> => {
      throw new Error("bad");
    });
    const handle = await bad.enqueue();
    await expect(handle.result()).rejects.toThrow("bad");
  });
});

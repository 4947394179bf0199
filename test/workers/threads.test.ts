import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";

import type * as Core from "hotclub/core";
import type * as Orm from "hotclub/orm";
import type * as Workers from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { newSqliteFile } from "../orm/engines.js";
import { postgresUrl, redisUrl } from "../services/index.js";

// Threads load modules without vitest: what they share with the process is the build.
const built = async (path: string): Promise<unknown> =>
  import(/* @vite-ignore */ fileURLToPath(new URL(`../../dist/${path}/index.js`, import.meta.url)));
const { createLogger, setLogger } = (await built("core")) as typeof Core;
const { connectDatabase, createTables, databases } = (await built("orm")) as typeof Orm;
const {
  BullmqTaskBackend,
  DatabaseTaskBackend,
  ImmediateTaskBackend,
  lendToThreads,
  runWorker,
  taskBackends,
  taskModels,
} = (await built("workers")) as typeof Workers;
type AnyTask = Workers.Task<never, unknown, unknown>;
const tasks = (await import(
  /* @vite-ignore */ fileURLToPath(new URL("thread-tasks.mjs", import.meta.url))
)) as Readonly<Record<string, AnyTask>>;

function the(name: string): Workers.Task<never, unknown, unknown> {
  const found = tasks[name];
  if (found === undefined) throw new Error(`There is no task ${name}.`);
  return found;
}

const endings: (() => Promise<unknown>)[] = [];
const lines: Record<string, unknown>[] = [];
setLogger(createLogger({ destination: new Writable({ write: keepLine }) }));

function keepLine(line: Buffer, _encoding: string, done: () => void): void {
  lines.push(JSON.parse(String(line)) as Record<string, unknown>);
  done();
}

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  lines.length = 0;
});

function use(backend: Workers.TaskBackend): Workers.TaskBackend {
  taskBackends.set("default", backend);
  endings.push(() => backend.close());
  return backend;
}

async function work(names: readonly string[], options: Partial<Workers.WorkerOptions> = {}): Promise<Workers.Worker> {
  const worker = await runWorker({ tasks: names.map((name) => the(name) as Workers.Task), ...options });
  endings.push(() => worker.close({ timeoutMs: 100 }));
  return worker;
}

async function onDatabase(url: string): Promise<Workers.TaskBackend> {
  const database = await connectDatabase(url);
  databases.set("default", database);
  await createTables(taskModels);
  endings.push(() => database.close());
  return new DatabaseTaskBackend();
}

function bullmq(url: string): Workers.TaskBackend {
  return new BullmqTaskBackend({ url, prefix: `test-${randomUUID()}` });
}

const backends: readonly [string, () => Promise<Workers.TaskBackend>][] = [
  ["immediate", async () => new ImmediateTaskBackend()],
  ["bullmq", async () => bullmq(await redisUrl())],
  ["database, sqlite", () => onDatabase(`sqlite:${newSqliteFile()}`)],
  ["database, postgres", async () => onDatabase(await postgresUrl())],
];

/** Waits until a task has reported something: then it runs. */
async function begun(handle: Workers.TaskHandle): Promise<void> {
  for await (const progress of handle.progress()) if (progress === "begun") return;
}

const thirtySeconds = { timeout: 60_000 };

describe.each(backends)("a task that runs in a thread, with the backend %s", thirtySeconds, (_name, open) => {
  test("gives its result, its progress and its failure, and is cancelled though it never pauses", async () => {
    use(await open());
    await work(["add", "report", "fail", "deaf"]);
    expect(await (await the("add").enqueue({ x: 1, y: 2 })).result()).toEqual({ sum: 3, isElsewhere: true });
    const reporting = await the("report").enqueue(1000);
    await reporting.result();
    expect(await reporting.status()).toMatchObject({ state: "succeeded", progress: { done: 1000 } });
    const failing = await the("fail").enqueue();
    const error = await failing.result().catch((thrown: unknown) => thrown as Error);
    const params = { name: "RangeError", message: "too long", errorCode: "ERR_TOO_LONG" };
    expect(error).toMatchObject({ code: "WORKERS_TASK_FAILED", params });
    expect((error as Error).cause).toHaveProperty("stack", expect.stringContaining("thread-tasks.mjs"));
    expect((error as Error).cause).toHaveProperty("stack", expect.stringContaining("Caused by: Error: the reason"));
    const deaf = await the("deaf").enqueue();
    await begun(deaf);
    expect(await deaf.cancel()).toBe(true);
    await expect(deaf.result()).rejects.toMatchObject({ code: "WORKERS_TASK_CANCELLED" });
  });
});

describe("a task that runs in a thread", thirtySeconds, () => {
  test("goes to another worker when its own is closed", async () => {
    use(bullmq(await redisUrl()));
    const first = await work(["deaf"]);
    const handle = await the("deaf").enqueue();
    await begun(handle);
    await first.close({ timeoutMs: 100 });
    await work(["deaf"]);
    expect(await handle.result()).toBe("attempt 2");
  });

  test("may be a class, has its schema and its rule about retries asked in the thread, and hears its signal", async () => {
    use(new ImmediateTaskBackend());
    await work(["double", "parsed", "picky", "polite", "report"]);
    expect(await (await the("double").enqueue(21)).result()).toBe(42);
    expect(await (await the("parsed").enqueue("41")).result()).toBe(42);
    await expect(the("parsed").enqueue(41)).rejects.toMatchObject({ code: "WORKERS_TASK_ARGS_INVALID" });
    // The rule about retries sees the error itself.
    expect(await (await the("picky").enqueue()).result()).toBe(3);
    // A signal reaches it.
    const polite = await the("polite").enqueue();
    await begun(polite);
    await polite.cancel();
    await expect(polite.result()).rejects.toMatchObject({ code: "WORKERS_TASK_CANCELLED" });
  });

  test("has what the process lends to its run, whose methods are called there, and hears why where it cannot", async () => {
    use(new ImmediateTaskBackend());
    await work(["borrow"], { threads: 1 });
    const call = async (_method: string, [what]: readonly unknown[]) => {
      if (what === "fail") throw new RangeError("never");
      return what === "dance";
    };
    let asked = 0;
    const lend = (name: string) =>
      lendToThreads("guest", async ({ id }) => {
        asked += 1;
        return { values: { name: `${name} of ${id}`, since: new Date(7) }, methods: ["may"], refused: ["save"], call };
      });
    endings.push(async () => lend("nobody")());
    for (const name of ["Django", "Stéphane"]) {
      lend(name);
      const handle = await the("borrow").enqueue();
      const lent = { name: `${name} of ${handle.id}`, since: 7, may: true };
      const errors = { refusal: "WORKERS_THREAD_LACKS", failure: "RangeError: never" };
      expect(await handle.result()).toEqual({ ...lent, ...errors });
    }
    expect(asked).toBe(2);
    lendToThreads("guest", () => Promise.reject(new TypeError("nobody is at home")));
    const alone = await the("borrow").enqueue();
    await expect(alone.result()).rejects.toMatchObject({ params: { name: "TypeError", message: "nobody is at home" } });
  });

  test("that takes too long is ended with its thread, and the worker goes on", async () => {
    use(new ImmediateTaskBackend());
    await work(["deafWithLimit", "add"], { threads: 1 });
    const slow = await the("deafWithLimit").enqueue();
    const next = await the("add").enqueue({ x: 1, y: 1 });
    await expect(slow.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_TIMED_OUT" } });
    expect(await next.result()).toMatchObject({ sum: 2 });
  });

  test("that ends its thread has failed, and the worker goes on", async () => {
    use(new ImmediateTaskBackend());
    await work(["leave", "add"], { threads: 1 });
    await expect((await the("leave").enqueue()).result()).rejects.toMatchObject({
      params: { errorCode: "WORKERS_THREAD_ENDED" },
    });
    expect(await (await the("add").enqueue({ x: 1, y: 1 })).result()).toMatchObject({ sum: 2 });
  });

  test("has one of no more threads than the worker may have", async () => {
    use(new ImmediateTaskBackend());
    await work(["which"], { threads: 2, concurrency: 20 });
    const handles = await the("which").enqueueMany(Array.from({ length: 12 }, () => 20));
    const threads = new Set(await Promise.all(handles.map((handle) => handle.result())));
    expect(threads.size).toBeLessThanOrEqual(2);
    expect(threads.has(0)).toBe(false);
  });

  test("one that waits for a thread is cancelled at once", async () => {
    use(new ImmediateTaskBackend());
    await work(["deaf"], { threads: 1 });
    const [first, second] = [await the("deaf").enqueue(), await the("deaf").enqueue()];
    await begun(first);
    expect(await second.cancel()).toBe(true);
    await expect(second.result()).rejects.toMatchObject({ code: "WORKERS_TASK_CANCELLED" });
    expect((await first.status()).state).toBe("running");
  });

  test("fails where its module does not make it; writes into the log of its process, with the id of its request", async () => {
    use(new ImmediateTaskBackend());
    await work(["report", "elsewhere"], { threads: 1 });
    // While the thread is new, it knows only what this one's module makes.
    const params = { errorCode: "WORKERS_THREAD_MODULE_INVALID" };
    await expect((await the("elsewhere").enqueue()).result()).rejects.toMatchObject({ params });
    lines.length = 0;
    const handle = await the("report").enqueue(3, { requestId: "request-1" });
    await handle.result();
    const own = { level: 30, task: "report", taskId: handle.id, attempt: 1, requestId: "request-1", count: 3 };
    expect(lines).toMatchObject([{ ...own, msg: "it begins" }]);
    expect(lines[0]?.["pid"]).toBe(process.pid);
  });

  test("needs the URL of a file", async () => {
    const { task } = (await built("workers")) as typeof Workers;
    expect(() => task("bad", { thread: "./images.js" }, () => {})).toThrow(
      expect.objectContaining({ code: "WORKERS_TASK_OPTION_INVALID" }),
    );
  });
});

import { randomUUID } from "node:crypto";

import { Queue, Worker as BareWorker } from "bullmq";
import { Redis } from "ioredis";
import { BullmqTaskBackend, runWorker, task, taskBackends, type Worker } from "hotclub/workers";
import { afterEach, describe, expect, test } from "vitest";

import { deferred } from "../deferred.js";
import { type PrivateServer, redisUrl, startRedis } from "../services/index.js";
import { hold, poison } from "./process-tasks.js";
import { startWorkerProcess } from "./worker-process.js";

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
  taskBackends.remove("default");
});

function backendOn(options: {
  url: string;
  prefix?: string;
  timeoutMs?: number;
  leaseMs?: number;
  maxStalls?: number;
}) {
  const backend = new BullmqTaskBackend({ prefix: `test-${randomUUID()}`, ...options });
  taskBackends.set("default", backend);
  endings.push(() => backend.close());
  return backend;
}

async function work(...tasks: Parameters<typeof runWorker>[0]["tasks"] & object): Promise<Worker> {
  const worker = await runWorker({ tasks });
  endings.push(() => worker.close({ timeoutMs: 100 }));
  return worker;
}

async function redisOfItsOwn(durable = false): Promise<PrivateServer> {
  const redis = await startRedis({ durable });
  endings.push(() => redis.dispose());
  return redis;
}

describe("a worker that dies", () => {
  const leaseMs = 500;

  test("its tasks run again in another worker", async () => {
    const place = { url: await redisUrl(), prefix: `test-${randomUUID()}`, leaseMs };
    backendOn(place);
    const first = startWorkerProcess(place);
    endings.push(async () => first.child.kill("SIGKILL"));
    const handle = await hold.enqueue();
    expect(await first.begun).toBe(`begun ${handle.id} 1`);
    first.child.kill("SIGKILL");
    await first.exited;
    expect((await handle.status()).state).toBe("running");
    const second = startWorkerProcess(place);
    endings.push(async () => second.child.kill("SIGKILL"));
    expect(await handle.result()).toBe(2);
  });

  test("one that is told to stop gives its tasks back at once", async () => {
    const place = { url: await redisUrl(), prefix: `test-${randomUUID()}`, leaseMs: 60_000 };
    backendOn(place);
    const first = startWorkerProcess(place);
    endings.push(async () => first.child.kill("SIGKILL"));
    const handle = await hold.enqueue();
    await first.begun;
    first.child.kill("SIGTERM");
    await first.exited;
    expect((await handle.status()).state).toBe("waiting");
    await work(hold);
    expect(await handle.result()).toBe(2);
  });

  test("a task that kills too many workers has failed", async () => {
    const place = { url: await redisUrl(), prefix: `test-${randomUUID()}`, leaseMs, maxStalls: 0 };
    backendOn(place);
    const victim = startWorkerProcess(place);
    const handle = await poison.enqueue();
    await victim.exited;
    await work(poison);
    await expect(handle.result()).rejects.toMatchObject({ params: { errorCode: "WORKERS_TASK_STALLED" } });
    expect(await handle.status()).toMatchObject({ state: "failed", attempts: 2 });
  });

  test("a worker that lost its claim is told by the signal of the run", async () => {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    backendOn({ url, prefix, leaseMs: 300 });
    const begun = deferred<void>();
    const lost = deferred<unknown>();
    const claimed = task("claimed", {}, async (run) => {
      if (run.attempt > 1) return "elsewhere";
      run.signal.addEventListener("abort", () => lost.resolve(run.signal.reason));
      begun.resolve();
      await lost.promise;
      return "here";
    });
    await work(claimed);
    const handle = await claimed.enqueue();
    await begun.promise;
    const redis = new Redis(url);
    await redis.set(`${prefix}:default:${handle.id}:lock`, "another worker's", "PX", 300);
    redis.disconnect();
    expect(await lost.promise).toMatchObject({ code: "WORKERS_TASK_LOST" });
    expect(await handle.result()).toBe("elsewhere");
  });
});

describe("a Redis that is not there", () => {
  const tidy = task("tidy", {}, async () => "tidied");

  test("enqueue fails in time, temporarily, naming the server and never its password", async () => {
    const redis = await redisOfItsOwn();
    await redis.stop();
    backendOn({ url: `redis://user:secret@127.0.0.1:${redis.port}`, timeoutMs: 100 });
    const error = await tidy.enqueue().catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: "WORKERS_BACKEND_UNAVAILABLE", temporary: true });
    expect(error).toHaveProperty("message", expect.stringContaining(`127.0.0.1:${redis.port}`));
    expect(error).toHaveProperty("message", expect.stringContaining("REDIS_URL"));
    expect(error).not.toHaveProperty("message", expect.stringContaining("secret"));
  });

  test("connect and runWorker say so at start", async () => {
    const redis = await redisOfItsOwn();
    await redis.stop();
    const backend = backendOn({ url: redis.url, timeoutMs: 100 });
    const code = "WORKERS_BACKEND_UNAVAILABLE";
    await expect(backend.connect()).rejects.toMatchObject({ code });
    await expect(runWorker({ tasks: [tidy] })).rejects.toMatchObject({ code });
  });

  test("one that accepts and does not answer fails in time as well", async () => {
    const redis = await redisOfItsOwn();
    const backend = backendOn({ url: redis.url, timeoutMs: 100 });
    await backend.connect();
    await tidy.enqueue();
    await redis.kill("SIGSTOP");
    await expect(tidy.enqueue()).rejects.toMatchObject({ code: "WORKERS_BACKEND_UNAVAILABLE" });
    await redis.kill("SIGCONT");
    await work(tidy);
    expect(await (await eventually(() => tidy.enqueue())).result()).toBe("tidied");
  });

  test("is not what a process that was too busy to read its answers has", async () => {
    backendOn({ url: await redisUrl(), timeoutMs: 500 });
    await tidy.enqueue();
    const enqueued = tidy.enqueue();
    // The command is written when the stack is empty; then comes the work that keeps the answer waiting.
    await new Promise((resolve) => process.nextTick(resolve));
    const end = performance.now() + 800;
    while (performance.now() < end);
    await expect(enqueued).resolves.toHaveProperty("id");
    backendOn({ url: await redisUrl(), timeoutMs: 500 });
    const first = tidy.enqueue();
    setImmediate(() => {
      const until = performance.now() + 800;
      while (performance.now() < until);
    });
    await expect(first).resolves.toHaveProperty("id");
  });

  test("enqueue works again when it is back, and who waits for a result gets it", async () => {
    const redis = await redisOfItsOwn(true);
    backendOn({ url: redis.url, timeoutMs: 200, leaseMs: 1000 });
    const gate = deferred<void>();
    const begun = deferred<void>();
    const slow = task("slow", {}, async () => {
      begun.resolve();
      await gate.promise;
      return "survived";
    });
    await work(slow, tidy);
    const waiting = (await slow.enqueue()).result();
    await begun.promise;
    await redis.kill();
    await expect(tidy.enqueue()).rejects.toMatchObject({ code: "WORKERS_BACKEND_UNAVAILABLE" });
    gate.resolve();
    await redis.start();
    const handle = await eventually(() => tidy.enqueue());
    expect(await handle.result()).toBe("tidied");
    expect(await waiting).toBe("survived");
  });

  test("a worker is closed in time", async () => {
    const redis = await redisOfItsOwn();
    const backend = backendOn({ url: redis.url, timeoutMs: 100 });
    const begun = deferred<void>();
    const gate = deferred<void>();
    const slow = task("slow", {}, async () => {
      begun.resolve();
      await gate.promise;
    });
    const worker = await work(slow);
    await slow.enqueue();
    await begun.promise;
    await redis.stop();
    await worker.close({ timeoutMs: 100 });
    await expect(backend.close()).resolves.toBeUndefined();
    gate.resolve();
  });
});

describe("BullMQ's own classes", () => {
  test("its Queue adds what a worker runs", async () => {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    backendOn({ url, prefix });
    const double = task("double", { queue: "numbers", backoff: 1 }, async (run, { n }: { n: number }) => {
      if (run.attempt === 1) throw new Error("not yet");
      return n * 2;
    });
    await work(double);
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue("numbers", { connection, prefix });
    const job = await queue.add("double", { n: 21 }, { jobId: randomUUID(), attempts: 2 });
    expect(await double.handle(job.id ?? "").result()).toBe(42);
    expect(await queue.getJobs("completed")).toMatchObject([{ name: "double", data: { n: 21 }, returnvalue: 42 }]);
    await queue.close();
    connection.disconnect();
  });

  test("its Worker runs what a task enqueued, with the same retries, and the result arrives", async () => {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    backendOn({ url, prefix });
    const greet = task("greet", { queue: "names", retries: 1, backoff: 1 }, async (_run, name: string) => name);
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const worker = new BareWorker(
      "names",
      async (job) => {
        if (job.attemptsMade === 0) throw new TypeError("not yet");
        return `${job.name} ${String(job.data)}`;
      },
      { connection, prefix },
    );
    expect(await (await greet.enqueue("Django")).result()).toBe("greet Django");
    await worker.close();
    connection.disconnect();
  });

  test("a failure of its Worker reads like one of ours", async () => {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    backendOn({ url, prefix });
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const worker = new BareWorker("default", fails, { connection, prefix });
    const handle = await task("any", {}, async () => {}).enqueue();
    const params = { name: "TypeError", message: "no such thing", errorCode: null };
    await expect(handle.result()).rejects.toMatchObject({ params });
    await worker.close();
    connection.disconnect();
  });

  test("a job holds the task's name, its arguments and nothing else in its data", async () => {
    const url = await redisUrl();
    const prefix = `test-${randomUUID()}`;
    backendOn({ url, prefix });
    const mail = task("mail.send", { queue: "mail", retries: 2 }, async (_run, _args: { to: string }) => {});
    const handle = await mail.enqueue({ to: "django@example.com" }, { delayMs: 60_000 });
    const connection = new Redis(url, { maxRetriesPerRequest: null });
    const queue = new Queue("mail", { connection, prefix });
    const job = await queue.getJob(handle.id);
    expect(job).toMatchObject({ name: "mail.send", data: { to: "django@example.com" }, opts: { attempts: 3 } });
    expect(job?.opts.backoff).toEqual({ type: "exponential", delay: 1000, jitter: 0.5 });
    await queue.close();
    connection.disconnect();
  });
});

async function fails(): Promise<never> {
  throw new TypeError("no such thing");
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error as { temporary?: boolean }).temporary) throw error;
    }
  }
}

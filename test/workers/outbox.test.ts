import { randomUUID } from "node:crypto";

import { atomic, type Database, databases } from "hotclub/orm";
import {
  BullmqTaskBackend,
  DatabaseTaskBackend,
  ImmediateTaskBackend,
  runWorker,
  task,
  taskBackends,
  type Worker,
} from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { redisUrl, startRedis } from "../services/index.js";
import { emptyTaskDatabase, taskDatabases } from "./task-databases.js";

const workers: Worker[] = [];
const seen: string[] = [];
const note = task("note", { durable: true }, async (_run, text: string) => {
  seen.push(text);
  return text;
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close({ timeoutMs: 100 });
  await taskBackends.closeAll();
  seen.length = 0;
});

async function outboxCount(): Promise<number> {
  const { rows } = await databases.get().query("SELECT count(*) FROM hotclub_task_outbox");
  return Number(rows[0]?.[0]);
}

/** As a process leaves them that dies between its commit and the relay. */
async function forgetOwnTurn(): Promise<void> {
  await databases.get().query("UPDATE hotclub_task_outbox SET relay_at = 0", [], { hasRows: false });
}

describe.each(taskDatabases)("a durable task, with the outbox in %s", (name) => {
  let second: Database;

  beforeEach(async () => {
    [, second] = await emptyTaskDatabase(name, "default");
  });

  test("is written in the transaction, leaves after the commit, and leaves nothing behind", async () => {
    const backend = new BullmqTaskBackend({ url: await redisUrl(), prefix: `test-${randomUUID()}` });
    await backend.connect();
    taskBackends.set("default", backend);
    workers.push(await runWorker({ tasks: [note] }));
    const handle = await atomic(async () => {
      const enqueued = await note.enqueue("committed");
      await note.enqueueMany(["a", "b"]);
      expect(await outboxCount()).toBe(3);
      expect((await second.query("SELECT count(*) FROM hotclub_task_outbox")).rows[0]?.[0]).toBe(0);
      await expect(enqueued.status()).rejects.toMatchObject({ code: "WORKERS_TASK_NOT_SENT" });
      return enqueued;
    });
    expect(await handle.result()).toBe("committed");
    expect(await outboxCount()).toBe(0);
  });

  test("never leaves when the transaction is rolled back", async () => {
    taskBackends.set("default", new ImmediateTaskBackend({ mode: "inline" }));
    const failing = atomic(async () => {
      await note.enqueue("rolled back");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await outboxCount()).toBe(0);
    expect(seen).toEqual([]);
  });

  test("waits in the database while its queue is away, and a worker brings it there", async () => {
    const redis = await startRedis();
    try {
      await redis.stop();
      taskBackends.set("default", new BullmqTaskBackend({ url: redis.url, timeoutMs: 100 }));
      await note.enqueue("no transaction");
      const handle = await atomic(() => note.enqueue("in a transaction"));
      expect(await outboxCount()).toBe(2);
      await redis.start();
      await forgetOwnTurn();
      workers.push(await runWorker({ tasks: [note] }));
      await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(2);
      expect(await handle.result()).toBe("in a transaction");
      await expect.poll(outboxCount).toBe(0);
    } finally {
      await redis.dispose();
    }
  });

  test("of a process that died after its commit is relayed once, by one of several workers", async () => {
    const backend = new BullmqTaskBackend({ url: await redisUrl(), prefix: `test-${randomUUID()}` });
    const closed = new ImmediateTaskBackend();
    taskBackends.set("default", closed);
    await closed.close();
    await atomic(() => note.enqueueMany(Array.from({ length: 150 }, (_, n) => String(n))));
    expect(await outboxCount()).toBe(150);
    await forgetOwnTurn();
    await backend.connect();
    taskBackends.set("default", backend);
    workers.push(await runWorker({ tasks: [note] }), await runWorker({ tasks: [note] }));
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(150);
    await expect.poll(outboxCount).toBe(0);
    expect(new Set(seen).size).toBe(150);
  });

  test("needs no outbox where the queue is in the same database: it is a part of the transaction", async () => {
    taskBackends.set("default", new DatabaseTaskBackend());
    workers.push(await runWorker({ tasks: [note] }));
    const handle = await atomic(async () => {
      const enqueued = await note.enqueue("within");
      await expect(enqueued.status()).rejects.toMatchObject({ code: "WORKERS_TASK_NOT_SENT" });
      expect(await outboxCount()).toBe(0);
      return enqueued;
    });
    expect(await handle.result()).toBe("within");
    const failing = atomic(async () => {
      await note.enqueue("rolled back");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await (await note.enqueue("last")).result();
    expect(seen).toEqual(["within", "last"]);
  });
});

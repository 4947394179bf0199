import { atomic, closeDatabases, connectDatabase, databases } from "hotclub/orm";
import { ImmediateTaskBackend, task, taskBackends, type TaskHandle } from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const seen: string[] = [];
const note = task("note", {}, async (_run, text: string) => {
  seen.push(text);
  return text;
});

beforeEach(async () => {
  seen.length = 0;
  taskBackends.set("default", new ImmediateTaskBackend({ mode: "inline" }));
  databases.set("default", await connectDatabase("sqlite::memory:"));
});

afterEach(async () => {
  await taskBackends.closeAll();
  await closeDatabases();
});

describe("a task that is enqueued inside a transaction", () => {
  test("leaves when the transaction commits, and its handle is there before", async () => {
    const handle = await atomic(async () => {
      const enqueued = await note.enqueue("committed");
      expect(seen).toEqual([]);
      const code = "WORKERS_TASK_NOT_SENT";
      await expect(enqueued.result()).rejects.toMatchObject({ code });
      await expect(enqueued.status()).rejects.toMatchObject({ code });
      return enqueued;
    });
    expect(seen).toEqual(["committed"]);
    expect(await handle.result()).toBe("committed");
  });

  test("never leaves when the transaction is rolled back", async () => {
    let handle: TaskHandle<string> | undefined;
    const failing = atomic(async () => {
      handle = await note.enqueue("rolled back");
      await note.enqueueMany(["also", "rolled back"]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(seen).toEqual([]);
    await expect(handle?.result()).rejects.toMatchObject({ code: "WORKERS_TASK_NOT_SENT" });
  });

  test("goes with its savepoint: only what was not undone leaves", async () => {
    await atomic(async () => {
      await note.enqueueMany(["kept", "kept too"]);
      const inner = atomic(async () => {
        await note.enqueue("undone");
        throw new Error("no");
      });
      await expect(inner).rejects.toThrow("no");
    });
    expect(seen).toEqual(["kept", "kept too"]);
  });

  test("is refused for wrong arguments where it is enqueued, not at the commit", async () => {
    const failing = atomic(() => note.enqueue(Number.NaN as never));
    await expect(failing).rejects.toMatchObject({ code: "WORKERS_TASK_ARGS_INVALID" });
  });

  test("that cannot leave is an error of the commit, which stands", async () => {
    taskBackends.set("default", new ImmediateTaskBackend({ capacity: 0 }));
    const failing = atomic(() => note.enqueue("too many"));
    await expect(failing).rejects.toMatchObject({
      code: "ORM_COMMIT_HOOK_FAILED",
      cause: { code: "WORKERS_QUEUE_FULL" },
    });
  });

  test("runs outside of the transaction", async () => {
    const alone = task("alone", {}, async () => {
      await atomic(async () => {}, { durable: true });
      return "its own";
    });
    const handle = await atomic(() => alone.enqueue());
    expect(await handle.result()).toBe("its own");
  });
});

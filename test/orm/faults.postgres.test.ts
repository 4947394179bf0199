import {
  atomic,
  closeDatabases,
  ConnectionLost,
  connectDatabase,
  createTables,
  DatabaseBusy,
  databases,
  Func,
  QueryAborted,
  StatementTimeout,
  TransactionBroken,
  TransactionConflict,
  type Database,
  type DatabaseOptions,
} from "hotclub/orm";
import { afterEach, describe, expect, test } from "vitest";

import { models, Room } from "../contracts/orm/models.js";
import { deferred } from "../deferred.js";
import { postgresUrl } from "../services/index.js";

afterEach(closeDatabases);

const poolSize = 2;

async function connect(options: DatabaseOptions = {}): Promise<{ database: Database; other: Database }> {
  const url = await postgresUrl();
  const database = await connectDatabase(url, { poolSize, ...options });
  databases.set("default", database);
  databases.set("other", await connectDatabase(url, { poolSize: 1 }));
  await createTables(models);
  return { database, other: databases.get("other") };
}

/** Whether all connections of the pool are there, and no transaction was left on one: as many transactions run at once. */
async function expectWholePool(other: Database): Promise<void> {
  const all = deferred<void>();
  let running = 0;
  await Promise.all(
    Array.from({ length: poolSize }, () =>
      atomic(async () => {
        await Room.count();
        if (++running === poolSize) all.resolve();
        await all.promise;
      }),
    ),
  );
  const idle = "state LIKE 'idle in transaction%' AND datname = current_database()";
  const { rows } = await other.query(`SELECT count(*)::int FROM pg_stat_activity WHERE ${idle}`);
  expect(rows).toEqual([[0]]);
}

/** Waits until a statement with `text` in it runs, or waits for a lock, on another connection. */
async function running(other: Database, text: string): Promise<void> {
  const sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE $1";
  for (;;) {
    const { rows } = await other.query(sql, [`%${text}%`]);
    if (rows.length > 0) return;
  }
}

/** Rooms for which the server has to sleep. */
const slow = () =>
  Room.all()
    .alias({ slept: Func("pg_sleep", [60], { output: "text" }) })
    .filter({ slept__isnull: false });

describe("faults of PostgreSQL", () => {
  test("a deadlock ends one transaction, which may run again, and the pool is whole", async () => {
    const { other } = await connect();
    const rooms = [await Room.create({ slug: "a" }), await Room.create({ slug: "b" })] as const;
    const both = [deferred<void>(), deferred<void>()] as const;
    const crossed = async (mine: 0 | 1, retries: number): Promise<void> =>
      atomic(
        async () => {
          await Room.filter({ pk: rooms[mine].pk }).update({ title: `of ${mine}` });
          both[mine].resolve();
          await both[mine === 0 ? 1 : 0].promise;
          await Room.filter({ pk: rooms[mine === 0 ? 1 : 0].pk }).update({ title: `of ${mine}` });
        },
        { retries },
      );
    const results = await Promise.allSettled([crossed(0, 0), crossed(1, 0)]);
    const failed = results.filter((result) => result.status === "rejected");
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(TransactionConflict);
    expect(failed[0]?.reason).toMatchObject({ temporary: true });
    await Promise.all([crossed(0, 5), crossed(1, 5)]);
    await expectWholePool(other);
  });

  test("a pool that is exhausted refuses those who waited too long, and serves the next", async () => {
    const { other } = await connect({ lockTimeoutMs: 50 });
    const end = deferred<void>();
    const started = Array.from({ length: poolSize }, () => deferred<void>());
    const held = started.map(({ resolve }) =>
      atomic(async () => {
        await Room.count();
        resolve();
        await end.promise;
      }),
    );
    await Promise.all(started.map(({ promise }) => promise));
    await expect(Room.count()).rejects.toThrow(DatabaseBusy);
    await expect(atomic(() => Room.count())).rejects.toMatchObject({ code: "ORM_DATABASE_BUSY", temporary: true });
    end.resolve();
    await Promise.all(held);
    await expectWholePool(other);
  });

  test("a statement that runs too long is ended by the server, and its transaction rolled back", async () => {
    const { other } = await connect({ statementTimeoutMs: 1000 });
    await Room.create({ slug: "a" });
    await expect(slow().count()).rejects.toThrow(StatementTimeout);
    const late = atomic(async () => {
      await Room.create({ slug: "b" });
      await slow().count();
    });
    await expect(late).rejects.toMatchObject({ code: "ORM_STATEMENT_TIMEOUT", model: "Room" });
    expect(await Room.count()).toBe(1);
    await expectWholePool(other);
  });

  test("a query is aborted by its signal, and the server stops it", async () => {
    const { other } = await connect();
    await Room.create({ slug: "a" });
    const controller = new AbortController();
    const counted = slow().withSignal(controller.signal).count();
    await running(other, "pg_sleep");
    controller.abort(new Error("the client is gone"));
    await expect(counted).rejects.toMatchObject({
      code: "ORM_QUERY_ABORTED",
      cause: { message: "the client is gone" },
    });
    const sleeping =
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()";
    while ((await other.query(sleeping)).rows.length > 0);
    expect(await Room.count()).toBe(1);
    await expect(Promise.resolve(Room.all().withSignal(controller.signal))).rejects.toThrow(QueryAborted);
    await expectWholePool(other);
  });

  test("a transaction is aborted by its signal, and all of it rolled back", async () => {
    const { other } = await connect();
    await Room.create({ slug: "a" });
    const controller = new AbortController();
    const aborted = atomic(
      async () => {
        await Room.create({ slug: "b" });
        await atomic(() => slow().count());
      },
      { signal: controller.signal },
    );
    await running(other, "pg_sleep");
    controller.abort();
    await expect(aborted).rejects.toThrow(QueryAborted);
    expect(await Room.count()).toBe(1);
    await expect(atomic(() => Room.count(), { signal: controller.signal })).rejects.toThrow(QueryAborted);
    await expectWholePool(other);
  });

  test("who waits for a connection need not wait on when aborted, and takes none along", async () => {
    const { other } = await connect();
    const end = deferred<void>();
    const held = Array.from({ length: poolSize }, () =>
      atomic(async () => void (await Promise.all([Room.count(), end.promise]))),
    );
    const controller = new AbortController();
    const waiting = Room.all().withSignal(controller.signal).count();
    controller.abort();
    await expect(waiting).rejects.toThrow(QueryAborted);
    end.resolve();
    await Promise.all(held);
    await expectWholePool(other);
  });

  test("an abort that comes when all is done changes nothing", async () => {
    const { other } = await connect();
    const controller = new AbortController();
    expect(await Room.all().withSignal(controller.signal).count()).toBe(0);
    controller.abort();
    expect(await Room.count()).toBe(0);
    await expectWholePool(other);
  });

  test("connections that are cut while statements are on the way fail those, and the pool is whole again", async () => {
    const { other } = await connect();
    await Room.create({ slug: "a" });
    const sleeping = [slow().count(), atomic(() => slow().count())];
    const ended = Promise.allSettled(sleeping);
    await running(other, "pg_sleep");
    // Until both are gone: one may have been on its way still.
    const own = "datname = current_database() AND pid <> pg_backend_pid()";
    const seen = { end: false };
    void ended.then(() => (seen.end = true));
    while (!seen.end) await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${own}`);
    for (const result of await ended) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(ConnectionLost) as unknown });
    }
    await expectWholePool(other);
  });

  test("a swallowed fault leaves the transaction broken, not half done", async () => {
    const { other } = await connect({ statementTimeoutMs: 1000 });
    await Room.create({ slug: "a" });
    const swallowed = atomic(async () => {
      await Room.create({ slug: "b" });
      await slow()
        .count()
        .catch(() => {});
    });
    await expect(swallowed).rejects.toThrow(TransactionBroken);
    expect(await Room.count()).toBe(1);
    await expectWholePool(other);
  });
});

import {
  atomic,
  closeDatabases,
  ConnectionLost,
  connectDatabase,
  createTables,
  databases,
  DatabaseUnreachable,
  TransactionBroken,
} from "hotclub/orm";
import { afterEach, beforeAll, describe, expect, test } from "vitest";

import { models, Room } from "../contracts/orm/models.js";
import { freePort } from "../services/free-port.js";
import { postgresUrl, startPostgres } from "../services/index.js";

afterEach(closeDatabases);

describe("what is wrong with PostgreSQL at the start", () => {
  let url: URL;
  beforeAll(async () => {
    url = new URL(await postgresUrl());
  });

  test("nothing listens", async () => {
    const port = await freePort();
    const error = await connectDatabase(`postgres://me:secret@127.0.0.1:${port}/app`).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DatabaseUnreachable);
    expect(error).toMatchObject({ temporary: true, status: 503 });
    expect((error as Error).message).toBe(
      `PostgreSQL at 127.0.0.1:${port} cannot be reached: nothing listens there. ` +
        "Start the server, or correct host and port in DATABASE_URL.",
    );
  });

  test("the database is not there", async () => {
    const missing = new URL(url);
    missing.pathname = "/nowhere";
    await expect(connectDatabase(missing.href)).rejects.toThrow(
      'has no database "nowhere". Create it (createdb nowhere), or correct the name in DATABASE_URL.',
    );
  });

  test("the user is not let in", async () => {
    const stranger = new URL(url);
    stranger.username = "stranger";
    await expect(connectDatabase(stranger.href)).rejects.toThrow(
      /refuses the user "stranger".*Correct user and password/,
    );
  });

  test("there is no such host", async () => {
    await expect(connectDatabase("postgres://me@no-such-host.invalid/app")).rejects.toThrow(DatabaseUnreachable);
  });

  test("the URL is none, or for something else", async () => {
    await expect(connectDatabase("postgres://me:a#b@host/x/y?[")).rejects.toThrow(/database URL|cannot be reached/);
    await expect(connectDatabase("mysql://host/app")).rejects.toThrow("has the scheme mysql:, which is not known");
    await expect(connectDatabase("app.sqlite3")).rejects.toThrow("has no scheme");
  });
});

describe("a connection that breaks", () => {
  test("between two statements of a transaction loses all of it, and nothing runs outside of it", async () => {
    const url = await connect();
    const broken = atomic(async () => {
      await Room.create({ slug: "before" });
      await cutAll(url);
      // However soon or late the driver notices: no statement may reach a new connection.
      await Room.create({ slug: "after" });
    });
    await expect(broken).rejects.toThrow(ConnectionLost);
    expect(await Room.count()).toBe(0);
    await Room.create({ slug: "next" });
    expect(await Room.count()).toBe(1);
  });

  test("is an error for every later statement of its transaction, in savepoints too", async () => {
    const url = await connect();
    const seen: unknown[] = [];
    const broken = atomic(async () => {
      await Room.create({ slug: "before" });
      await cutAll(url);
      for (const slug of ["a", "b"]) {
        await atomic(() => Room.create({ slug })).catch((thrown: unknown) => void seen.push(thrown));
      }
      await Room.create({ slug: "c" });
    });
    await expect(broken).rejects.toThrow(TransactionBroken);
    expect(seen[0]).toBeInstanceOf(ConnectionLost);
    expect(await Room.count()).toBe(0);
  });

  test("while it is idle is made again, unseen", async () => {
    const url = await connect();
    await Room.create({ slug: "a" });
    await cutAll(url);
    const counted = await Room.count().catch(() => Room.count());
    expect(counted).toBe(1);
  });

  test("because the server was killed is made again once the server is back", async () => {
    const server = await startPostgres({ durable: true });
    try {
      databases.set("default", await connectDatabase(server.url, { poolSize: 2, connectTimeoutMs: 2000 }));
      await createTables(models);
      const broken = atomic(async () => {
        await Room.create({ slug: "lost" });
        await server.kill("SIGKILL");
        await Room.create({ slug: "lost-too" });
      });
      await expect(broken).rejects.toMatchObject({ temporary: true });
      await expect(Room.count()).rejects.toMatchObject({ temporary: true });
      await server.start();
      expect(await Room.count()).toBe(0);
      await atomic(() => Room.create({ slug: "again" }));
      expect(await Room.count()).toBe(1);
    } finally {
      await closeDatabases();
      await server.dispose();
    }
  });
});

describe("the pool", () => {
  test("serves more at once than it has connections", async () => {
    databases.set("default", await connectDatabase(await postgresUrl(), { poolSize: 3 }));
    await createTables(models);
    await Promise.all(Array.from({ length: 300 }, (_, index) => Room.create({ slug: `r${index}` })));
    const counts = await Promise.all(Array.from({ length: 300 }, () => Room.count()));
    expect(new Set(counts)).toEqual(new Set([300]));
  });

  test("gives a transaction its connection though statements never cease", async () => {
    databases.set("default", await connectDatabase(await postgresUrl(), { poolSize: 1, lockTimeoutMs: 10_000 }));
    await createTables(models);
    const done = new AbortController();
    const busy = Array.from({ length: 5 }, async () => {
      while (!done.signal.aborted) await Room.count();
    });
    await atomic(() => Room.create({ slug: "a" }));
    done.abort();
    await Promise.all(busy);
    expect(await Room.count()).toBe(1);
  });

  test("has its connections back after transactions that failed", async () => {
    databases.set("default", await connectDatabase(await postgresUrl(), { poolSize: 2, lockTimeoutMs: 2000 }));
    await createTables(models);
    for (let round = 0; round < 10; round++) {
      await atomic(async () => {
        await Room.create({ slug: `r${round}` });
        throw new Error("no");
      }).catch(() => {});
    }
    await Promise.all([atomic(() => Room.count()), atomic(() => Room.count())]);
    expect(await Room.count()).toBe(0);
  });
});

/** Ends all connections but the one that asks. */
async function cutAll(url: string): Promise<void> {
  const other = await connectDatabase(url);
  const own = "datname = current_database() AND pid <> pg_backend_pid()";
  await other.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${own}`);
  await other.close();
}

async function connect(): Promise<string> {
  const url = await postgresUrl();
  databases.set("default", await connectDatabase(url, { poolSize: 2 }));
  await createTables(models);
  return url;
}

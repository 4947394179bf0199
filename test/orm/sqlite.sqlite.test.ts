import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import {
  atomic,
  closeDatabases,
  connectDatabase,
  createTables,
  DatabaseBusy,
  DatabaseFull,
  databases,
  DatabaseUnreachable,
  DatabaseUrlInvalid,
  QueryAborted,
} from "hotclub/orm";
import { afterEach, describe, expect, test } from "vitest";

import { refuseUnsafe } from "../../src/orm/backends/sqlite/load-driver.js";
import { models, Room } from "../contracts/orm/models.js";
import { deferred } from "../deferred.js";
import { newSqliteFile } from "./engines.js";

afterEach(closeDatabases);

describe("a SQLite database", () => {
  test.each([
    ["sqlite:", (path: string) => path],
    ["sqlite://", (path: string) => path],
  ])("is a file named by the URL after %s", async (prefix, pathOf) => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(prefix + pathOf(file)));
    await createTables(models);
    expect(existsSync(file)).toBe(true);
    expect(databases.get().description).toMatch(/^better-sqlite3 12\.6\.2, SQLite 3\./);
  });

  test("in a directory that is not there is refused with what to do", async () => {
    const error = await connectDatabase("sqlite:/no/such/place/db.sqlite3").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseUnreachable);
    expect((error as Error).message).toContain("does not exist; make it first");
    await expect(connectDatabase("sqlite:")).rejects.toThrow(DatabaseUrlInvalid);
  });

  test("that is none is refused", async () => {
    await expect(connectDatabase(`sqlite:${fileURLToPath(import.meta.url)}`)).rejects.toThrow(DatabaseUnreachable);
  });

  test("keeps what was written after it is closed", async () => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(`sqlite:${file}`));
    await createTables(models);
    await Room.create({ slug: "a" });
    await closeDatabases();
    databases.set("default", await connectDatabase(`sqlite:${file}`, { driver: "libsql" }));
    await createTables(models);
    expect(await Room.count()).toBe(1);
  });

  test("never gives the key of a deleted row to another", async () => {
    databases.set("default", await connectDatabase("sqlite::memory:"));
    await createTables(models);
    const first = await Room.create({ slug: "a" });
    await Room.all().delete();
    expect((await Room.create({ slug: "b" })).id).toBeGreaterThan(first.id);
  });

  test("is read beside a transaction that writes", async () => {
    databases.set("default", await connectDatabase(`sqlite:${newSqliteFile()}`));
    await createTables(models);
    const { promise: isOver, resolve: end } = deferred<void>();
    const isOpen = deferred<void>();
    const writing = atomic(async () => {
      await Room.create({ slug: "a" });
      isOpen.resolve();
      await isOver;
    });
    await isOpen.promise;
    expect(await Room.count()).toBe(0);
    end();
    await writing;
    expect(await Room.count()).toBe(1);
  });

  test("waits for the transaction of another process, without standing still meanwhile", async () => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(`sqlite:${file}`));
    await createTables(models);
    // A connection of its own, as another process has one.
    const other = await connectDatabase(`sqlite:${file}`);
    const transaction = await other.backend.begin();
    const writing = Room.create({ slug: "a" });
    const nesting = atomic(() => Room.create({ slug: "b" }));
    expect(await Room.count()).toBe(0);
    await transaction.rollback();
    await Promise.all([writing, nesting]);
    expect(await Room.count()).toBe(2);
    await other.close();
  });

  test("keeps what waited for another process out of a transaction that waited beside it", async () => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(`sqlite:${file}`));
    await createTables(models);
    const other = await connectDatabase(`sqlite:${file}`);
    const transaction = await other.backend.begin();
    const writing = Promise.all(Array.from({ length: 10 }, (_, index) => Room.create({ slug: `r${index}` })));
    const undone = atomic(async () => {
      await writing;
      throw new Error("no");
    });
    // Both have tried in vain some times by then.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    await transaction.rollback();
    await expect(undone).rejects.toThrow("no");
    expect(await Room.count()).toBe(10);
    await other.close();
  });

  test("gives up when another process does not end its transaction in time", async () => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(`sqlite:${file}`, { lockTimeoutMs: 60 }));
    await createTables(models);
    const other = await connectDatabase(`sqlite:${file}`);
    const transaction = await other.backend.begin();
    await expect(Room.create({ slug: "a" })).rejects.toThrow(DatabaseBusy);
    await expect(atomic(() => Room.count())).rejects.toMatchObject({ code: "ORM_DATABASE_BUSY", temporary: true });
    await transaction.rollback();
    await atomic(() => Room.create({ slug: "a" }));
    await other.close();
  });

  test("is opened by libsql where better-sqlite3 cannot be loaded", async () => {
    const hook =
      "export function resolve(name, context, next) {" +
      " if (name === 'better-sqlite3') throw new Error('no binary'); return next(name, context); }";
    const register = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(hook)}");`;
    const script = fileURLToPath(new URL("sqlite-description.ts", import.meta.url));
    const imports = ["--import", "tsx", "--import", `data:text/javascript,${encodeURIComponent(register)}`];
    const { stdout } = await promisify(execFile)(process.execPath, [...imports, script]);
    expect(stdout).toMatch(/^libsql \d+\.\d+\.\d+, SQLite 3\./);
  });

  test("is never opened by a better-sqlite3 that would end the process", () => {
    expect(() => refuseUnsafe("better-sqlite3", "13.2.0", "9")).toThrow("install 12.6.2");
    expect(() => refuseUnsafe("better-sqlite3", "13.2.0", "10")).not.toThrow();
    expect(() => refuseUnsafe("better-sqlite3", "12.6.2", "9")).not.toThrow();
  });

  test("is written by several processes at once", async () => {
    const file = newSqliteFile();
    databases.set("default", await connectDatabase(`sqlite:${file}`));
    await createTables(models);
    const script = fileURLToPath(new URL("sqlite-writer.ts", import.meta.url));
    const writers = ["a", "b", "c"].map((name) =>
      spawn(process.execPath, ["--import", "tsx", script, file, name], { stdio: ["ignore", "ignore", "inherit"] }),
    );
    const codes = await Promise.all(writers.map(async (writer) => (await once(writer, "exit"))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    expect(await Room.count()).toBe(150);
  });
});

describe("a SQLite file that may not grow", () => {
  test.each(["better-sqlite3", "libsql"] as const)("is full, and goes on with what it has (%s)", async (driver) => {
    const database = await connectDatabase(`sqlite:${newSqliteFile()}`, { driver });
    databases.set("default", database);
    await createTables(models);
    await Room.create({ slug: "first" });
    const { rows } = await database.query("PRAGMA page_count");
    await database.query(`PRAGMA max_page_count = ${Number(rows[0]?.[0]) + 4}`);
    const many = Array.from({ length: 500 }, (_, index) => ({ slug: `r${index}`, title: "x".repeat(80) }));
    await expect(Room.bulkCreate(many)).rejects.toMatchObject({ code: "ORM_DATABASE_FULL", status: 507 });
    expect(await Room.count()).toBe(1);
    const inside = atomic(async () => {
      await Room.create({ slug: "second" });
      await Room.bulkCreate(many);
    });
    await expect(inside).rejects.toThrow(DatabaseFull);
    expect(await Room.count()).toBe(1);
    await database.query("PRAGMA max_page_count = 100000");
    expect(await atomic(() => Room.bulkCreate(many))).toHaveLength(500);
  });

  test("a signal that is aborted keeps a query from being asked, and rolls back", async () => {
    databases.set("default", await connectDatabase("sqlite::memory:"));
    await createTables(models);
    const controller = new AbortController();
    const aborted = atomic(
      async () => {
        await Room.create({ slug: "a" });
        controller.abort();
        await Room.create({ slug: "b" });
      },
      { signal: controller.signal },
    );
    await expect(aborted).rejects.toThrow(QueryAborted);
    expect(await Room.count()).toBe(0);
    await expect(Promise.resolve(Room.all().withSignal(controller.signal))).rejects.toThrow(QueryAborted);
  });
});

import { DatabaseError, ProgrammingError, type Database, type DatabaseBackend, type Statement } from "hotclub/orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A kind of database under the contract. */
export interface BackendEngine {
  readonly name: string;
  /** Connects to a new, empty database; `lockTimeoutMs` is how long a turn may be waited for. */
  open(options?: { readonly lockTimeoutMs?: number }): Promise<Database>;
}

/** A statement whose parameters are given as they are. `?` is written as the database has it. */
function statement(sql: string, engine: string, access: "read" | "write", hasRows = access === "read"): Statement {
  let position = 0;
  const text = engine === "postgres" ? sql.replaceAll("?", () => `$${++position}`) : sql;
  return { sql: text, parameters: [], access, hasRows };
}

/** What every database does below the ORM: statements, transactions, turns, errors. */
export function describeDatabaseBackend(engine: BackendEngine): void {
  describe(`the backend of ${engine.name}`, () => {
    let database: Database;
    let backend: DatabaseBackend;
    const read = async (sql: string, ...values: unknown[]) =>
      backend.execute(statement(sql, backend.engine, "read"), values);
    const write = async (sql: string, ...values: unknown[]) =>
      backend.execute(statement(sql, backend.engine, "write"), values);
    const names = async () => (await read("SELECT name FROM thing ORDER BY name")).rows.map(([name]) => name);

    beforeEach(async () => {
      database = await engine.open();
      ({ backend } = database);
      await write("CREATE TABLE thing (name varchar(20) NOT NULL PRIMARY KEY, size bigint)");
    });
    afterEach(() => database.close());

    test("gives rows as arrays, and how many were changed", async () => {
      expect((await write("INSERT INTO thing VALUES (?, ?), (?, ?)", "a", 1, "b", null)).count).toBe(2);
      expect((await read("SELECT name, size FROM thing ORDER BY name")).rows).toEqual([
        ["a", 1],
        ["b", null],
      ]);
      expect((await write("UPDATE thing SET size = ?", 5)).count).toBe(2);
      expect((await write("DELETE FROM thing WHERE name = ?", "zzz")).count).toBe(0);
    });

    test("tells what it is", () => {
      expect(backend.description).toMatch(/\d+\.\d+/);
      expect(backend.features.maxParameters).toBeGreaterThan(999);
    });

    test("commits a statement outside of a transaction at once", async () => {
      await write("INSERT INTO thing VALUES (?, 1)", "a");
      const transaction = await backend.begin();
      await transaction.rollback();
      expect(await names()).toEqual(["a"]);
    });

    test("commits a transaction as a whole, or rolls it back", async () => {
      const first = await backend.begin();
      await first.execute(statement("INSERT INTO thing VALUES (?, 1)", backend.engine, "write"), ["a"]);
      await first.rollback();
      expect(await names()).toEqual([]);
      const second = await backend.begin();
      await second.execute(statement("INSERT INTO thing VALUES (?, 1)", backend.engine, "write"), ["b"]);
      const inside = await second.execute(statement("SELECT name FROM thing", backend.engine, "read"), []);
      expect(inside.rows).toEqual([["b"]]);
      await second.commit();
      expect(await names()).toEqual(["b"]);
    });

    test("keeps a statement of its own out of an open transaction", async () => {
      const transaction = await backend.begin();
      await transaction.execute(statement("INSERT INTO thing VALUES (?, 1)", backend.engine, "write"), ["inside"]);
      const outside = write("INSERT INTO thing VALUES (?, 1)", "outside");
      if (backend.features.hasConcurrentWriters) await outside;
      await transaction.rollback();
      await outside;
      expect(await names()).toEqual(["outside"]);
    });

    test("runs the statements of a transaction in order, however they are given", async () => {
      const transaction = await backend.begin();
      const insert = statement("INSERT INTO thing VALUES (?, 1)", backend.engine, "write");
      await Promise.all(["a", "b", "c", "d"].map(async (name) => transaction.execute(insert, [name])));
      await transaction.commit();
      expect(await names()).toEqual(["a", "b", "c", "d"]);
    });

    test("gives each of many transactions its turn", async () => {
      const add = statement("UPDATE thing SET size = size + 1", backend.engine, "write");
      await write("INSERT INTO thing VALUES (?, 0)", "a");
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          const transaction = await backend.begin();
          await transaction.execute(add, []);
          await transaction.commit();
        }),
      );
      expect((await read("SELECT size FROM thing")).rows).toEqual([[40]]);
    });

    test("raises its errors as ours, with the statement and without its values", async () => {
      await write("INSERT INTO thing VALUES (?, 1)", "secret");
      const error = await write("INSERT INTO thing VALUES (?, 1)", "secret").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ code: "ORM_UNIQUE_VIOLATION", params: { table: "thing", fields: ["name"] } });
      expect((error as DatabaseError).params.sql).toContain("INSERT INTO thing");
      expect(JSON.stringify((error as DatabaseError).params)).not.toContain("secret");
      await expect(read("SELECT * FROM nowhere")).rejects.toThrow(ProgrammingError);
      expect(await names()).toEqual(["secret"]);
    });

    test("goes on after an error in a transaction that is rolled back", async () => {
      const transaction = await backend.begin();
      const failing = async () =>
        transaction.execute(statement("INSERT INTO thing VALUES (?, 1)", backend.engine, "write"), [null]);
      await expect(failing()).rejects.toMatchObject({ code: "ORM_NOT_NULL_VIOLATION" });
      await transaction.rollback();
      await write("INSERT INTO thing VALUES (?, 1)", "a");
      expect(await names()).toEqual(["a"]);
    });

    test("tells the columns of a table, and of none", async () => {
      const editor = backend.schemaEditor(backend);
      expect((await editor.columnsOf("thing"))?.toSorted()).toEqual(["name", "size"]);
      expect(await editor.columnsOf("nothing")).toBeUndefined();
    });

    test("closes when what runs is done, and then runs nothing", async () => {
      const other = await engine.open();
      const select = statement("SELECT 1", backend.engine, "read");
      const last = Promise.all([other.backend.execute(select, []), other.close()]);
      expect((await last)[0].rows).toEqual([[1]]);
      const late = async () => other.backend.execute(select, []);
      await expect(late()).rejects.toThrow(/closed|not open/);
    });

    test("gives up a turn that does not come in time", async () => {
      const impatient = await engine.open({ lockTimeoutMs: 50 });
      const size = impatient.backend.features.hasConcurrentWriters ? 10 : 1;
      const taken = await Promise.all(Array.from({ length: size }, async () => impatient.backend.begin()));
      const late = async () => impatient.backend.begin();
      await expect(late()).rejects.toMatchObject({ code: "ORM_DATABASE_BUSY", temporary: true, status: 503 });
      for (const transaction of taken) await transaction.rollback();
      await (await impatient.backend.begin()).commit();
      await impatient.close();
    });
  });
}

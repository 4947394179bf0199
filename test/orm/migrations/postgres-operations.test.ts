import {
  addChangeTrigger,
  addConstraintNotValid,
  addField,
  addForeignKeyNotValid,
  addIndexConcurrently,
  alterField,
  alterModelTable,
  changeChannel,
  check,
  collectSql,
  createCollation,
  createExtension,
  createModel,
  databases,
  field,
  index,
  noop,
  ProjectState,
  removeChangeTrigger,
  removeCollation,
  removeIndexConcurrently,
  runCode,
  validateConstraint,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { deferred } from "../../deferred.js";
import { engines } from "../engines.js";
import { goTo, nodesOf, tables, withDatabase } from "./history.js";

const room = createModel("Room", {
  fields: { id: field.auto(), slug: field.slug({ dbIndex: false }), size: field.int() },
});

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "operations for PostgreSQL, on $name",
  (engine) => {
    withDatabase(engine);
    const isPostgres = engine.name === "postgres";

    test("come and go, and do what they can elsewhere", async () => {
      const small = check({ size__lt: 100 }).named("small");
      const nodes = nodesOf({
        "shop.0001": [room, createExtension("pg_trgm"), createCollation("plain", { locale: "C" })],
        "shop.0002": [addIndexConcurrently("Room", index("size")), addIndexConcurrently("Room", index("-slug"))],
        "shop.0003": [addConstraintNotValid("Room", small)],
        "shop.0004": [validateConstraint("Room", small), addChangeTrigger("Room")],
        "shop.0005": [
          removeIndexConcurrently("Room", index("size")),
          removeChangeTrigger("Room"),
          removeCollation("plain", { locale: "C" }),
        ],
      });
      await goTo(nodes, "0004");
      const found = (await tables()).get("shop_room");
      expect(found?.indexes.map(({ columns }) => columns.join()).sort()).toEqual(["-slug", "size"]);
      expect(found?.checks.map(({ name }) => name)).toEqual(["small"]);
      await goTo(nodes, "0005");
      expect((await tables()).get("shop_room")?.indexes.map(({ columns }) => columns.join())).toEqual(["-slug"]);
      await goTo(nodes, "0001");
      expect((await tables()).get("shop_room")).toMatchObject({ indexes: [], checks: [] });
      await goTo(nodes, "zero");
    });

    test("a table with the longest of names keeps what it has, whatever it is called", async () => {
      const [first, second] = ["a".repeat(63), `${"ü".repeat(31)}!`];
      const nodes = nodesOf({
        "shop.0001": [room, alterModelTable("Room", first)],
        "shop.0002": [alterModelTable("Room", second)],
        "shop.0003": [alterField("Room", "id", field.char({ maxLength: 20, primaryKey: true }))],
        "shop.0004": [alterModelTable("Room", "room")],
      });
      await goTo(nodes, "0001");
      await databases.get().query(`INSERT INTO "${first}" (slug, size) VALUES ('a', 1)`, [], { hasRows: false });
      for (const step of ["0002", "0003", "0004", "0003", "0002", "0001", "0004"]) await goTo(nodes, step);
      expect([...(await tables()).keys()]).toEqual(["room"]);
      const { rows } = await databases.get().query("SELECT id, slug FROM room");
      expect(rows).toEqual([["1", "a"]]);
      if (isPostgres) {
        const keys = await databases
          .get()
          .query("SELECT conname::text FROM pg_constraint WHERE conrelid = 'room'::regclass AND contype = 'p'");
        expect(keys.rows).toEqual([["room_pkey"]]);
      }
      await goTo(nodes, "zero");
    });

    test("a foreign key holds for new rows at first, and for all when it is validated", async () => {
      const key = { onDelete: "cascade", null: true, dbConstraint: false } as const;
      const nodes = nodesOf({
        "shop.0001": [room, addField("Room", "parent", field.foreignKey("shop.Room", key))],
        "shop.0002": [addForeignKeyNotValid("Room", "parent")],
        "shop.0003": [validateConstraint("Room", "parent")],
      });
      const run = (sql: string) => databases.get().query(sql, [], { hasRows: false });
      await goTo(nodes, "0001");
      await run("INSERT INTO shop_room (id, slug, size) VALUES (1, 'a', 1)");
      if (isPostgres) await run("INSERT INTO shop_room (id, slug, size, parent_id) VALUES (2, 'b', 1, 99)");
      await goTo(nodes, "0002");
      const lost = run("INSERT INTO shop_room (id, slug, size, parent_id) VALUES (3, 'c', 1, 99)");
      await expect(lost).rejects.toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION" });
      if (isPostgres) {
        await expect(goTo(nodes, "0003")).rejects.toMatchObject({ code: "ORM_MIGRATION_FAILED" });
        await run("UPDATE shop_room SET parent_id = 1 WHERE id = 2");
      }
      await goTo(nodes, "0003");
      expect((await tables()).get("shop_room")?.foreignKeys).toMatchObject([{ columns: ["parent_id"] }]);
      if (isPostgres) {
        const { rows } = await databases.get().query("SELECT count(*)::int FROM pg_constraint WHERE NOT convalidated");
        expect(rows).toEqual([[0]]);
      }
      await goTo(nodes, "0001");
      expect((await tables()).get("shop_room")?.foreignKeys).toEqual([]);
    });

    test("rows that were there are checked when a check is validated", async () => {
      const small = check({ size__lt: 100 }).named("small");
      const nodes = nodesOf({
        "shop.0001": [room],
        "shop.0002": [addConstraintNotValid("Room", small)],
        "shop.0003": [validateConstraint("Room", small)],
      });
      await goTo(nodes, "0001");
      const run = (sql: string) => databases.get().query(sql, [], { hasRows: false });
      await run("INSERT INTO shop_room (slug, size) VALUES ('big', 500)");
      if (!isPostgres) {
        await expect(goTo(nodes, "0002")).rejects.toMatchObject({ code: "ORM_MIGRATION_FAILED" });
        return;
      }
      await goTo(nodes, "0002");
      const more = run("INSERT INTO shop_room (slug, size) VALUES ('bigger', 501)");
      await expect(more).rejects.toMatchObject({ code: "ORM_CHECK_VIOLATION" });
      await expect(goTo(nodes, "0003")).rejects.toMatchObject({ code: "ORM_MIGRATION_FAILED" });
      await run("UPDATE shop_room SET size = 5");
      await goTo(nodes, "0003");
    });

    test("a trigger tells of each change of a row, also around the models", async () => {
      const nodes = nodesOf({
        "shop.0001": [room, addChangeTrigger("Room")],
        "shop.0002": [removeChangeTrigger("Room")],
      });
      await goTo(nodes, "0001");
      const run = (sql: string) => databases.get().query(sql, [], { hasRows: false });
      const { backend } = databases.get();
      const told: unknown[] = [];
      const all = deferred<void>();
      const stop = await backend.listen?.(
        changeChannel,
        (text) => {
          told.push(JSON.parse(text));
          if (told.length === 3) all.resolve();
        },
        () => {},
      );
      expect(stop === undefined).toBe(!isPostgres);
      await run("INSERT INTO shop_room (id, slug, size) VALUES (7, 'a', 1)");
      await run("UPDATE shop_room SET size = 2");
      await run("DELETE FROM shop_room");
      if (isPostgres) {
        await all.promise;
        expect(told).toEqual(
          ["insert", "update", "delete"].map((operation) => ({ model: "shop.Room", operation, key: 7 })),
        );
      }
      await stop?.();
      await goTo(nodes, "0002");
      if (isPostgres) {
        const { rows } = await databases.get().query("SELECT trigger_name::text FROM information_schema.triggers");
        expect(rows).toEqual([]);
      }
    });

    test("an index that was left half made is made anew", async () => {
      const nodes = nodesOf({
        "shop.0001": [
          room,
          runCode(
            async ({ models }) => {
              for (const size of [1, 1]) await models.get("Room").create({ slug: "a", size });
            },
            { reverse: noop },
          ),
        ],
        "shop.0002": [addIndexConcurrently("Room", index("size").named("by_size"))],
      });
      await goTo(nodes, "0001");
      if (isPostgres) {
        // It fails over the two equal rows, and leaves an index that is not valid.
        const failing = databases
          .get()
          .query('CREATE UNIQUE INDEX CONCURRENTLY "by_size" ON "shop_room" ("size")', [], { hasRows: false });
        await expect(failing).rejects.toMatchObject({ code: "ORM_UNIQUE_VIOLATION" });
      }
      await goTo(nodes, "0002");
      expect((await tables()).get("shop_room")?.indexes).toMatchObject([{ name: "by_size", isUnique: false }]);
    });

    test("show their SQL without running it", async () => {
      const nodes = nodesOf({ "shop.0001": [room, runCode(noop, { reverse: noop })] });
      const [node] = nodes;
      if (node === undefined) throw new Error("There is none.");
      const lines = await collectSql(node, new ProjectState());
      expect(lines[0]).toBe("BEGIN;");
      expect(lines.join("\n")).toContain('CREATE TABLE "shop_room"');
      expect(lines).toContain("-- (no SQL)");
      expect((await tables()).size).toBe(0);
    });
  },
);

import { closeDatabases, createTables, databases, f, meta, Model, SchemaMismatch, unique, index } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";
import { models, Room } from "./models.js";

class Egg extends Model {
  hen = f.foreignKey(() => Hen, { null: true, onDelete: "cascade" });
  static meta = meta({ dbTable: "egg" });
}
class Hen extends Model {
  egg = f.foreignKey(() => Egg, { null: true, onDelete: "cascade" });
  static meta = meta({ dbTable: "hen" });
}

class Hostile extends Model {
  value = f.char({ maxLength: 10, dbColumn: `a"b'; DROP TABLE "room"; -- 😀`, unique: true });
  other = f.int({ default: 0, dbColumn: "select", dbIndex: true });
  static meta = meta({
    dbTable: `order "x" '); --`,
    indexes: [index("value", "-other").named('in"dex')],
    constraints: [unique("value", "other")],
  });
}

class LongNames extends Model {
  aFieldWhoseNameIsAlmostAsLongAsPostgresKeeps = f.int({ default: 0, dbIndex: true });
  anotherFieldWhoseNameIsAlmostAsLongAsThat = f.int({ default: 0, dbIndex: true });
  static meta = meta({
    dbTable: "a_table_with_a_name_that_is_as_long_as_postgres_keeps",
    indexes: [
      index("aFieldWhoseNameIsAlmostAsLongAsPostgresKeeps", "-anotherFieldWhoseNameIsAlmostAsLongAsThat"),
      index("-aFieldWhoseNameIsAlmostAsLongAsPostgresKeeps", "anotherFieldWhoseNameIsAlmostAsLongAsThat"),
    ],
  });
}

class RoomWithMore extends Model {
  slug = f.slug();
  topic = f.text();
  static meta = meta({ dbTable: "room" });
}

export function describeTables(engine: OrmEngine): void {
  describe("tables", () => {
    withTables(engine);

    test("are made once, however often they are asked for", async () => {
      await Room.create({ slug: "a" });
      await createTables(models);
      await Promise.all([createTables(models), createTables(models)]);
      expect(await Room.count()).toBe(1);
    });

    test("may refer to each other in a circle, and bring along what they refer to", async () => {
      await createTables([Egg]);
      const egg = await Egg.create({});
      const hen = await Hen.create({ egg });
      await egg.assign({ hen }).save();
      await expect(Hen.create({ egg: 999 })).rejects.toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION" });
      await expect(Egg.create({ hen: 999 })).rejects.toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION" });
      expect(await hen.delete()).toEqual({ count: 2, byModel: { Egg: 1, Hen: 1 } });
    });

    test("may have any name, and so may columns and indexes", async () => {
      await createTables([Hostile]);
      const row = await Hostile.create({ value: "x" });
      row.other = 7;
      await row.save();
      expect(await Hostile.filter({ value__startswith: "x", other__in: [7] }).orderBy("-value", "other")).toHaveLength(
        1,
      );
      expect(await Hostile.filter({ other: 7 }).update({ value: "y" })).toBe(1);
      await expect(Hostile.create({ value: "y" })).rejects.toMatchObject({ fields: ["value"], model: "Hostile" });
      expect(await Hostile.all().delete()).toEqual({ count: 1, byModel: { Hostile: 1 } });
      expect(await Room.count()).toBe(0);
    });

    test("have indexes whose names fit and differ, however long those of table and fields are", async () => {
      await createTables([LongNames]);
      await createTables([LongNames]);
      await LongNames.create({});
      const { rows } = await databases
        .get()
        .query(
          engine.name === "postgres"
            ? "SELECT indexname FROM pg_indexes WHERE tablename LIKE 'a_table%'"
            : "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name LIKE 'a_table%'",
        );
      expect(rows.filter(([name]) => String(name).endsWith("_idx"))).toHaveLength(4);
    });

    test("that lack a column of their model are told, and left as they are", async () => {
      const error = await createTables([RoomWithMore, Egg]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SchemaMismatch);
      expect(error).toMatchObject({ params: { model: "RoomWithMore", table: "room", missing: ["topic"] } });
      await Room.create({ slug: "still-there" });
    });

    test("a closed database is no longer there", async () => {
      await closeDatabases();
      await expect(Room.count()).rejects.toMatchObject({ code: "ORM_DATABASE_NOT_CONFIGURED" });
    });
  });
}

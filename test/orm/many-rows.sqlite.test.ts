import { atomic, closeDatabases, connectDatabase, createTables, databases, UniqueViolation } from "hotclub/orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { Flag, models, Room, User } from "../contracts/orm/models.js";

const run = (sql: string) => databases.get().query(sql, [], { hasRows: false });

/** Writes so many rooms. Gives the keys that it was told, in the order of the rows, and those that are stored. */
async function writeRooms(count: number, prefix: string) {
  const slugs = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  const made = await Room.bulkCreate(slugs.map((slug) => ({ slug })));
  const keys = new Map(await Room.filter({ slug__in: slugs }).valuesList("slug", "pk"));
  return { told: made.map(({ slug, id }) => [slug, id]), stored: slugs.map((slug) => [slug, keys.get(slug)]) };
}

describe.each(["better-sqlite3", "libsql"] as const)("many new rows on %s", (driver) => {
  beforeEach(async () => {
    databases.set("default", await connectDatabase("sqlite::memory:", { driver }));
    await createTables(models);
  });
  afterEach(closeDatabases);

  test.each([1, 7, 8, 9, 99, 100, 101, 217, 1000, 1208])("%i of them have each their own key", async (count) => {
    await Room.create({ slug: "first" });
    const a = await writeRooms(count, "a");
    expect(a.told).toEqual(a.stored);
    const b = await writeRooms(count, "b");
    expect(b.told).toEqual(b.stored);
  });

  test.each([1, 50])(
    "%i of them are refused when the database has counted beyond what a number holds",
    async (count) => {
      await run("INSERT INTO room (id, slug, title, is_open) VALUES (9007199254740993, 'far', '', 1)");
      const slugs = Array.from({ length: count }, (_, at) => `late-${at}`);
      await expect(Room.bulkCreate(slugs.map((slug) => ({ slug })))).rejects.toMatchObject({ code: "ORM_DATA_ERROR" });
      expect(await Room.filter({ slug__in: slugs }).count()).toBe(0);
    },
  );

  test("have their own keys where a trigger writes into the same table, and again when it is gone", async () => {
    const before = await writeRooms(120, "before");
    expect(before.told).toEqual(before.stored);
    await run(`CREATE TRIGGER twice AFTER INSERT ON room WHEN NEW.slug NOT LIKE 'copy%' BEGIN
      INSERT INTO room (slug, title, is_open) VALUES ('copy-of-' || NEW.slug, '', 1); END`);
    const beside = await writeRooms(120, "with");
    expect(beside.told).toEqual(beside.stored);
    await run("DROP TRIGGER twice");
    const after = await writeRooms(120, "after");
    expect(after.told).toEqual(after.stored);
    expect(await Room.count()).toBe(480);
  });

  test("have their own keys where the trigger is one of the connection only", async () => {
    const before = await writeRooms(120, "before");
    expect(before.told).toEqual(before.stored);
    await run(`CREATE TEMP TRIGGER twice AFTER INSERT ON main.room WHEN NEW.slug NOT LIKE 'copy%' BEGIN
      INSERT INTO room (slug, title, is_open) VALUES ('copy-of-' || NEW.slug, '', 1); END`);
    const beside = await writeRooms(120, "with");
    expect(beside.told).toEqual(beside.stored);
  });

  test("have their own keys where the table looks for keys instead of counting them", async () => {
    await run("DROP TABLE room");
    await run(`CREATE TABLE room (id INTEGER PRIMARY KEY, slug TEXT, title TEXT, owner_id INTEGER, category_id INTEGER,
      is_open BOOLEAN)`);
    const a = await writeRooms(120, "a");
    expect(a.told).toEqual(a.stored);
  });

  test("are none of them written where the last breaks a rule", async () => {
    const users = Array.from({ length: 600 }, (_, at) => ({ username: `u${at % 599}` }));
    await expect(User.bulkCreate(users)).rejects.toThrow(UniqueViolation);
    expect(await User.count()).toBe(0);
    await atomic(async () => {
      await User.create({ username: "kept" });
      await expect(atomic(() => User.bulkCreate(users))).rejects.toThrow(UniqueViolation);
    });
    expect(await User.valuesList("username", { flat: true })).toEqual(["kept"]);
  });

  test("keep the keys that they were given", async () => {
    const flags = Array.from({ length: 450 }, (_, at) => ({ code: `c${at}`, country: `l${at}`, year: 1900 }));
    const made = await Flag.bulkCreate(flags);
    expect(made.map(({ code }) => code)).toEqual(flags.map(({ code }) => code));
    expect(await Flag.filter({ code__in: made.map(({ pk }) => pk) }).count()).toBe(450);
  });
});

import {
  DatabaseError,
  databases,
  ForeignKeyViolation,
  IntegrityError,
  NotNullViolation,
  ProgrammingError,
  UniqueViolation,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, withTables, type OrmEngine } from "./engine.js";
import { Flag, Message, Room } from "./models.js";

export function describeIntegrity(engine: OrmEngine): void {
  describe("errors of the database", () => {
    withTables(engine);

    test("a value that is taken names the model and the field", async () => {
      const { room } = await lobby();
      const error = await errorOf(Room.create({ slug: "lobby" }));
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ code: "ORM_UNIQUE_VIOLATION", status: 409, model: "Room", fields: ["slug"] });
      expect((error as Error).message).toMatch(/^Room \(slug\): /);
      expect((error as Error).message).not.toContain("lobby");
      expect((error as Error).cause).toBeInstanceOf(Error);
      expect(await errorOf(Room.filter({ pk: room.pk }).update({ slug: "empty" }))).toBeInstanceOf(UniqueViolation);
      room.slug = "empty";
      expect(await errorOf(room.save())).toMatchObject({ model: "Room", fields: ["slug"] });
    });

    test("a rule over several fields names them all", async () => {
      await Flag.create({ code: "fr", country: "France", year: 1794 });
      expect(await errorOf(Flag.create({ code: "fx", country: "France", year: 1794 }))).toMatchObject({
        code: "ORM_UNIQUE_VIOLATION",
        model: "Flag",
        fields: ["country", "year"],
      });
      expect(await errorOf(Flag.create({ code: "fr", country: "x", year: 1 }))).toMatchObject({ fields: ["code"] });
      await Flag.create({ code: "fx", country: "France", year: 1795 });
    });

    test("a reference to a row that is not there", async () => {
      const { room } = await lobby();
      const error = await errorOf(Message.create({ room, author: 12_345, text: "x" }));
      expect(error).toBeInstanceOf(ForeignKeyViolation);
      expect(error).toMatchObject({ code: "ORM_FOREIGN_KEY_VIOLATION", model: "Message" });
    });

    test("NULL where there may be none, and what goes around the checks of the fields", async () => {
      const database = databases.get();
      const insert = database.query("INSERT INTO room (title) VALUES (NULL)", [], { hasRows: false });
      const error = await errorOf(insert);
      expect(error).toBeInstanceOf(NotNullViolation);
    });

    test("a number that JavaScript cannot hold is told, not rounded", async () => {
      await lobby();
      await databases.get().query("UPDATE message SET likes = 9007199254740993", [], { hasRows: false });
      await expect(Message.all()).rejects.toMatchObject({ code: "ORM_DATA_ERROR", model: "Message" });
      expect(await Message.all().update({ likes: 1 })).toBe(2);
      expect(await Message.filter({ likes: 1 })).toHaveLength(2);
    });

    test("a table that is not there", async () => {
      expect(await errorOf(databases.get().query("SELECT * FROM nowhere"))).toBeInstanceOf(ProgrammingError);
      expect(await errorOf(databases.get().query("SELEC 1"))).toBeInstanceOf(ProgrammingError);
      const unknown = databases.get().query(`SELECT slug FROM room ORDER BY slug COLLATE " "`);
      expect(await errorOf(unknown)).toBeInstanceOf(ProgrammingError);
    });

    test("raw SQL gives rows as arrays, its values apart from its text", async () => {
      await lobby();
      const mark = databases.get().engine === "postgres" ? "$1" : "?";
      const sql = `SELECT slug, title FROM room WHERE slug = ${mark}`;
      expect((await databases.get().query(sql, ["lobby"])).rows).toEqual([["lobby", "The Lobby"]]);
      expect((await databases.get().query(sql, ["' OR 1=1 --"])).rows).toEqual([]);
    });
  });
}

function errorOf(work: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

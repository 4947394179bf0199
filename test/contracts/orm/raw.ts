import { assertQueries, ProgrammingError, QueryInvalid, sql } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { at, lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Message, Room, User } from "./models.js";

/** SQL that a program wrote. */
export function describeRaw(engine: OrmEngine): void {
  describe("raw SQL", () => {
    withTables(engine);

    test("gives instances, which are like any other", async () => {
      const { first, django } = await lobby();
      const [row, ...more] = await Message.raw(sql`SELECT * FROM message WHERE likes > ${1} AND text = ${"hello"}`);
      expect(more).toEqual([]);
      expect(row).toBeInstanceOf(Message);
      expect(row?.pk).toBe(first.pk);
      expect(row?.sentAt).toEqual(at("2025-03-01T10:00:00Z"));
      expect((await row?.author)?.pk).toBe(django.pk);
      row?.assign({ text: "changed" });
      await row?.save();
      expect((await Message.get({ pk: first.pk })).text).toBe("changed");
    });

    test("gives what it selects beside the fields, and leaves out fields that it does not select", async () => {
      await lobby();
      const rows = await Message.raw(
        sql`SELECT text, id, likes + ${10} AS more, sent_at AS at FROM message WHERE likes IN (${sql.list([0, 2])}) ORDER BY likes`,
        { extra: { more: "integer", at: "dateTime" } },
      );
      expect(rows.map(({ text, more, at: when }) => [text, more, when])).toEqual([
        ["Hello again", 10, at("2026-01-31T23:30:00Z")],
        ["hello", 12, at("2025-03-01T10:00:00Z")],
      ]);
      expect("note" in (rows[0] ?? {})).toBe(false);
      await rows[0]?.save();
      expect((await Message.get({ text: "Hello again" })).note).toBe("edited");
    });

    test("gives plain rows, each column as its type", async () => {
      await lobby();
      const count = Message.raw(
        sql`SELECT r.slug AS slug, COUNT(m.id) AS n, MAX(m.sent_at) AS latest
            FROM room r LEFT JOIN message m ON m.room_id = r.id GROUP BY r.slug ORDER BY r.slug`,
      ).values({ slug: "text", n: "integer", latest: "dateTime" });
      expect(await count).toEqual([
        { slug: "empty", n: 0, latest: null },
        { slug: "lobby", n: 2, latest: at("2026-01-31T23:30:00Z") },
      ]);
      await expect(Promise.resolve(count.values({ nothing: "text" }))).rejects.toThrow("gives no column");
      const seen: (string | null)[] = [];
      for await (const { slug } of count) seen.push(slug);
      expect(seen).toEqual(["empty", "lobby"]);
    });

    test("loads relations with the rows, and references of one row for all", async () => {
      await lobby();
      const rooms = await Room.raw(sql`SELECT * FROM room ORDER BY slug`).prefetchRelated("messages");
      await assertQueries(0, async () => {
        expect(pluck(await (rooms[1]?.messages ?? []), "text").sort()).toEqual(["Hello again", "hello"]);
      });
      const messages = await Message.raw(sql`SELECT id, author_id, room_id FROM message ORDER BY id`);
      await assertQueries(1, async () => {
        for (const message of messages) expect((await message.author).username).not.toBe("");
      });
    });

    test("is put together of parts, its names quoted", async () => {
      await lobby();
      const column = 'user"; DROP TABLE message; --';
      const likes = sql`${sql.identifier("message", "likes")} >= ${2}`;
      expect(await Message.raw(sql`SELECT * FROM ${sql.identifier("message")} WHERE ${likes}`)).toHaveLength(1);
      await expect(
        Promise.resolve(Message.raw(sql`SELECT id, ${sql.identifier(column)} FROM message`)),
      ).rejects.toThrow(ProgrammingError);
      expect(await Message.count()).toBe(2);
      expect(Message.raw(sql`SELECT ${"x"}, ${sql.identifier('a"b')}`).toSql()).toEqual({
        sql: engine.name === "postgres" ? 'SELECT $1, "a""b"' : 'SELECT ?, "a""b"',
        parameters: ["x"],
      });
    });

    test("takes values of every kind as parameters", async () => {
      const { room } = await lobby();
      expect(await Room.raw(sql`SELECT * FROM room WHERE is_open = ${true} AND id = ${BigInt(room.id)}`)).toHaveLength(
        1,
      );
      expect(await Message.raw(sql`SELECT * FROM message WHERE sent_at < ${at("2026-01-01T00:00:00Z")}`)).toHaveLength(
        1,
      );
      expect(
        await User.raw(sql`SELECT * FROM "user" WHERE nickname = ${null} OR username = ${"stephane"}`),
      ).toHaveLength(1);
      expect(await Message.raw(sql`SELECT * FROM message WHERE likes * ${3} = ${6} LIMIT ${5}`)).toHaveLength(1);
      expect(() => sql`${undefined as never}`).toThrow("undefined");
      expect(() => sql`${[1] as never}`).toThrow("sql.list");
      expect(() => sql.list([])).toThrow("empty list");
      expect(() => sql.identifier("")).toThrow("not a name");
    });

    test("can change rows and give them back", async () => {
      await lobby();
      const changed = await Message.raw(sql`UPDATE message SET likes = likes + ${1} WHERE likes = ${2} RETURNING *`);
      expect(pluck(changed, "likes")).toEqual([3]);
      const recent = sql`WITH liked AS (SELECT * FROM message WHERE likes > ${0}) SELECT * FROM liked`;
      expect(await Message.raw(recent)).toHaveLength(1);
    });

    test("that gives no primary key, or columns that are no names, is refused", async () => {
      await lobby();
      await expect(Promise.resolve(Message.raw(sql`SELECT text FROM message`))).rejects.toThrow(QueryInvalid);
      await expect(Promise.resolve(Message.raw(sql`SELECT id, 1 AS "a b" FROM message`))).rejects.toThrow("use AS");
      await expect(Promise.resolve(Message.raw(sql`SELECT id, 1 AS save FROM message`))).rejects.toThrow("use AS");
      await expect(Promise.resolve(Message.raw(sql`SELECT * FROM no_such_table`))).rejects.toThrow(ProgrammingError);
    });
  });
}

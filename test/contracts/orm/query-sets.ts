import { inspect } from "node:util";

import { assertQueries, captureQueries, F, QueryInvalid } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

export function describeQuerySets(engine: OrmEngine): void {
  describe("query sets", () => {
    withTables(engine);

    test("are lazy: nothing is asked before they are awaited, and each await asks anew", async () => {
      const set = Room.filter({ slug: "a" }).orderBy("slug");
      await assertQueries(0, () => void set.slice(0, 3));
      expect(await set).toEqual([]);
      await rooms("a");
      expect(await set).toHaveLength(1);
    });

    test("are immutable: each method gives another", async () => {
      await rooms("a", "b");
      const all = Room.all();
      const some = all.filter({ slug: "a" });
      expect(await some).toHaveLength(1);
      expect(await all).toHaveLength(2);
      expect(await some.exclude({ slug: "a" })).toHaveLength(0);
    });

    test("can be iterated", async () => {
      await rooms("a", "b");
      const slugs: string[] = [];
      for await (const room of Room.orderBy("slug")) slugs.push(room.slug);
      expect(slugs).toEqual(["a", "b"]);
    });

    test("get gives the one row, or the model's own error", async () => {
      await rooms("a", "b");
      expect((await Room.get({ slug: "a" })).slug).toBe("a");
      expect((await Room.filter({ slug: "b" }).get()).slug).toBe("b");
      const missing = await Room.get({ slug: "zzz", isOpen: true }).catch((thrown: unknown) => thrown);
      expect(missing).toBeInstanceOf(Room.DoesNotExist);
      expect(missing).not.toBeInstanceOf(User.DoesNotExist);
      expect(missing).toMatchObject({
        name: "Room.DoesNotExist",
        status: 404,
        message: 'No Room matches { slug: "zzz", isOpen: true }.',
      });
      await expect(Room.all().get()).rejects.toThrow(Room.MultipleObjectsReturned);
    });

    test("trap 28: first and last go by the primary key where there is no order", async () => {
      await rooms("b", "a", "c");
      expect((await Room.first())?.slug).toBe("b");
      expect((await Room.last())?.slug).toBe("c");
      expect((await Room.orderBy("slug").first())?.slug).toBe("a");
      expect((await Room.orderBy("slug").last())?.slug).toBe("c");
      expect(await Room.filter({ slug: "zzz" }).first()).toBeNull();
      const { queries } = await captureQueries(() => Room.orderBy().first());
      expect(queries[0]?.sql).not.toContain("ORDER BY");
    });

    test("the model's ordering holds until another is given, or none", async () => {
      const { first, second } = await lobby();
      expect(pluck(await Message.all(), "id")).toEqual([second.id, first.id]);
      expect(pluck(await Message.all().orderBy("sentAt"), "id")).toEqual([first.id, second.id]);
      const { queries } = await captureQueries(() => Message.all().orderBy());
      expect(queries[0]?.sql).not.toContain("ORDER BY");
    });

    test("trap 26: orderBy follows relations; a foreign key is ordered as its model is", async () => {
      const [music, art] = [await Category.create({ name: "music" }), await Category.create({ name: "art" })];
      await Room.create({ slug: "a", category: music });
      await Room.create({ slug: "b", category: art });
      await Room.create({ slug: "c", category: music });
      expect(pluck(await Room.orderBy("category__name", "-slug"), "slug")).toEqual(["b", "c", "a"]);
      expect(pluck(await Room.orderBy("category", "slug"), "slug")).toEqual(["b", "a", "c"]);
      expect(pluck(await Room.orderBy("-category", "slug"), "slug")).toEqual(["a", "c", "b"]);
      expect(pluck(await Room.orderBy("category__pk", "slug"), "slug")).toEqual(["a", "c", "b"]);
    });

    test("trap 27: orderBy over a relation to many repeats the rows", async () => {
      await lobby();
      const slugs = pluck(await Room.filter({ slug: "lobby" }).orderBy("messages__sentAt"), "slug");
      expect(slugs).toEqual(["lobby", "lobby"]);
    });

    test("reverse turns any order round, and leaves no order as it is", async () => {
      const { first, second } = await lobby();
      // oxlint-disable-next-line unicorn/no-array-reverse -- of a query set, not of an array
      expect(pluck(await Message.all().reverse(), "id")).toEqual([first.id, second.id]);
      // oxlint-disable-next-line unicorn/no-array-reverse -- of a query set, not of an array
      const { queries } = await captureQueries(() => Room.all().reverse());
      expect(queries[0]?.sql).not.toContain("ORDER BY");
    });

    test("slice takes a part, and a part of a part", async () => {
      await rooms("a", "b", "c", "d", "e");
      const sorted = Room.orderBy("slug");
      expect(pluck(await sorted.slice(1, 3), "slug")).toEqual(["b", "c"]);
      expect(pluck(await sorted.slice(3), "slug")).toEqual(["d", "e"]);
      expect(pluck(await sorted.slice(1, 4).slice(1, 9), "slug")).toEqual(["c", "d"]);
      expect(await sorted.slice(2, 2)).toEqual([]);
      expect(await sorted.slice(1, 4).count()).toBe(3);
      expect(await sorted.slice(4, 9).count()).toBe(1);
      expect(await sorted.slice(5, 9).exists()).toBe(false);
      expect((await sorted.slice(2).first())?.slug).toBe("c");
    });

    test("a slice of nothing asks nothing", async () => {
      await assertQueries(0, async () => {
        expect(await Room.all().slice(3, 3)).toEqual([]);
        expect(await Room.all().slice(0, 0).count()).toBe(0);
      });
    });

    test("trap 29: a slice cannot be filtered, ordered, changed or deleted", async () => {
      const slice = Room.all().slice(0, 1);
      expect(() => slice.filter({ slug: "a" })).toThrow(QueryInvalid);
      expect(() => slice.exclude({ slug: "a" })).toThrow("cannot be excluded from once it is sliced");
      expect(() => slice.orderBy("slug")).toThrow(QueryInvalid);
      await expect(slice.update({ title: "" })).rejects.toThrow(QueryInvalid);
      await expect(slice.delete()).rejects.toThrow(QueryInvalid);
      await expect(slice.last()).rejects.toThrow(QueryInvalid);
      expect(() => Room.all().slice(-1)).toThrow("whole numbers from 0");
      expect(() => Room.all().slice(0, 1.5)).toThrow(QueryInvalid);
    });

    test("count and exists ask the database", async () => {
      await rooms("a", "b");
      const { queries } = await captureQueries(async () => {
        expect(await Room.count()).toBe(2);
        expect(await Room.exists()).toBe(true);
        expect(await Room.filter({ slug: "zzz" }).exists()).toBe(false);
      });
      expect(queries.map(({ sql }) => sql.slice(0, 12))).toEqual(["SELECT COUNT", "SELECT 1 FRO", "SELECT 1 FRO"]);
    });

    test("update changes all rows in one statement and gives their number", async () => {
      await lobby();
      await assertQueries(1, async () => {
        expect(await Message.filter({ text__icontains: "hello" }).update({ note: "seen", score: null })).toBe(2);
      });
      expect(await Message.filter({ note: "seen", score: null }).count()).toBe(2);
      expect(await Message.filter({ text: "zzz" }).update({ note: "" })).toBe(0);
      expect(await Message.all().update({})).toBe(0);
    });

    test("update reaches rows that a join finds", async () => {
      await lobby();
      expect(await Message.filter({ room__slug: "lobby", author__username: "django" }).update({ likes: 9 })).toBe(1);
      expect(await Message.filter({ likes: 9 }).count()).toBe(1);
      expect(await Room.filter({ messages__likes: 9 }).update({ title: "liked" })).toBe(1);
      expect(await Room.exclude({ messages__likes: 9 }).update({ title: "not" })).toBe(1);
    });

    test("update computes with the values of the row itself", async () => {
      const { first } = await lobby();
      await Message.filter({ pk: first.pk }).update({ likes: F("likes").plus(3).times(2), score: F("likes") });
      expect(await Message.get({ pk: first.pk })).toMatchObject({ likes: 10, score: 2 });
      await Message.filter({ pk: first.pk }).update({ likes: F("likes").minus(F<number>("score")).dividedBy(3) });
      expect((await first.refreshFromDb()).likes).toBe(2);
      await expect(Message.all().update({ likes: F("author__id") })).resolves.toBe(2);
      await expect(Message.all().update({ text: F("author__username") })).rejects.toThrow(QueryInvalid);
    });

    test("update takes instances for foreign keys, and checks values", async () => {
      const { stephane, empty } = await lobby();
      await Message.all().update({ author: stephane, room: empty.id });
      expect(await Message.filter({ author: stephane, room: empty }).count()).toBe(2);
      await expect(Message.all().update({ text: "x".repeat(300), likes: null as never })).rejects.toMatchObject({
        issues: [{ field: "text" }, { field: "likes", code: "required" }],
      });
      await expect(Message.all().update({ tekst: "" } as never)).rejects.toThrow("Did you mean text?");
    });

    test("can be looked at without being asked", async () => {
      const set = Room.filter({ slug: "a", isOpen: true }).slice(2, 4);
      expect(inspect(set)).toBe('QuerySet<Room>({ slug: "a", isOpen: true })');
      await assertQueries(0, () => {
        expect(set.toSql().sql).toMatch(/^SELECT .* FROM "room" AS t0 WHERE .* LIMIT 2 OFFSET/);
        expect(set.toSql().parameters).toHaveLength(3);
        expect(Room.filter({ pk__in: [] }).toSql()).toEqual({ sql: "", parameters: [] });
      });
    });

    test("one query text serves all values of a shape", async () => {
      const { queries } = await captureQueries(async () => {
        for (const slug of ["a", "b"]) await Room.filter({ slug, pk__in: slug === "a" ? [1] : [1, 2, 3] }).slice(1, 9);
      });
      expect(new Set(queries.map(({ sql }) => sql)).size).toBe(1);
    });

    test("a query that is not there is an error of the database, with the model named", async () => {
      await expect(Room.using("replica")).rejects.toThrow('There is no database "replica"');
    });
  });
}

async function rooms(...slugs: string[]): Promise<void> {
  for (const slug of slugs) await Room.create({ slug });
}

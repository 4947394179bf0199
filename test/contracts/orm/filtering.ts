import { captureQueries, F } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

/** Django's answers to what joins and NULLs leave open. Trap numbers are those of the parity list. */
export function describeFiltering(engine: OrmEngine): void {
  describe("filter and exclude", () => {
    withTables(engine);

    test("trap 1: conditions in one filter are about the same related row", async () => {
      await rooms();
      expect(await slugs(Room.filter({ messages__author__username: "django", messages__likes: 1 }))).toEqual(["b"]);
      expect(await slugs(Room.filter({ messages__likes__gt: 1, messages__text: "one" }))).toEqual(["a"]);
    });

    test("trap 2: conditions in two filters are about any two related rows, and may repeat a row", async () => {
      await rooms();
      const both = Room.filter({ messages__author__username: "django" }).filter({ messages__likes: 1 });
      expect(await slugs(both)).toEqual(["a", "b"]);
      expect(await slugs(Room.filter({ messages__likes__gt: 0 }))).toEqual(["a", "a", "b"]);
      expect(await slugs(Room.filter({ messages__likes__gt: 0 }).filter({ messages__likes__gt: 0 }))).toHaveLength(5);
    });

    test("trap 16: F over a relation to many joins its rows, each of which gives the row again", async () => {
      const { a, django } = await rooms();
      await Room.filter({ pk: a.pk }).update({ title: "one" });
      await Message.create({ room: a, author: django, text: "one" });
      expect(await slugs(Room.filter({ title: F("messages__text") }))).toEqual(["a", "a"]);
      expect(await slugs(Room.filter({ title__gt: F("messages__text") }))).toEqual([]);
    });

    test("trap 3: conditions in one exclude are about any related rows", async () => {
      await rooms();
      const found = Room.exclude({ messages__author__username: "django", messages__likes: 1 });
      // a has a message of django and one with a single like, though not the same; it is excluded.
      expect(await slugs(found)).toEqual(["c", "d"]);
    });

    test("trap 4: each exclude leaves out what any related row meets", async () => {
      await rooms();
      expect(await slugs(Room.exclude({ messages__text: "one" }))).toEqual(["b", "c", "d"]);
      const twice = Room.exclude({ messages__text: "one" }).exclude({ messages__text: "three" });
      expect(await slugs(twice)).toEqual(["c", "d"]);
    });

    test("trap 13: null means isnull, for exact and iexact only", async () => {
      await rooms();
      const scored = await Message.filter({ score__isnull: false }).count();
      const all = await Message.count();
      expect(scored).toBeLessThan(all);
      expect(await Message.filter({ score: null }).count()).toBe(all - scored);
      expect(await Message.exclude({ score: null }).count()).toBe(scored);
      expect(await Message.filter({ note__iexact: null }).count()).toBe(
        await Message.filter({ note__isnull: true }).count(),
      );
      expect(() => Message.filterBy({ score__gt: null })).toThrow(/may not be null/);
      expect(() => Message.filterBy({ note__contains: null })).toThrow(/may not be null/);
    });

    test("trap 7: exclude keeps rows whose column is NULL", async () => {
      await rooms();
      expect(await texts(Message.exclude({ score: 1 }))).toEqual(["three", "two"]);
      expect(await texts(Message.exclude({ score__gt: 0 }))).toEqual(["three", "two"]);
      expect(await texts(Message.exclude({ score__in: [1] }))).toEqual(["three", "two"]);
      expect(await texts(Message.exclude({ note__contains: "n" }))).toEqual(["one", "two"]);
      expect(await texts(Message.exclude({ score: 1, note: "n" }))).toEqual(["one", "three", "two"]);
      expect(await texts(Message.exclude({ score__isnull: true }))).toEqual(["one"]);
    });

    test("trap 8: exclude over a nullable foreign key keeps rows without one", async () => {
      await rooms();
      expect(await slugs(Room.exclude({ owner__username: "django" }))).toEqual(["b", "d"]);
      expect(await slugs(Room.exclude({ owner__nickname: "D" }))).toEqual(["b", "d"]);
      expect(await slugs(Room.exclude({ category__name: "music" }))).toEqual(["b", "c", "d"]);
      expect(await slugs(Room.exclude({ owner__nickname__isnull: true }))).toEqual(["a", "c"]);
      expect(await slugs(Room.exclude({ owner__nickname__isnull: false }))).toEqual(["b", "d"]);
    });

    test("trap 14: null for a relation to many finds rows without related ones", async () => {
      await rooms();
      expect(await slugs(Room.filter({ messages: null }))).toEqual(["c", "d"]);
      expect(await slugs(Room.exclude({ messages: null }))).toEqual(["a", "b"]);
    });

    test("trap 15: isnull asks for the row, isnull of a column also for the value", async () => {
      await rooms();
      expect(await slugs(Room.filter({ messages__isnull: true }))).toEqual(["c", "d"]);
      expect(await slugs(Room.filter({ messages__isnull: false }))).toEqual(["a", "a", "b"]);
      expect(await slugs(Room.filter({ messages__score__isnull: true }))).toEqual(["a", "b", "c", "d"]);
      expect(await slugs(Room.exclude({ messages__isnull: true }))).toEqual(["a", "b"]);
      expect(await slugs(Room.exclude({ messages__score__isnull: true }))).toEqual([]);
      expect(await slugs(Room.filter({ owner__nickname__isnull: true }))).toEqual(["b", "d"]);
    });

    test("relations to many are followed through other relations", async () => {
      const { django } = await rooms();
      expect(await slugs(Room.filter({ owner__messages__text: "one" }))).toEqual(["a", "c"]);
      expect(await slugs(Room.exclude({ owner__messages__text: "one" }))).toEqual(["b", "d"]);
      expect(await authors(User.filter({ rooms__messages__likes: 5 }))).toEqual(["django"]);
      expect(await authors(User.exclude({ rooms__messages__likes: 5 }))).toEqual(["stephane"]);
      expect(await Message.exclude({ author__rooms__slug: "c" }).count()).toBe(1);
      expect(await Message.filter({ author: django }).exclude({ room__messages__text: "two" }).count()).toBe(1);
    });

    test("a foreign key is joined once, and not at all for its primary key", async () => {
      await rooms();
      const { queries } = await captureQueries(async () => {
        await Message.filter({ author__username: "django", author__nickname: "D" }).filter({ author__id__gt: 0 });
        await Message.filter({ author__pk: 1, author__isnull: false }).orderBy("author__pk");
        await Room.exclude({ owner__messages__text: "one" });
      });
      const joins = queries.map(({ sql }) => sql.match(/\bJOIN\b/g)?.length ?? 0);
      expect(joins).toEqual([1, 0, 0]);
    });

    test("a nullable foreign key is joined by an inner join only where rows without it could not be found", async () => {
      await rooms();
      const { queries } = await captureQueries(async () => {
        await Room.filter({ owner__username: "django" });
        await Room.exclude({ owner__username: "django" });
        await Room.filter({ owner__nickname: null });
        await Room.orderBy("owner__username");
        await Room.exclude({ owner__username: "x" }).filter({ owner__nickname: "D" });
      });
      expect(queries.map(({ sql }) => (sql.includes("LEFT JOIN") ? "left" : "inner"))).toEqual([
        "inner",
        "left",
        "left",
        "left",
        "inner",
      ]);
      expect(await slugs(Room.orderBy("owner__username"))).toHaveLength(4);
    });

    test("filter and exclude without conditions ask for nothing", async () => {
      await rooms();
      expect(await Room.filter({}).count()).toBe(4);
      expect(await Room.exclude({}).count()).toBe(4);
    });
  });
}

/** Rooms a to d: a has messages of django (5 likes) and stephane (1 like), b one of django (1 like), c and d none. */
async function rooms() {
  const django = await User.create({ username: "django", nickname: "D" });
  const stephane = await User.create({ username: "stephane" });
  const music = await Category.create({ name: "music" });
  const a = await Room.create({ slug: "a", owner: django, category: music });
  const b = await Room.create({ slug: "b", owner: stephane });
  await Room.create({ slug: "c", owner: django });
  await Room.create({ slug: "d" });
  await Message.create({ room: a, author: django, text: "one", likes: 5, score: 1 });
  await Message.create({ room: a, author: stephane, text: "two", likes: 1 });
  await Message.create({ room: b, author: django, text: "three", likes: 1, note: "n" });
  return { django, stephane, a, b };
}
async function slugs(set: PromiseLike<readonly Room[]>): Promise<string[]> {
  return pluck(await set, "slug").toSorted();
}

async function texts(set: PromiseLike<readonly Message[]>): Promise<string[]> {
  return pluck(await set, "text").toSorted();
}

async function authors(set: PromiseLike<readonly User[]>): Promise<string[]> {
  return pluck(await set, "username").toSorted();
}

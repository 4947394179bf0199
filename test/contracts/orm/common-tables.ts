import { Concat, Count, F, Max, OuterRef, Q, QueryInvalid, Sum, Value } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

/** Jazz, with what is in it, and Rock beside it. */
async function categories() {
  const jazz = await Category.create({ name: "jazz" });
  const swing = await Category.create({ name: "swing", parent: jazz });
  const manouche = await Category.create({ name: "manouche", parent: swing });
  const bebop = await Category.create({ name: "bebop", parent: jazz });
  const rock = await Category.create({ name: "rock" });
  return { jazz, swing, manouche, bebop, rock };
}

/** Queries of several parts: recursive ones, those with the rows of others beside them, and narrowed relations. */
export function describeCommonTables(engine: OrmEngine): void {
  describe("common tables", () => {
    withTables(engine);

    test("recursive finds all that hangs on a row, and all that a row hangs on", async () => {
      const { manouche } = await categories();
      const below = Category.filter({ name: "jazz" }).recursive("children");
      expect(pluck(await below, "name")).toEqual(["bebop", "jazz", "manouche", "swing"]);
      expect(await below.count()).toBe(4);
      const above = Category.filter({ pk: manouche.pk }).recursive("parent");
      expect(pluck(await above.orderBy("-name"), "name")).toEqual(["swing", "manouche", "jazz"]);
      expect(await Category.filter({ name: "no such" }).recursive("children")).toEqual([]);
    });

    test("recursive computes values from row to row", async () => {
      await categories();
      const tree = Category.filter({ parent: null })
        .annotate({ depth: Value(0), path: F("name") })
        .recursive("children", {
          next: { depth: OuterRef("depth").plus(1), path: Concat(OuterRef("path"), Value("/"), "name") },
        });
      const rows = await tree.orderBy("path");
      expect(rows.map(({ name, depth, path }) => [name, depth, path])).toEqual([
        ["jazz", 0, "jazz"],
        ["bebop", 1, "jazz/bebop"],
        ["swing", 1, "jazz/swing"],
        ["manouche", 2, "jazz/swing/manouche"],
        ["rock", 0, "rock"],
      ]);
      expect(pluck(await tree.filter({ depth__gte: 1 }).orderBy("name"), "name")).toEqual([
        "bebop",
        "manouche",
        "swing",
      ]);
      expect(await tree.aggregate({ deepest: Max("depth") })).toEqual({ deepest: 2 });
    });

    test("what recursive gives is a query like any other", async () => {
      const { jazz, swing } = await categories();
      await Room.create({ slug: "hot-club", category: swing });
      await Room.create({ slug: "garage" });
      const below = Category.filter({ pk: jazz.pk }).recursive("children");
      expect(pluck(await Room.filter({ category__in: below }), "slug")).toEqual(["hot-club"]);
      expect(
        await below
          .annotate({ n: Count("rooms") })
          .filter({ n__gt: 0 })
          .values("name", "n"),
      ).toEqual([{ name: "swing", n: 1 }]);
      expect(await below.filter({ rooms__slug: "hot-club" }).selectRelated("parent").get()).toMatchObject({
        name: "swing",
        parent: { name: "jazz" },
      });
      expect(pluck(await below.slice(1, 3), "name")).toEqual(["jazz", "manouche"]);
      await Room.all().delete();
      expect(await below.filter({ name__in: ["manouche"] }).update({ name: "gypsy jazz" })).toBe(1);
      expect((await below.delete()).count).toBe(4);
      expect(pluck(await Category.all(), "name")).toEqual(["rock"]);
    });

    test("recursive leaves out what does not meet where, and all below it", async () => {
      await categories();
      const shown = Category.filter({ name: "jazz" }).recursive("children", { where: { name__startswith: "b" } });
      expect(pluck(await shown, "name")).toEqual(["bebop", "jazz"]);
    });

    test("with distinct, recursive ends where rows go round in a circle", async () => {
      const { jazz, manouche } = await categories();
      jazz.assign({ parent: manouche });
      await jazz.save();
      const round = Category.filter({ pk: jazz.pk }).recursive("children", { distinct: true });
      expect(pluck(await round, "name")).toEqual(["bebop", "jazz", "manouche", "swing"]);
    });

    test("recursive may begin with some of the rows only", async () => {
      await categories();
      const first = Category.filter({ parent: null }).orderBy("-name").slice(0, 1).recursive("children");
      expect(pluck(await first, "name")).toEqual(["rock"]);
    });

    test("recursive refuses what it cannot do, by name", async () => {
      const set = Category.annotate({ depth: Value(0) });
      expect(() => set.recursive("children", {} as never)).toThrow(QueryInvalid);
      expect(() => Category.all().recursive("rooms" as never)).toThrow("leads to another model");
      expect(() => Category.all().recursive("nothing" as never)).toThrow(
        expect.objectContaining({ code: "ORM_UNKNOWN_FIELD" }),
      );
      expect(() => Category.values("name").recursive("children")).toThrow("given columns");
    });

    test("with puts the rows of another query beside, under its names", async () => {
      const { room, empty } = await lobby();
      const totals = Message.values("room").annotate({ total: Sum("likes"), n: Count("*") });
      const rooms = Room.all().with(totals, { on: { room: "pk" } });
      expect(await rooms.filter({ total__gt: 1 }).values("slug", "total", "n")).toEqual([
        { slug: room.slug, total: 2, n: 2 },
      ]);
      expect(await rooms.count()).toBe(1);
      const all = Room.all().with(totals, { on: { room: "pk" }, optional: true, name: "totals" });
      expect(await all.orderBy("slug").values("slug", "n")).toEqual([
        { slug: empty.slug, n: null },
        { slug: room.slug, n: 2 },
      ]);
      expect(await all.filter({ n__isnull: true }).values("slug")).toEqual([{ slug: "empty" }]);
      expect(await rooms.filter({ total: 2 }).update({ title: "loved" })).toBe(1);
      expect((await Room.get({ slug: "lobby" })).title).toBe("loved");
    });

    test("with takes parts of queries that have values of their own, in any order", async () => {
      await lobby();
      const liked = Message.filter({ likes__gte: 2 })
        .values("room")
        .annotate({ liked: Count("*") });
      const authors = Message.filter({ text__startswith: "Hello" })
        .values("room")
        .annotate({ greeted: Count("author") });
      const rooms = Room.filter({ slug__in: ["lobby", "empty"] })
        .with(liked, { on: { room: "pk" } })
        .filter({ title__contains: "Lobby" })
        .with(authors, { on: { room: "pk" }, optional: true })
        .filter({ liked__lt: 5, greeted: 1 });
      expect(await rooms.values("slug", "liked", "greeted")).toEqual([{ slug: "lobby", liked: 1, greeted: 1 }]);
      const nobody = Message.none()
        .values("room")
        .annotate({ none: Count("*") });
      expect(
        await Room.all()
          .with(nobody, { on: { room: "pk" } })
          .count(),
      ).toBe(0);
      const shown = Room.all().with(nobody, { on: { room: "pk" }, optional: true });
      expect(await shown.filter({ none__isnull: true }).count()).toBe(2);
    });

    test("with refuses names that it cannot use", async () => {
      const totals = Message.values("room").annotate({ total: Sum("likes") });
      expect(() => Room.all().with(Message.all() as never, { on: { room: "pk" } as never })).toThrow("values()");
      expect(() => Room.all().with(totals, { on: {} })).toThrow("in common");
      expect(() => Room.all().with(totals, { on: { nothing: "pk" } as never })).toThrow("does not select");
      expect(() => Room.all().with(totals, { on: { room: "pk" }, name: 'x" AS (SELECT 1)' })).toThrow("a word");
      const slugs = Message.values("room", "room__slug");
      expect(() => Room.all().with(slugs, { on: { room: "pk" } })).toThrow("a name is a word");
      expect(() => Room.all().with(Message.values("room", "pk"), { on: { room: "pk" } })).toThrow("is a field");
    });

    test("filteredRelation narrows a relation before it is joined", async () => {
      const { room, empty } = await lobby();
      const rooms = Room.all().filteredRelation("liked", "messages", { likes__gt: 1 });
      expect(
        await rooms
          .annotate({ n: Count("liked", { distinct: true }), all: Count("messages", { distinct: true }) })
          .orderBy("slug")
          .values("slug", "n", "all"),
      ).toEqual([
        { slug: empty.slug, n: 0, all: 0 },
        { slug: room.slug, n: 1, all: 2 },
      ]);
      expect(pluck(await rooms.filter({ liked__text: "hello" }), "slug")).toEqual(["lobby"]);
      expect(await rooms.filter({ liked__text: "Hello again" }).count()).toBe(0);
      expect(pluck(await rooms.filter({ liked__isnull: true }), "slug")).toEqual(["empty"]);
      expect(pluck(await rooms.exclude({ liked__text__icontains: "hello" }), "slug")).toEqual(["empty"]);
      // Both are about the same row, in two calls too.
      expect(await rooms.filter({ liked__text: "hello" }).filter({ liked__likes: 2 }).count()).toBe(1);
      expect(await rooms.orderBy("-liked__likes", "slug").values("slug", "liked__author__username")).toHaveLength(2);
    });

    test("filteredRelation follows foreign keys, too, and takes Q", async () => {
      await lobby();
      const rooms = Room.all().filteredRelation(
        "boss",
        "owner",
        Q({ username__startswith: "d" }).and(Q({ pk__gt: 0 })) as never,
      );
      expect(await rooms.orderBy("slug").values("slug", "boss__username", "boss__pk")).toEqual([
        { slug: "empty", boss__username: null, boss__pk: null },
        { slug: "lobby", boss__username: "django", boss__pk: expect.any(Number) },
      ]);
      const others = Room.all().filteredRelation("boss", "owner", { username: "nobody" });
      expect(await others.filter({ boss: null }).count()).toBe(2);
      expect(() => User.all().filteredRelation("x", "messages", { room__slug: "a" })).toThrow("over other relations");
    });
  });
}

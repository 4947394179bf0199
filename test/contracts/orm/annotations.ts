import {
  Avg,
  BoolOr,
  captureQueries,
  Case,
  Cast,
  Coalesce,
  Concat,
  Count,
  DenseRank,
  Exact,
  Exists,
  F,
  GreaterThan,
  Lag,
  Length,
  Lower,
  Max,
  Min,
  OuterRef,
  Q,
  RawSql,
  Round,
  RowNumber,
  RowRange,
  StdDev,
  StringAgg,
  Subquery,
  Sum,
  Test,
  TruncMonth,
  UnknownField,
  Value,
  When,
  Window,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { at, lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

/** Two users; three rooms, with two, one and no messages. */
async function rooms() {
  const django = await User.create({ username: "django", nickname: "D" });
  const stephane = await User.create({ username: "stephane" });
  const a = await Room.create({ slug: "a", owner: django });
  const b = await Room.create({ slug: "b", owner: django });
  const c = await Room.create({ slug: "c" });
  const sentAt = at("2026-01-15T10:00:00Z");
  const one = await Message.create({ room: a, author: django, text: "one", likes: 1, sentAt, score: 5 });
  const two = await Message.create({
    room: a,
    author: stephane,
    text: "two",
    likes: 2,
    sentAt: at("2026-02-01T00:00:00Z"),
  });
  const three = await Message.create({ room: b, author: django, text: "three", likes: 3, sentAt, note: "n" });
  return { django, stephane, a, b, c, one, two, three };
}

/** Expressions, groups and windows: what the database computes. */
export function describeAnnotations(engine: OrmEngine): void {
  describe("annotations", () => {
    withTables(engine);

    test("give rows more values, typed", async () => {
      await rooms();
      const [row] = await Message.filter({ text: "one" }).annotate({
        double: F("likes").times(2),
        upper: Lower("text"),
        size: Length("text"),
        owner: F("room__owner__username"),
      });
      expect(row).toMatchObject({ text: "one", double: 2, upper: "one", size: 3, owner: "django" });
      const double: number | undefined = row?.double;
      expect(double).toBe(2);
      expect(JSON.parse(JSON.stringify(row))).toMatchObject({ double: 2 });
    });

    test("can be filtered, ordered and selected by", async () => {
      await rooms();
      const set = Message.annotate({ twice: F("likes").times(2) })
        .filter({ twice__gt: 2 })
        .orderBy("-twice");
      expect(await set.valuesList("text", { flat: true })).toEqual(["three", "two"]);
      expect(await set.values("text", "twice")).toEqual([
        { text: "three", twice: 6 },
        { text: "two", twice: 4 },
      ]);
      expect(await set.count()).toBe(2);
      expect(
        await Message.alias({ size: Length("text") })
          .filter({ size: 5 })
          .values("text"),
      ).toEqual([{ text: "three" }]);
    });

    test("group rows by their primary key, or by what values chose", async () => {
      await rooms();
      const counted = Room.annotate({ n: Count("messages"), likes: Sum("messages__likes") }).orderBy("slug");
      expect((await counted).map(({ slug, n, likes }) => [slug, n, likes])).toEqual([
        ["a", 2, 3],
        ["b", 1, 3],
        ["c", 0, null],
      ]);
      const byAuthor = Message.orderBy()
        .values("author__username")
        .annotate({ n: Count("*"), most: Max("likes") });
      expect(await byAuthor.orderBy("author__username")).toEqual([
        { author__username: "django", n: 2, most: 3 },
        { author__username: "stephane", n: 1, most: 2 },
      ]);
      expect(await counted.filter({ n__gt: 0 }).values("slug")).toEqual([{ slug: "a" }, { slug: "b" }]);
      expect(await counted.selectRelated("owner").get({ slug: "a" })).toMatchObject({
        n: 2,
        owner: { username: "django" },
      });
    });

    test("trap 22: a filter on an aggregate is one on groups, mixed with others too", async () => {
      await rooms();
      const counted = Room.annotate({ n: Count("messages") });
      expect(await slugs(counted.filter(Q({ n: 2 }).or(Q({ slug: "c" }))))).toEqual(["a", "c"]);
      expect(await slugs(counted.exclude({ n: 2 }))).toEqual(["b", "c"]);
      expect(await slugs(counted.filter({ n__lt: 2, slug__in: ["a", "b"] }))).toEqual(["b"]);
      expect(await counted.filter({ n__gt: 0 }).count()).toBe(2);
      expect(await counted.filter({ n__gt: 5 }).exists()).toBe(false);
    });

    test("trap 18: aggregates over two relations multiply, in strict they do not", async () => {
      const music = await Category.create({ name: "music" });
      await Category.create({ name: "jazz", parent: music });
      await Category.create({ name: "pop", parent: music });
      for (const slug of ["x", "y"]) await Room.create({ slug, category: music });
      const both = { inside: Count("rooms"), below: Count("children") };
      const product = await Category.annotate(both).get({ name: "music" });
      expect([product.inside, product.below]).toEqual([4, 4]);
      const strict = await Category.strict().annotate(both).get({ name: "music" });
      expect([strict.inside, strict.below]).toEqual([2, 2]);
      const distinct = await Category.annotate({
        inside: Count("rooms", { distinct: true }),
        below: Count("children", { distinct: true }),
      }).get({ name: "music" });
      expect([distinct.inside, distinct.below]).toEqual([2, 2]);
    });

    test("trap 19: a filter before an aggregate narrows it, one after it joins anew", async () => {
      await rooms();
      const before = await Room.filter({ messages__likes__gt: 1 })
        .annotate({ n: Count("messages") })
        .orderBy("slug");
      expect(before.map(({ slug, n }) => [slug, n])).toEqual([
        ["a", 1],
        ["b", 1],
      ]);
      const after = await Room.annotate({ n: Count("messages") })
        .filter({ messages__likes__gt: 0 })
        .orderBy("slug");
      expect(after.map(({ slug, n }) => [slug, n])).toEqual([
        ["a", 4],
        ["b", 1],
      ]);
    });

    test("trap 20: Count of * counts the rows of the query, not of relations", async () => {
      await rooms();
      const rows = await Room.annotate({ n: Count("*") }).orderBy("slug");
      expect(pluck(rows, "n")).toEqual([1, 1, 1]);
    });

    test("trap 21: an order that is asked for splits groups, the model's own does not", async () => {
      await rooms();
      expect(await Message.values("author__username").annotate({ n: Count("*") })).toHaveLength(2);
      expect(
        await Message.orderBy("likes")
          .values("author__username")
          .annotate({ n: Count("*") }),
      ).toHaveLength(3);
      expect(await Room.annotate({ n: Count("messages") }).values("n")).toHaveLength(3);
    });

    test("trap 23: aggregates of slices, distinct rows and groups are of those rows", async () => {
      await rooms();
      expect(
        await Message.orderBy("likes")
          .slice(0, 2)
          .aggregate({ sum: Sum("likes") }),
      ).toEqual({ sum: 3 });
      expect(
        await Message.values("author")
          .distinct()
          .aggregate({ n: Count("author") }),
      ).toEqual({ n: 2 });
      expect(await Room.annotate({ n: Count("messages") }).aggregate({ mean: Avg("n"), most: Max("n") })).toEqual({
        mean: 1,
        most: 2,
      });
      const { queries } = await captureQueries(() => Message.annotate({ low: Lower("text") }).count());
      expect(queries[0]?.sql).not.toMatch(/lower/i);
    });

    test("trap 24: aggregates of nothing are null, a count is 0, and a default is a default", async () => {
      expect(
        await Message.aggregate({
          sum: Sum("likes"),
          n: Count("*"),
          none: Sum("likes", { default: 0 }),
          max: Max("sentAt"),
        }),
      ).toEqual({ sum: null, n: 0, none: 0, max: null });
      const { queries, result } = await captureQueries(() =>
        Message.filter({ id__in: [] }).aggregate({
          sum: Sum("likes"),
          n: Count("*"),
          low: Min("likes", { default: 7 }),
        }),
      );
      expect(result).toEqual({ sum: null, n: 0, low: 7 });
      expect(queries).toHaveLength(0);
    });

    test("aggregates take filters, distinct, an order and a default", async () => {
      await rooms();
      expect(
        await Message.aggregate({
          liked: Count("*", { filter: { likes__gt: 1 } }),
          djangos: Sum("likes", { filter: Q({ author__username: "django" }) }),
          nobodys: Sum("likes", { filter: { author__username: "nobody" }, default: 0 }),
          authors: Count("author", { distinct: true }),
          texts: StringAgg("text", "+", { orderBy: "-likes" }),
          spread: Round(StdDev("likes"), 2),
          any: BoolOr("room__isOpen"),
          mean: Avg(F("likes").times(2)),
        }),
      ).toEqual({
        liked: 2,
        djangos: 4,
        nobodys: 0,
        authors: 2,
        texts: "three+two+one",
        spread: 0.82,
        any: true,
        mean: 4,
      });
    });

    test("cases, casts, texts and raw SQL", async () => {
      await rooms();
      const rows = await Message.orderBy("likes").values({
        size: Case(
          [When({ likes__gt: 2 }, Value("big")), When(Q({ note: null }).and(Q({ likes: 1 })), Value("small"))],
          {
            otherwise: Value("middle"),
          },
        ),
        text_: Cast("likes", "text"),
        whole: Concat("text", Value(":"), "note"),
        note_: Coalesce("note", Value("-")),
        more: RawSql("integer")`${F("likes")} * ${3} + 1`,
        month: TruncMonth("sentAt"),
        long: Test(GreaterThan(Length("text"), 3)),
      });
      expect(rows).toEqual([
        {
          size: "small",
          text_: "1",
          whole: "one:",
          note_: "-",
          more: 4,
          month: at("2026-01-01T00:00:00Z"),
          long: false,
        },
        {
          size: "middle",
          text_: "2",
          whole: "two:",
          note_: "-",
          more: 7,
          month: at("2026-02-01T00:00:00Z"),
          long: false,
        },
        {
          size: "big",
          text_: "3",
          whole: "three:n",
          note_: "n",
          more: 10,
          month: at("2026-01-01T00:00:00Z"),
          long: true,
        },
      ]);
    });

    test("trap 30: inner queries know the row around them, however deep they stand", async () => {
      await rooms();
      const last = Message.filter({ room: OuterRef("pk") })
        .orderBy("-likes")
        .values("text")
        .slice(0, 1);
      const rows = await Room.annotate({ best: Subquery(last) }).orderBy("slug");
      expect(rows.map(({ slug, best }) => [slug, best])).toEqual([
        ["a", "two"],
        ["b", "three"],
        ["c", null],
      ]);
      const hasMessages = Exists(Message.filter({ room: OuterRef("pk"), likes__gt: 2 }));
      expect(await slugs(Room.filter(hasMessages))).toEqual(["b"]);
      expect(await slugs(Room.filter(hasMessages.not()))).toEqual(["a", "c"]);
      expect(await slugs(Room.exclude(hasMessages))).toEqual(["a", "c"]);
      const deep = User.filter(
        Exists(
          Room.filter(Exists(Message.filter({ room: OuterRef("pk"), author: OuterRef(OuterRef("pk")) }))).filter({
            owner: OuterRef("pk"),
          }),
        ),
      );
      expect(await deep.valuesList("username", { flat: true })).toEqual(["django"]);
      await expect(Message.filter({ room: OuterRef("pk") })).rejects.toThrow("no query around it");
    });

    test("OuterRef with its model has the type of the field, and stands in queries of that model only", async () => {
      const { room } = await lobby();
      const slugs = Message.filter({ room: OuterRef(Room, "pk") })
        .annotate({ outer: OuterRef(Room, "slug"), year: OuterRef(Room, "owner__username") })
        .orderBy("pk")
        .values("outer")
        .slice(0, 1);
      const rows = await Room.annotate({ same: Subquery(slugs) })
        .orderBy("slug")
        .values("same");
      expect(rows).toEqual([{ same: null }, { same: "lobby" }]);
      const inner = Message.filter({ sentAt: OuterRef(Message, "sentAt") }).annotate({
        at: OuterRef(Message, "sentAt"),
      });
      const [first] = await Message.orderBy("sentAt").annotate({ at: Subquery(inner.values("at").slice(0, 1)) });
      expect(first?.at).toEqual(first?.sentAt);
      expect(room.id).toBeGreaterThan(0);
      await expect(User.filter(Exists(Message.filter({ room: OuterRef(Room, "pk") })))).rejects.toThrow(
        'OuterRef("pk") of Room, and the query around it is of User',
      );
      // @ts-expect-error a slug is no key
      expect(() => Message.filter({ room: OuterRef(Room, "slug") })).not.toThrow(TypeError);
      // @ts-expect-error there is no such field
      expect(() => Message.filter({ room: OuterRef(Room, "slugg") })).toThrow("Did you mean slug?");
    });

    test("trap 31: an aggregate in an inner query is grouped by what ties it to the row around it", async () => {
      await rooms();
      const total = Message.filter({ room: OuterRef("pk") })
        .orderBy()
        .values("room")
        .annotate({ s: Sum("likes") })
        .values("s");
      const rows = await Room.annotate({ total: Subquery(total) }).orderBy("slug");
      expect(rows.map((row) => row.total)).toEqual([3, 3, null]);
    });

    test("groups are also by what queries inside of them know of joined rows", async () => {
      await lobby();
      const counted = User.annotate({ k: Count("messages") }).orderBy("username");
      const others = await counted.exclude({ messages__room: F("rooms__pk"), k: 1 } as never);
      expect(pluck(others, "username")).toEqual(["stephane"]);
      const inOwn = Message.filter({ room: OuterRef("rooms__pk") } as never).orderBy("pk");
      const first = counted.annotate({ first: Subquery(inOwn.values("text").slice(0, 1)) });
      expect((await first).map((user) => [user.username, user.k, user.first])).toEqual([
        ["django", 1, "hello"],
        ["stephane", 1, null],
      ]);
    });

    test("trap 44: windows rank rows, and can be filtered by", async () => {
      await rooms();
      const ranked = Message.annotate({
        place: Window(RowNumber(), { partitionBy: "author", orderBy: F("likes").desc() }),
        rank: Window(DenseRank(), { orderBy: "-likes" }),
        before: Window(Lag("likes"), { orderBy: "likes" }),
        running: Window(Sum("likes"), { orderBy: "likes", frame: RowRange(null, 0) }),
      });
      const rows = await ranked.orderBy("likes");
      expect(rows.map(({ place, rank, before, running }) => [place, rank, before, running])).toEqual([
        [2, 3, null, 1],
        [1, 2, 1, 3],
        [1, 1, 2, 6],
      ]);
      expect(await ranked.filter({ place: 1 }).orderBy("likes").valuesList("text", { flat: true })).toEqual([
        "two",
        "three",
      ]);
      // Other conditions are asked before rows are ranked, as in Django.
      expect(await ranked.filter({ place: 1, likes__lt: 3 }).count()).toBe(2);
    });

    test("conditions are combined with and, or, xor and not", async () => {
      await rooms();
      const texts = (condition: Parameters<typeof Message.filterBy>[0] | object) =>
        Message.filter(condition as never)
          .orderBy("text")
          .valuesList("text", { flat: true });
      expect(await texts(Q({ likes: 1 }).or(Q({ likes: 2 })))).toEqual(["one", "two"]);
      expect(await texts(Q({ likes__gt: 1 }).and(Q({ author__username: "django" })))).toEqual(["three"]);
      expect(await texts(Q({ likes__gt: 1 }).xor(Q({ author__username: "django" })))).toEqual(["one", "two"]);
      expect(await texts(Q({ likes: 1 }).not())).toEqual(["three", "two"]);
      expect(await texts(Q({ score: 5 }).not())).toEqual(["three", "two"]);
      expect(await texts(Exact(Lower("text"), "one"))).toEqual(["one"]);
      expect(
        await texts(
          Q({ likes: 1 })
            .xor(Q({ likes: 1 }))
            .xor(Q({ likes: 1 })),
        ),
      ).toEqual(["one"]);
    });

    test("trap 34: xor of three holds where an odd number of them does", async () => {
      await rooms();
      const three = Q({ likes__gt: 0 })
        .xor(Q({ likes__gt: 1 }))
        .xor(Q({ likes__gt: 2 }));
      expect(await Message.filter(three).orderBy("likes").valuesList("likes", { flat: true })).toEqual([1, 3]);
    });

    test("traps 5 and 6: inside a not, a relation to many means any of its rows; two nots are none", async () => {
      await rooms();
      const liked = Q({ messages__likes: 1 });
      expect(await slugs(Room.filter(liked.not()))).toEqual(["b", "c"]);
      expect(await slugs(Room.filter(liked.or(Q({ slug: "c" })).not()))).toEqual(["b"]);
      const { queries } = await captureQueries(() => Room.filter(liked.not().not()));
      expect(queries[0]?.sql).not.toContain("EXISTS");
      expect(await slugs(Room.filter(liked.not().not()))).toEqual(["a"]);
    });

    test("trap 9: a join under or is an outer one, unless something else needs its row", async () => {
      await rooms();
      expect(await slugs(Room.filter(Q({ owner__username: "django" }).or(Q({ slug: "c" }))))).toEqual(["a", "b", "c"]);
      const { queries } = await captureQueries(() =>
        Room.filter(Q({ owner__username: "x" }).or(Q({ slug: "c" }))).filter({ owner__nickname: "D" }),
      );
      expect(queries[0]?.sql).not.toContain("LEFT JOIN");
    });

    test("what cannot be is said by name", async () => {
      await lobby();
      // @ts-expect-error there is no such field
      expect(() => Message.annotate({ x: F("lieks") })).toThrow(UnknownField);
      expect(() => Message.annotate({ likes: Value(1) })).toThrow("a field of the model");
      expect(() => Message.annotate({ "a b": Value(1) })).toThrow("a name is a word");
      await expect(Message.aggregate({ x: F("likes") })).rejects.toThrow("no aggregate in it");
      expect(() => Room.annotate({ x: Subquery(Message.all()) })).toThrow("one value");
    });
  });
}

async function slugs(set: PromiseLike<readonly { readonly slug: string }[]>): Promise<string[]> {
  return pluck(await set, "slug").sort();
}

import {
  atomic,
  Case,
  Count,
  databases,
  Exists,
  F,
  GreaterThan,
  JSONObject,
  NotLoaded,
  OuterRef,
  Q,
  QueryAborted,
  QueryInvalid,
  RowNumber,
  Sum,
  UniqueViolation,
  Value,
  When,
  Window,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Message, Room, User } from "./models.js";

/** Steps of queries together, each of which is right alone. */
export function describeCombinations(engine: OrmEngine): void {
  describe("steps of a query together", () => {
    withTables(engine);

    test("an offset counts the rows that distinct leaves, also where it is only asked whether there are any", async () => {
      await lobby();
      const kinds = Message.orderBy().values("room").distinct();
      expect([await kinds.slice(1).exists(), await kinds.slice(1).count()]).toEqual([false, 0]);
      expect(await kinds.slice(0, 1).exists()).toBe(true);
      const authors = Message.orderBy("author__pk").values("author").distinct();
      expect([await authors.slice(1).exists(), await authors.slice(2).exists()]).toEqual([true, false]);
    });

    test("several queries as one keep the first rows that one of them is distinct by", async () => {
      if (databases.get().engine !== "postgres") return;
      const { room, django } = await lobby();
      await room.messages.create({ author: django, text: "newest", likes: 9 });
      const best = Message.orderBy("author__pk", "-likes").distinct("author");
      expect(await best.valuesList("text", { flat: true })).toEqual(["newest", "Hello again"]);
      const both = best.values("text").union(Message.filter({ text: "hello" }).values("text"));
      expect(pluck(await both.orderBy("text"), "text")).toEqual(["hello", "Hello again", "newest"].sort());
      await expect(best.delete()).rejects.toThrow("after distinct(fields)");
      await expect(best.update({ likes: 1 })).rejects.toThrow("after distinct(fields)");
    });

    test("plain values are not deleted, changed or saved", async () => {
      await lobby();
      await expect(Message.values("text").delete()).rejects.toThrow("leave that step out");
      const change = Room.values("slug").updateOrCreate({ slug: "lobby" }, { defaults: { title: "x" } });
      await expect(change).rejects.toThrow("plain values");
      expect(await Message.count()).toBe(2);
    });

    test("several queries as one can be turned round, and are not summed up or cut into pages", async () => {
      const { room } = await lobby();
      const both = Room.filter({ slug: "lobby" })
        .union(Room.filter({ slug: "empty" }))
        .orderBy("slug");
      const turned = both.orderBy("-slug");
      expect(pluck(await turned, "slug")).toEqual(["lobby", "empty"]);
      expect((await both.last())?.slug).toBe(room.slug);
      await expect(both.aggregate({ n: Count("*") })).rejects.toThrow(QueryInvalid);
      await expect(both.page({ size: 1 })).rejects.toThrow(QueryInvalid);
    });

    test("several queries as one are given columns, which each of them then selects", async () => {
      const { room } = await lobby();
      const [liked, noted] = [Message.filter({ likes__gt: 1 }), Message.filter({ note__isnull: false })];
      const both = liked.union(noted);
      expect(await both.values("author__username", "text").orderBy("author__username")).toEqual([
        { text: "hello", author__username: "django" },
        { text: "Hello again", author__username: "stephane" },
      ]);
      // Rows that become the same are one.
      const rooms: number[] = await both.valuesList("room", { flat: true });
      expect(rooms).toEqual([room.id]);
      expect(await liked.unionAll(noted).valuesList("room", { flat: true })).toEqual([room.id, room.id]);
      const ordered = both.orderBy("likes");
      expect(await ordered.valuesList("likes", { flat: true }).last()).toBe(2);
      // oxlint-disable-next-line unicorn/no-array-reverse -- a query, not an array
      const turned = ordered.reverse();
      expect(await turned.valuesList("likes", { flat: true })).toEqual([2, 0]);
      expect(await ordered.slice(1, 2).valuesList("likes", { flat: true })).toEqual([2]);
      expect(await both.values("likes").count()).toBe(2);
      expect(await liked.intersection(noted).values("text")).toEqual([]);
      expect(await Message.all().difference(noted).values("text")).toEqual([{ text: "hello" }]);
      const found = Message.filter({ text__in: both.values("text") });
      expect(pluck(await found.orderBy("likes"), "likes")).toEqual([0, 2]);
    });

    test("columns go into queries that are sliced, combined, or have columns already", async () => {
      await lobby();
      const newest = Message.orderBy("-sentAt").slice(0, 1);
      const others = Message.filter({ likes: 2 }).orderBy("sentAt").slice(0, 5);
      const mixed = newest.union(others.union(Message.filter({ text: "no such" })));
      expect(await mixed.orderBy("likes").valuesList("likes", "note")).toEqual([
        [0, "edited"],
        [2, null],
      ]);
      const offset = Message.orderBy("likes").slice(1, 2).unionAll(Message.orderBy("-likes").slice(1));
      expect(await offset.orderBy("likes").valuesList("likes", { flat: true })).toEqual([0, 2]);
      const plain = Message.filter({ likes: 2 })
        .values("text", "likes")
        .union(Message.filter({ likes: 0 }).values("text", "likes"));
      expect(await plain.values("likes").orderBy("likes")).toEqual([{ likes: 0 }, { likes: 2 }]);
      const counted = User.annotate({ n: Count("messages") });
      expect(await counted.union(counted.filter({ username: "django" })).values("n")).toEqual([{ n: 1 }]);
      await expect(newest.union(others).orderBy("likes").values("text")).rejects.toThrow("which they do not select");
      expect(() => newest.union(others).values({ n: Count("*") })).toThrow("do that to each of them");
      // @ts-expect-error There is no field "lieks" in this model.
      expect(() => newest.union(others).values("lieks")).toThrow("lieks");
    });

    test("several queries as one may stand beside the rows of another", async () => {
      await lobby();
      const ranks = User.annotate({ rank: Value(1) });
      const both = ranks
        .filter({ username: "django" })
        .union(User.annotate({ rank: Value(2) }).exclude({ username: "django" }));
      const set = Message.all().with(both.values("pk", "rank"), { on: { pk: "author" } });
      expect(await set.orderBy("-rank").valuesList("text", "rank")).toEqual([
        ["Hello again", 2],
        ["hello", 1],
      ]);
    });

    test("a condition may be what a change writes", async () => {
      const { room, empty } = await lobby();
      expect(await Room.all().update({ isOpen: Q({ slug: "lobby", title__startswith: "The" }) })).toBe(2);
      expect([(await room.refreshFromDb()).isOpen, (await empty.refreshFromDb()).isOpen]).toEqual([true, false]);
      await Room.filter({ slug: "empty" }).update({ isOpen: Q({ slug: "lobby" }).not(), title: "Open" });
      expect([(await empty.refreshFromDb()).isOpen, empty.title]).toEqual([true, "Open"]);
      expect(await Room.filter({ slug: "empty" }).update({ isOpen: false, title: "Closed" })).toBe(1);
      const overRelation = Room.all().update({ isOpen: Q({ owner__username: "django" }) });
      await expect(overRelation).rejects.toThrow("Q over a relation; use the row's own fields, or Exists and Subquery");
      await Room.all().update({ isOpen: Exists(Message.filter({ room: OuterRef("pk"), likes: 2 })) });
      expect(await Room.filter({ isOpen: true }).valuesList("slug", { flat: true })).toEqual(["lobby"]);
      // @ts-expect-error There is no field "slugg" in this model.
      await expect(Room.all().update({ isOpen: Q({ slugg: "x" }) })).rejects.toThrow("slugg");
      // @ts-expect-error A title is neither true nor false; nor is there anything to change it to.
      await expect(Room.all().update({ titel: Q({ slug: "x" }) })).rejects.toThrow("titel");
    });

    test("a choice between a value and a field is one of both types", async () => {
      await lobby();
      const shown = Case([When({ likes__gt: 1 }, Value("loved")), When({ note__isnull: false }, F("note"))], {
        otherwise: F("text"),
      });
      const rows = await Message.annotate({ shown }).orderBy("likes");
      const texts: (string | null)[] = rows.map((row) => row.shown);
      expect(texts).toEqual(["edited", "loved"]);
    });

    test("a plan is given up with its signal, as what it is the plan of", async () => {
      const control = new AbortController();
      const set = Message.filter({ likes: 2 }).withSignal(control.signal);
      expect(await set.explain()).not.toBe("");
      control.abort();
      await expect(set.explain()).rejects.toThrow(QueryAborted);
    });

    test("rows that are to be locked can be counted and summed up, without a lock", async () => {
      await lobby();
      await atomic(async () => {
        const locked = Message.all().selectForUpdate();
        expect([await locked.count(), await locked.exists()]).toEqual([2, true]);
        expect(await locked.aggregate({ likes: Sum("likes") })).toEqual({ likes: 2 });
        expect(
          await locked
            .distinct()
            .count()
            .catch((error: unknown) => error),
        ).toBeInstanceOf(QueryInvalid);
        const of = Message.selectRelated("room__owner").selectForUpdate({ of: ["self", "room"] });
        expect(await of).toHaveLength(2);
      });
    });

    test("what cannot be locked is refused by name, on every database", async () => {
      await lobby();
      const asked = (query: PromiseLike<unknown>): Promise<unknown> => atomic(async () => query);
      await expect(asked(Message.all().selectForUpdate({ of: ["room"] }))).rejects.toThrow("does not load");
      await expect(asked(Room.all().selectForUpdate({ of: ["messages"] }))).rejects.toThrow("does not load");
      const placed = Message.annotate({ place: Window(RowNumber(), { orderBy: "likes" }) });
      await expect(asked(placed.selectForUpdate())).rejects.toThrow("windows");
      expect(() => Room.all().selectForUpdate().union(Room.all())).toThrow("to be locked");
    });

    test("a condition is an expression that is true or false, wherever one may stand", async () => {
      await lobby();
      const set = Message.annotate({ isLiked: Q({ likes__gt: 1 }), isLong: GreaterThan("likes", F("score")) });
      const [first] = await set.orderBy("-likes");
      const isLiked: boolean | undefined = first?.isLiked;
      expect(isLiked).toBe(true);
      expect(await set.filter({ isLiked: true }).count()).toBe(1);
      expect(await set.exclude({ isLiked: true }).count()).toBe(1);
      const groups = set
        .orderBy()
        .values("isLiked")
        .annotate({ n: Count("*") })
        .orderBy("isLiked");
      expect(await groups).toEqual([
        { isLiked: false, n: 1 },
        { isLiked: true, n: 1 },
      ]);
      expect(await Message.orderBy("likes").values({ edited: Q({ note: null }).not() })).toEqual([
        { edited: true },
        { edited: false },
      ]);
      const size = Case([When({ likes__gt: 1 }, Q({ room__slug: "lobby" }))], { otherwise: Value(false) });
      expect(await Message.annotate({ size }).filter({ size: true }).count()).toBe(1);
      // @ts-expect-error There is no field "lieks" in this model.
      expect(() => Message.annotate({ x: Q({ lieks: 1 }) })).toThrow("lieks");
    });

    test("a set of a condition, an annotation and a slice can be asked inside of another query", async () => {
      await lobby();
      const busy = User.filter({ messages__likes__gte: 0 })
        .annotate({ places: Count("messages__room", { distinct: true }), likes: Sum("messages__likes") })
        .orderBy("-likes")
        .slice(0, 1);
      expect(await Message.filter({ author__in: busy }).valuesList("text", { flat: true })).toEqual(["hello"]);
      expect(await busy.aggregate({ all: Sum("likes") })).toEqual({ all: 2 });
      const answered = Exists(Message.filter({ author: OuterRef("pk"), score__gt: 1 }));
      expect(
        await User.annotate({ answered }).filter({ answered: false }).valuesList("username", { flat: true }),
      ).toEqual(["django"]);
    });

    test("what is loaded beside strict rows is strict, too", async () => {
      await lobby();
      const [room] = await Room.strict().filter({ slug: "lobby" }).prefetchRelated("messages");
      const [message] = (await room?.messages) ?? [];
      await expect(async () => message?.author).rejects.toThrow(NotLoaded);
      const [read] = await Message.strict().prefetchRelated("author");
      await expect(async () => (await read?.author)?.rooms).rejects.toThrow(NotLoaded);
    });

    test("an iterator ends with its signal, before the first row and between them", async () => {
      await lobby();
      const control = new AbortController();
      const texts: string[] = [];
      const read = async (): Promise<void> => {
        for await (const { text } of Message.all().withSignal(control.signal).iterator({ chunkSize: 1 })) {
          texts.push(text);
          control.abort();
        }
      };
      await expect(read()).rejects.toThrow(QueryAborted);
      expect(texts).toHaveLength(1);
      await expect(read()).rejects.toThrow(QueryAborted);
      expect(texts).toHaveLength(1);
    });

    test("SQL that gives no rows is run as it is, and says how many rows it changed", async () => {
      await lobby();
      if (databases.get().description.startsWith("libsql")) return; // which cannot tell beforehand
      const database = databases.get();
      const { count, rows } = await database.query("UPDATE message SET likes = likes + 1");
      expect([count, rows]).toEqual([2, []]);
      const again = database.query(`INSERT INTO "user" (username) VALUES ('django')`);
      await expect(again).rejects.toThrow(UniqueViolation);
    });

    test("JSON made of a row has its lists as lists", async () => {
      await lobby();
      const [room] = await Room.filter({ slug: "lobby" }).values({
        data: JSONObject({ slug: "slug", open: "isOpen" }),
      });
      expect(room?.data).toEqual({ slug: "lobby", open: true });
    });
  });
}

import diagnostics from "node:diagnostics_channel";

import {
  atomic,
  assertQueries,
  captureQueries,
  Count,
  CursorInvalid,
  type Expression,
  databases,
  F,
  NotLoaded,
  Prefetch,
  Q,
  QueryInvalid,
  Sum,
  TransactionRequired,
  Value,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { at, lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Flag, Message, Room, User } from "./models.js";

/** Methods of query sets that choose, combine, load along and write in bulk. */
export function describeQueryMethods(engine: OrmEngine): void {
  describe("methods of query sets", () => {
    withTables(engine);

    test("values and valuesList give plain rows", async () => {
      const { room, django } = await lobby();
      expect(await Message.orderBy("likes").values("text", "room", "author__username")).toEqual([
        { text: "Hello again", room: room.id, author__username: "stephane" },
        { text: "hello", room: room.id, author__username: "django" },
      ]);
      expect(await Message.orderBy("likes").valuesList("likes", "note")).toEqual([
        [0, "edited"],
        [2, null],
      ]);
      expect(await Message.orderBy("likes").valuesList("sentAt__year", { flat: true })).toEqual([2026, 2025]);
      expect(await User.filter({ pk: django.pk }).values()).toEqual([
        { id: django.id, username: "django", nickname: "Django" },
      ]);
      expect(await Room.filter({ owner: null }).values("owner", "owner__username")).toEqual([
        { owner: null, owner__username: null },
      ]);
    });

    test("an inner query can give any value to compare with", async () => {
      await lobby();
      const liked = Message.filter({ likes__gt: 1 }).values("author__username");
      expect(pluck(await User.filter({ username__in: liked }), "username")).toEqual(["django"]);
      expect(() => User.filter({ username__in: Message.values("text", "likes") }).toSql()).toThrow("selects 2 values");
    });

    test("trap 12: an inner query with a NULL empties an exclude, in strict it does not", async () => {
      await lobby();
      const owners = Room.values("owner__username");
      expect(await User.exclude({ username__in: owners }).count()).toBe(0);
      expect(pluck(await User.strict().exclude({ username__in: owners }), "username")).toEqual(["stephane"]);
    });

    test("trap 17: exclude by F over a relation to many is by each of its rows, in strict by any", async () => {
      const { django, room } = await lobby();
      await Message.create({ room, author: django, text: "x", likes: 9, score: 1 });
      const byRow = await Message.orderBy("text").exclude({ likes__lt: F("room__messages__score") });
      expect(pluck(byRow, "text").sort()).toEqual(["Hello again", "hello", "hello", "x", "x", "x"]);
      const strict = await Message.strict().exclude({ likes__lt: F("room__messages__score") });
      expect(pluck(strict, "text")).toEqual(["x"]);
    });

    test("traps 12, 17, 18 and 25 are told of, with the right form", async () => {
      await lobby();
      const warnings: { readonly trap: number; readonly text: string }[] = [];
      const listen = (message: unknown): void => void warnings.push(message as (typeof warnings)[number]);
      const channel = diagnostics.channel("hotclub:orm:warning");
      channel.subscribe(listen);
      // A shape of its own on each engine: a warning comes when the SQL of a shape is worked out.
      const own: { readonly marked: Expression<number, number> } = {
        [`on${engine.name.replaceAll(" ", "")}`]: Value(1),
      } as never;
      await User.alias(own).exclude({ username__in: Room.values("owner__username") });
      await Message.alias(own).exclude({ likes__lt: F("room__messages__score") });
      await Category.alias(own).annotate({ a: Count("rooms"), b: Count("children") });
      await Message.alias(own).values("room").distinct();
      await Message.alias(own).strict().values("room").distinct();
      channel.unsubscribe(listen);
      expect(pluck(warnings, "trap")).toEqual([12, 17, 18, 25]);
      for (const { text } of warnings) expect(text).toContain("strict()");
    });

    test("trap 25: an order that is not selected undoes distinct, in strict it is left out", async () => {
      await lobby();
      expect(await Message.values("room").distinct()).toHaveLength(2);
      expect(await Message.strict().values("room").distinct()).toHaveLength(1);
      expect(await Message.orderBy().values("room").distinct()).toHaveLength(1);
      expect(await Message.values("room").distinct().count()).toBe(1);
    });

    test("distinct on fields gives the first row of each, where the database can", async () => {
      await lobby();
      const set = Message.orderBy("room__pk", "-likes").distinct("room__pk");
      if (databases.get().engine === "sqlite") await expect(set).rejects.toThrow("DISTINCT ON");
      else expect(pluck(await set, "text")).toEqual(["hello"]);
    });

    test("union, intersection and difference make one query of several", async () => {
      await lobby();
      const liked = Message.filter({ likes__gt: 0 });
      const noted = Message.filter({ note__isnull: false });
      expect(pluck(await liked.union(noted).orderBy("text"), "text")).toEqual(
        (await Message.orderBy("text")).map((one) => one.text),
      );
      expect(await liked.unionAll(liked).count()).toBe(2);
      expect(await liked.union(liked).count()).toBe(1);
      expect(await liked.intersection(noted)).toEqual([]);
      expect(pluck(await Message.all().difference(noted), "text")).toEqual(["hello"]);
      expect(await liked.values("text").union(noted.values("text")).orderBy("-text").slice(0, 1)).toHaveLength(1);
      expect(await liked.union(Message.none(), Message.filter({ id__in: [] })).exists()).toBe(true);
      expect(await liked.slice(0, 1).union(noted.slice(0, 1)).count()).toBe(2);
      expect(() => liked.union(noted).filter({ likes: 1 })).toThrow("of several queries cannot be filtered");
      expect(() => liked.union(noted).annotate({ n: Count("*") })).toThrow(QueryInvalid);
      await expect(liked.union(noted).orderBy("room__slug")).rejects.toThrow("which they do not select");
    });

    test("only and defer leave fields out, also of what is loaded along", async () => {
      await lobby();
      const [message] = await Message.filter({ likes: 2 }).only("text");
      expect(Object.keys(message ?? {})).toEqual(["id", "text"]);
      const [deferred] = await Message.filter({ likes: 2 }).defer("text", "note");
      expect(deferred).toMatchObject({ likes: 2 });
      expect(deferred).not.toHaveProperty("text");
      const [joined] = await Message.filter({ likes: 2 }).selectRelated("author").only("text", "author__username");
      expect(Object.keys(joined ?? {})).toEqual(["id", "author", "text"]);
      expect(Object.keys((joined as unknown as { author: object }).author)).toEqual(["id", "username"]);
      // @ts-expect-error the text was not loaded
      void deferred?.text;
    });

    test("none asks nothing", async () => {
      await lobby();
      await assertQueries(0, async () => {
        expect(await Message.none()).toEqual([]);
        expect(await Message.all().none().count()).toBe(0);
        expect(await Message.none().exists()).toBe(false);
      });
    });

    test("datetimes gives the periods that there are", async () => {
      await lobby();
      expect(await Message.all().datetimes("sentAt", "month")).toEqual([
        at("2025-03-01T00:00:00Z"),
        at("2026-01-01T00:00:00Z"),
      ]);
      expect(await Message.all().datetimes("sentAt", "year", { order: "desc" })).toEqual([
        at("2026-01-01T00:00:00Z"),
        at("2025-01-01T00:00:00Z"),
      ]);
    });

    test("earliest and latest, contains, inBulk", async () => {
      const { first, second, django, room } = await lobby();
      expect((await Message.all().latest("sentAt")).id).toBe(second.id);
      expect((await Message.all().earliest("sentAt")).id).toBe(first.id);
      await expect(Message.none().latest("sentAt")).rejects.toThrow(Message.DoesNotExist);
      expect(await Message.filter({ likes: 2 }).contains(first)).toBe(true);
      expect(await Message.filter({ likes: 2 }).contains(second)).toBe(false);
      const users = await User.inBulk([django.id, 999_999]);
      expect([...users.keys()]).toEqual([django.id]);
      const rooms = await Room.inBulk(["lobby"], { field: "slug" });
      expect(rooms.get("lobby")?.id).toBe(room.id);
      await expect(Message.inBulk(["x"], { field: "text" })).rejects.toThrow("not unique");
    });

    test("explain tells how the rows would be found", async () => {
      const set = Message.filter({ likes: 1 });
      expect(await set.explain()).toMatch(/scan/i);
      if (engine.name !== "postgres") {
        await expect(set.explain({ analyze: true })).rejects.toMatchObject({ code: "ORM_NOT_SUPPORTED" });
        return;
      }
      const plan = await set.explain({ analyze: true, costs: false, timing: false, summary: true, settings: true });
      expect(plan).toMatch(/actual rows=0/);
      expect(plan).not.toContain("cost=");
      expect(plan).toContain("Execution Time");
      expect(JSON.parse(await set.explain({ format: "json", verbose: true }))).toMatchObject([{ Plan: {} }]);
    });

    test("pages go forward and back, right at equal values, nulls and changes", async () => {
      const { room, django } = await lobby();
      await Message.all().delete();
      for (const [index, score] of [null, 1, 1, 2, null, 3, 3].entries()) {
        await Message.create({ room, author: django, text: String(index), score });
      }
      const whole = pluck(await Message.orderBy("-score", "pk"), "text");
      const set = Message.orderBy("-score", "pk");
      const seen: string[] = [];
      let cursor: string | undefined;
      const starts: (string | undefined)[] = [];
      for (;;) {
        const page = await set.page({ size: 2, after: cursor });
        seen.push(...pluck(page.rows, "text"));
        starts.push(page.previous);
        if (page.next === undefined) break;
        cursor = page.next;
      }
      expect(seen).toEqual(whole);
      expect(starts[0]).toBeUndefined();
      const back = await set.page({ size: 2, before: starts[2] });
      expect(pluck(back.rows, "text")).toEqual(whole.slice(2, 4));
      expect(back.previous).toBeDefined();
      await expect(set.page({ size: 2, after: "nonsense" })).rejects.toThrow(CursorInvalid);
      await expect(Message.orderBy("room__slug").page({ size: 2 })).rejects.toThrow("its own fields");
    });

    test("iterator gives all rows, chunk by chunk, and can be left early", async () => {
      const { room, django } = await lobby();
      await Message.bulkCreate(
        Array.from({ length: 25 }, (_, index) => ({ room, author: django, text: String(index), likes: index })),
      );
      const set = Message.orderBy("likes", "pk");
      const all: number[] = [];
      for await (const message of set.iterator({ chunkSize: 10 })) all.push(message.likes);
      expect(all).toEqual((await set).map((one) => one.likes));
      for await (const message of set.prefetchRelated("author").iterator({ chunkSize: 10 })) {
        expect(message.author.isLoaded).toBe(true);
        break;
      }
      await atomic(async () => {
        await Message.create({ room, author: django, text: "mine", likes: 99 });
        const texts: string[] = [];
        for await (const message of Message.filter({ likes: 99 }).iterator()) texts.push(message.text);
        expect(texts).toEqual(["mine"]);
      });
    });
  });

  describe("prefetchRelated", () => {
    withTables(engine);

    test("loads sets and references for all rows, one query each", async () => {
      await lobby();
      await assertQueries(3, async () => {
        const rooms = await Room.orderBy("slug").prefetchRelated("messages__author");
        const [empty, full] = rooms;
        expect(await empty?.messages).toEqual([]);
        const messages = (await full?.messages) ?? [];
        expect(messages).toHaveLength(2);
        expect((await messages[0]?.author)?.username).toBe("stephane");
        expect(await messages[0]?.room).toBe(full);
        expect(await full?.messages.count()).toBe(2);
        expect(await full?.messages.all().exists()).toBe(true);
      });
    });

    test("trap 37: what narrows a prefetched set asks anew", async () => {
      await lobby();
      const rooms = await Room.filter({ slug: "lobby" }).prefetchRelated("messages");
      await assertQueries(1, async () => {
        expect(await rooms[0]?.messages.filter({ likes: 2 })).toHaveLength(1);
      });
    });

    test("Prefetch takes a query of its own, cut for each row, and a property", async () => {
      const { room, django, empty } = await lobby();
      await Message.create({ room: empty, author: django, text: "alone", likes: 1 });
      await Message.create({ room, author: django, text: "best", likes: 9 });
      const best = Prefetch("messages", { querySet: Message.orderBy("-likes").slice(0, 1), toAttr: "best" });
      const rooms = await Room.orderBy("slug").prefetchRelated(best, "owner");
      expect(rooms.map((one) => pluck(one.best, "text"))).toEqual([["alone"], ["best"]]);
      await assertQueries(0, async () => expect((await rooms[1]?.owner)?.username).toBe("django"));
      const liked = Prefetch("messages", { querySet: Message.filter({ likes__gt: 1 }).selectRelated("author") });
      const [lobbyRoom] = await Room.filter({ pk: room.pk }).prefetchRelated(liked);
      expect(pluck((await lobbyRoom?.messages) ?? [], "text").sort()).toEqual(["best", "hello"]);
    });

    test("what is no relation is refused", () => {
      // @ts-expect-error a column is no relation
      expect(() => Room.all().prefetchRelated("slug")).toThrow("no relation");
      // @ts-expect-error there is no such relation
      expect(() => Room.all().prefetchRelated("mesages")).toThrow("Did you mean messages");
    });

    test("a set that is awaited on one row is loaded for its siblings, given out once, then asked anew", async () => {
      const { room, django } = await lobby();
      const rooms = await Room.orderBy("-slug");
      await assertQueries(1, async () => {
        for (const one of rooms) await one.messages;
      });
      await Message.create({ room, author: django, text: "new" });
      expect(await rooms[0]?.messages).toHaveLength(3);
    });

    test("in strict, what was not loaded is refused", async () => {
      await lobby();
      const [message] = await Message.strict().filter({ likes: 2 });
      await expect(message?.author).rejects.toThrow(NotLoaded);
      const [room] = await Room.strict().filter({ slug: "lobby" });
      await expect(room?.messages).rejects.toThrow('prefetchRelated("messages")');
      const [loaded] = await Message.strict().filter({ likes: 2 }).selectRelated("author");
      expect(loaded?.author.username).toBe("django");
    });
  });

  describe("writing in bulk", () => {
    withTables(engine);

    test("trap 39: bulkCreate writes many rows at once and gives them their keys", async () => {
      const { room, django } = await lobby();
      const made = await assertQueries(1, () =>
        Message.bulkCreate([
          { room, author: django, text: "a" },
          { room, author: django, text: "b", likes: 3 },
        ]),
      );
      expect(pluck(made, "text")).toEqual(["a", "b"]);
      expect(pluck(await Message.filter({ pk__in: pluck(made, "id") }).orderBy("pk"), "text")).toEqual(["a", "b"]);
      const instances = await User.bulkCreate([new User({ username: "x" }), { username: "y", id: 4000 }]);
      expect(instances.every((one) => one.isSaved)).toBe(true);
      expect((await User.get({ username: "y" })).id).toBe(4000);
      expect(await Message.bulkCreate([])).toEqual([]);
    });

    test("bulkCreate leaves out or changes rows that are there", async () => {
      await Flag.create({ code: "fr", country: "France", year: 1794 });
      await Flag.bulkCreate(
        [
          { code: "fr", country: "Other", year: 1 },
          { code: "be", country: "Belgium", year: 1831 },
        ],
        { ignoreConflicts: true },
      );
      expect(await Flag.orderBy("code").values("code", "country")).toEqual([
        { code: "be", country: "Belgium" },
        { code: "fr", country: "France" },
      ]);
      await Flag.bulkCreate([{ code: "fr", country: "République", year: 1794 }], {
        updateConflicts: true,
        updateFields: ["country"],
        uniqueFields: ["code"],
      });
      expect((await Flag.get({ pk: "fr" })).country).toBe("République");
      await expect(Flag.bulkCreate([{ code: "fr", country: "x", year: 2 }])).rejects.toMatchObject({
        code: "ORM_UNIQUE_VIOLATION",
      });
      await expect(Flag.bulkCreate([], { ignoreConflicts: true, updateConflicts: true })).rejects.toThrow("both");
    });

    test("bulkCreate of more rows than a statement takes is all or nothing", async () => {
      const rows = Array.from({ length: 2500 }, (_, index) => ({ username: `u${index}` }));
      expect(await User.bulkCreate(rows)).toHaveLength(2500);
      expect(await User.count()).toBe(2500);
      const again = [...Array.from({ length: 1500 }, (_, index) => ({ username: `v${index}` })), { username: "u1" }];
      await expect(User.bulkCreate(again)).rejects.toMatchObject({ code: "ORM_UNIQUE_VIOLATION" });
      expect(await User.count()).toBe(2500);
    });

    test("bulkUpdate writes fields of many instances", async () => {
      const { first, second } = await lobby();
      first.text = "changed";
      first.likes = 7;
      second.text = "too";
      second.note = null;
      expect(await assertQueries(1, () => Message.bulkUpdate([first, second], ["text", "note"]))).toBe(2);
      expect(await Message.orderBy("pk").values("text", "note", "likes")).toEqual([
        { text: "changed", note: null, likes: 2 },
        { text: "too", note: null, likes: 0 },
      ]);
      await expect(Message.bulkUpdate([first], ["id"])).rejects.toThrow("primary key");
    });

    test("trap 38: getOrCreate and updateOrCreate", async () => {
      const { django } = await lobby();
      const [made, isNew] = await Room.getOrCreate({ slug: "new" }, { defaults: { owner: django } });
      expect([isNew, made.owner?.id]).toEqual([true, django.id]);
      const [same, isNewAgain] = await Room.getOrCreate({ slug__exact: "new", title__contains: "" });
      expect([isNewAgain, same.id]).toEqual([false, made.id]);
      const [changed, wasMade] = await Room.updateOrCreate({ slug: "new" }, { defaults: { title: "Changed" } });
      expect([wasMade, changed.title]).toEqual([false, "Changed"]);
      expect((await Room.get({ slug: "new" })).title).toBe("Changed");
      const [other] = await Room.updateOrCreate(
        { slug: "other" },
        { defaults: { title: "a" }, createDefaults: { title: "b" } },
      );
      expect(other.title).toBe("b");
      const many = await Promise.all(Array.from({ length: 8 }, () => Room.getOrCreate({ slug: "race" })));
      expect(new Set(many.map(([room]) => room.id)).size).toBe(1);
    });

    test("trap 47: selectForUpdate needs a transaction", async () => {
      await lobby();
      await expect(Message.all().selectForUpdate()).rejects.toThrow(TransactionRequired);
      await atomic(async () => {
        expect(await Message.all().selectForUpdate({ skipLocked: true })).toHaveLength(2);
        const set = Message.selectRelated("author").selectForUpdate({ of: ["self", "author"], noWait: true });
        expect(await set).toHaveLength(2);
        const { queries } = await captureQueries(() => set);
        if (databases.get().engine === "postgres") expect(queries[0]?.sql).toMatch(/FOR UPDATE OF t0, t1 NOWAIT$/);
      });
      expect(() => Message.all().selectForUpdate({ skipLocked: true, noWait: true })).toThrow("both");
    });

    test("trap 32: update and delete reach rows that a join or a group finds", async () => {
      await lobby();
      const busy = Room.annotate({ n: Count("messages") }).filter({ n__gt: 1 });
      expect(await busy.update({ title: "busy" })).toBe(1);
      expect(await Room.filter(Q({ messages__likes__gt: 1 }).or(Q({ slug: "none" }))).update({ isOpen: false })).toBe(
        1,
      );
      expect((await Category.aggregate({ n: Count("*"), none: Sum("id") })).n).toBe(0);
      await expect(Message.all().update({ likes: F("room__owner__id").plus(1) })).rejects.toThrow("over a relation");
      expect((await busy.delete()).byModel).toEqual({ Message: 2, Room: 1 });
    });
  });
}

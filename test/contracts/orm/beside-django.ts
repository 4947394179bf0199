import type { Decimal } from "decimal.js";
import {
  Case,
  Cast,
  Count,
  createTables,
  Exists,
  F,
  f,
  jsonNull,
  Length,
  LookupValueInvalid,
  Model,
  OuterRef,
  Q,
  Round,
  Subquery,
  TruncHour,
  TruncMinute,
  TruncSecond,
  Upper,
  Value,
  When,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { at, lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Message, Room, User } from "./models.js";

class Shift extends Model {
  name = f.char({ maxLength: 20 });
  starts = f.time({ null: true });
  day = f.date({ null: true });
  data = f.json({ null: true });
  pay = f.decimal({ maxDigits: 6, decimalPlaces: 2, null: true });
}

/** Where the same queries, asked of Django and of this ORM, once had different answers. */
export function describeBesideDjango(engine: OrmEngine): void {
  describe("beside Django", () => {
    withTables(engine);
    beforeAll(async () => createTables([Shift]));
    beforeEach(async () => {
      await Shift.all().delete();
    });

    const slugs = async (rooms: PromiseLike<readonly Room[]>): Promise<string[]> =>
      pluck(await rooms, "slug").toSorted();
    const texts = async (messages: PromiseLike<readonly Message[]>): Promise<string[]> =>
      pluck(await messages, "text").toSorted();

    test("a Q without lookups asks for nothing, negated and beside others, too", async () => {
      await lobby();
      const both = ["empty", "lobby"];
      expect(await slugs(Room.filter(Q({}).not()))).toEqual(both);
      expect(await slugs(Room.exclude(Q({})))).toEqual(both);
      expect(await slugs(Room.filter(Q({}).or(Q({ slug: "lobby" }))))).toEqual(["lobby"]);
      expect(await slugs(Room.filter(Q({ slug: "lobby" }).xor(Q({}))))).toEqual(["lobby"]);
      expect(
        await slugs(
          Room.filter(
            Q({})
              .and(Q({ slug: "lobby" }))
              .not(),
          ),
        ),
      ).toEqual(["empty"]);
    });

    test("Q of a condition is that condition, and get takes one", async () => {
      const { room, django } = await lobby();
      const wanted = Q({ slug: "lobby" }).and(Q({ title: "" }).not());
      expect(await slugs(Room.filter(Q(wanted.not())))).toEqual(["empty"]);
      expect((await Room.get(wanted)).pk).toBe(room.pk);
      expect((await Room.all().get(wanted)).pk).toBe(room.pk);
      expect((await django.rooms.get(wanted)).pk).toBe(room.pk);
    });

    test("a year and a day of an instant are compared with what is computed", async () => {
      await lobby();
      expect(await Message.filter({ sentAt__year: F("sentAt__year") }).count()).toBe(2);
      expect(await Message.filter({ sentAt__date: F("sentAt__date") }).count()).toBe(2);
      expect(await texts(Message.filter({ sentAt__year__gt: F<number>("likes").plus(2024) }))).toEqual(["Hello again"]);
      expect(await texts(Message.filter({ sentAt__year__lte: F<number>("likes").plus(2024) }))).toEqual(["hello"]);
      expect(await texts(Message.exclude({ sentAt__year__lt: F<number>("likes").plus(2024) }))).toEqual([
        "Hello again",
      ]);
    });

    test("what values are to be among, and the ends of a range, may be computed", async () => {
      await lobby();
      expect(await texts(Message.filter({ likes__in: [F("score"), 2] }))).toEqual(["hello"]);
      expect(await texts(Message.filter(Q({ likes__in: [F<number>("score").minus(7), 9] })))).toEqual(["Hello again"]);
      expect(await Message.filter({ likes__range: [0, F<number>("likes")] }).count()).toBe(2);
      expect(await texts(Message.exclude({ likes__range: [F<number>("likes").plus(-1), 1] }))).toEqual(["hello"]);
      expect(() => Message.filter({ likes__range: [F("likes")] as never })).toThrow("not a pair");
      const owners = Subquery(Room.filter({ slug: "lobby" }).values("owner"));
      expect(pluck(await User.filter({ pk__in: owners }), "username")).toEqual(["django"]);
      expect(pluck(await User.exclude({ pk__in: owners }), "username")).toEqual(["stephane"]);
    });

    test("a fraction is a limit for whole numbers, but is no whole number", async () => {
      await lobby();
      expect(await texts(Message.filter({ likes__gt: 1.5 }))).toEqual(["hello"]);
      expect(await texts(Message.filter({ likes__gte: 1.5 }))).toEqual(["hello"]);
      expect(await texts(Message.filter({ likes__lt: 1.5 }))).toEqual(["Hello again"]);
      expect(await texts(Message.filter({ likes__lte: -0.5 }))).toEqual([]);
      expect(await texts(Message.filter({ likes__range: [0.5, 2.5] }))).toEqual(["hello"]);
      expect(() => Message.filter({ likes: 1.5 })).toThrow(LookupValueInvalid);
    });

    test("exclude by F keeps rows where a column is NULL, and strict those where its row is missing", async () => {
      await lobby();
      expect(await slugs(Room.exclude({ title: F("owner__nickname") }))).toEqual(["empty", "lobby"]);
      expect(await slugs(Room.exclude({ title: F("owner__username") }))).toEqual(["lobby"]);
      expect(
        await slugs(
          Room.all()
            .strict()
            .exclude({ title: F("owner__username") }),
        ),
      ).toEqual(["empty", "lobby"]);
    });

    test("a time of day is cut to its hour, minute and second", async () => {
      await Shift.create({ name: "early", starts: "09:41:07.250" });
      await Shift.create({ name: "none" });
      const cut = Shift.orderBy("name").valuesList(TruncHour("starts"), TruncMinute("starts"), TruncSecond("starts"));
      expect(await cut).toEqual([
        ["09:00:00", "09:41:00", "09:41:07"],
        [null, null, null],
      ]);
    });

    test("a decimal that is rounded stays a decimal, and a number a number", async () => {
      await Shift.create({ name: "paid", pay: "10.46" });
      await Shift.create({ name: "unpaid" });
      const rounded = Shift.orderBy("name").valuesList(Round("pay", 1), Round("pay"), Round(Length("name")));
      const [paid, unpaid] = await rounded;
      const tenth: Decimal | null | undefined = paid?.[0];
      expect([tenth?.toFixed(1), paid?.[1]?.toFixed(0), paid?.[2]]).toEqual(["10.5", "10", 4]);
      expect(unpaid).toEqual([null, null, 6]);
      expect(pluck(await Shift.filter({ pay__gt: Round("pay") }), "name")).toEqual(["paid"]);
    });

    test("JSON's own null is another value than those that are excluded", async () => {
      await Shift.bulkCreate([
        { name: "one", data: { a: 1 } },
        { name: "null", data: { a: null } },
        { name: "other key", data: { b: 1 } },
        { name: "nothing", data: null },
      ]);
      const names = async (shifts: PromiseLike<readonly Shift[]>): Promise<string[]> =>
        pluck(await shifts, "name").toSorted();
      expect(await names(Shift.exclude({ data__a: 1 }))).toEqual(["nothing", "null"]);
      expect(await names(Shift.exclude({ data__a__in: [1, 2] }))).toEqual(["nothing", "null"]);
      expect(await names(Shift.exclude({ data__a: null }))).toEqual(["one"]);
      await Shift.create({ name: "null itself", data: jsonNull });
      expect(await names(Shift.filter({ data: null }))).toEqual(["nothing"]);
      expect(await names(Shift.filter({ data: jsonNull }))).toEqual(["null itself"]);
    });

    test("the difference of two instants is msSince, and minus says so", async () => {
      await lobby();
      expect(() => Message.annotate({ age: F("sentAt").minus(F("sentAt")) })).toThrow("msSince");
      expect(() => Shift.annotate({ next: F("day").plus(1) })).toThrow("plusMs");
    });

    test("aggregates after values group by what was chosen, whatever was counted before", async () => {
      const { django } = await lobby();
      await User.create({ username: "joseph", nickname: "Django" });
      const counted = User.annotate({ n: Count("messages") });
      const groups = counted
        .values("nickname")
        .annotate({ m: Count("pk") })
        .orderBy("m");
      expect(await groups).toEqual([
        { nickname: null, m: 1 },
        { nickname: "Django", m: 2 },
      ]);
      expect(await counted.filter({ pk: django.id }).values("username", "n")).toEqual([{ username: "django", n: 1 }]);
    });

    test("a relation that values chose is ordered by its key, and otherwise as its model is", async () => {
      const [last, first] = [await Category.create({ name: "z" }), await Category.create({ name: "a" })];
      await Room.create({ slug: "one", category: last });
      await Room.create({ slug: "two", category: first });
      expect(pluck(await Room.orderBy("category"), "slug")).toEqual(["two", "one"]);
      const keys = Room.values("category").orderBy("-category");
      expect(pluck(await keys, "category")).toEqual([first.id, last.id]);
    });

    test("values and lists of values take fields and expressions side by side", async () => {
      await lobby();
      const rows = await Room.values("slug", { size: Length("slug"), kind: Value("room") }).orderBy("-size", "slug");
      const sizes: number[] = rows.map(({ size }) => size);
      expect(sizes).toEqual([5, 5]);
      expect(rows[0]).toEqual({ slug: "empty", size: 5, kind: "room" });
      const lists = await Room.orderBy("slug").valuesList("slug", Upper("slug"), F("owner__username"));
      const [, shout]: readonly [string, string, string | null] = lists[0] ?? ["", "", null];
      expect(shout).toBe("EMPTY");
      expect(lists).toEqual([
        ["empty", "EMPTY", null],
        ["lobby", "LOBBY", "django"],
      ]);
      expect(await Room.orderBy("slug").valuesList(Upper("slug"), { flat: true })).toEqual(["EMPTY", "LOBBY"]);
      expect(
        await Room.values("slug", { size: Length("slug") })
          .filter({ size: 5 })
          .count(),
      ).toBe(2);
    });

    test("a slice can be annotated, which cuts the same rows", async () => {
      await lobby();
      const two = Message.orderBy("likes")
        .slice(0, 1)
        .annotate({ size: Length("text"), others: Count("room__messages") });
      expect(await two.values("text", "size", "others")).toEqual([{ text: "Hello again", size: 11, others: 2 }]);
      expect(() => two.filter({ size: 1 })).toThrow("slice last");
    });

    test("rows are grouped by conditions with lists, patterns and instants in them", async () => {
      await lobby();
      const old = Exists(
        Message.filter({ author: OuterRef("pk"), sentAt__range: [at("2025-01-01"), at("2025-12-31")] }),
      );
      expect(
        await User.annotate({ old })
          .values("old")
          .annotate({ n: Count("pk") })
          .orderBy("old"),
      ).toEqual([
        { old: false, n: 1 },
        { old: true, n: 1 },
      ]);
      const kind = Case(
        [
          When({ author__username__in: ["stephane", "joseph"], note__isnull: true }, Value("none")),
          When(Q({ text__contains: "again" }).or(Q({ text__istartswith: "x" })), Value("again")),
        ],
        { otherwise: Value("first") },
      );
      const kinds = Message.annotate({ kind })
        .values("kind")
        .annotate({ n: Count("pk") });
      expect(await kinds.orderBy("kind")).toEqual([
        { kind: "again", n: 1 },
        { kind: "first", n: 1 },
      ]);
    });

    test("a truth is cast to a number", async () => {
      await Room.create({ slug: "open" });
      await Room.create({ slug: "shut", isOpen: false });
      const numbers = Room.orderBy("slug").valuesList(Cast("isOpen", "integer"), { flat: true });
      expect(await numbers).toEqual([1, 0]);
    });
  });
}

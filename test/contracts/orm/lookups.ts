import { databases, F, LookupValueInvalid, UnknownField, UnknownLookup } from "hotclub/orm";
import { assertQueries } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { at, lobby, pluck, withTables, type OrmEngine } from "./engine.js";
import { Category, Flag, Message, Room, User } from "./models.js";

export function describeLookups(engine: OrmEngine): void {
  describe("lookups", () => {
    withTables(engine);

    test("compare text, with upper and lower case told apart or not", async () => {
      await users("django", "Django", "DJANGO reinhardt", "stephane");
      expect(namesOf(await User.filter({ username__exact: "django" }))).toEqual(["django"]);
      expect(namesOf(await User.filter({ username__iexact: "DJANGO" }))).toEqual(["Django", "django"]);
      expect(namesOf(await User.filter({ username__contains: "jan" }))).toEqual(["Django", "django"]);
      expect(namesOf(await User.filter({ username__icontains: "jan" }))).toHaveLength(3);
      expect(namesOf(await User.filter({ username__startswith: "Dj" }))).toEqual(["Django"]);
      expect(namesOf(await User.filter({ username__istartswith: "dj" }))).toHaveLength(3);
      expect(namesOf(await User.filter({ username__endswith: "ango" }))).toEqual(["Django", "django"]);
      expect(namesOf(await User.filter({ username__iendswith: "ANGO" }))).toEqual(["Django", "django"]);
      expect(namesOf(await User.filter({ username__contains: "" }))).toHaveLength(4);
    });

    test("trap 35: take the wildcards of patterns as they are written", async () => {
      const odd = ["100%", "100x", "a_b", "axb", "a\\b", "a*b", "a?b", "a[b]", "q'q"];
      await users(...odd);
      for (const lookup of ["contains", "icontains"]) {
        for (const sign of ["%", "_", "\\", "*", "?", "[", "]", "'"]) {
          const found = await User.all().filterBy({ [`username__${lookup}`]: sign });
          expect(namesOf(found), `${lookup} ${sign}`).toEqual(odd.filter((name) => name.includes(sign)).toSorted());
        }
      }
      expect(namesOf(await User.filter({ username__startswith: "a_" }))).toEqual(["a_b"]);
      expect(namesOf(await User.filter({ username__endswith: "[b]" }))).toEqual(["a[b]"]);
      expect(namesOf(await User.filter({ username__iexact: "A_B" }))).toEqual(["a_b"]);
    });

    test("match regular expressions", async () => {
      await lobby();
      const find = async (where: object) =>
        (
          await Message.filterBy({ ...where })
            .orderBy("text")
            .valuesList("text", { flat: true })
        ).sort();
      expect(await find({ text__regex: "^h" })).toEqual(["hello"]);
      if (databases.get().description.startsWith("libsql")) {
        // It has a function for regex and none for iregex, and takes none of ours.
        await expect(find({ text__iregex: "^h" })).rejects.toThrow("hotclub_iregexp");
      } else {
        expect(await find({ text__iregex: "^h.*o$" })).toEqual(["hello"]);
        expect(await find({ text__iregex: "^h" })).toEqual(["Hello again", "hello"]);
      }
      expect(await find({ note__regex: "." })).toEqual(["Hello again"]);
      expect((await Message.exclude({ note__regex: "." })).map((one) => one.text)).toEqual(["hello"]);
      await expect(find({ text__regex: "(" })).rejects.toThrow("not a regular expression");
    });

    test("compare text with what the database computes, nothing of it a pattern", async () => {
      const { room, django } = await lobby();
      await Message.create({ room, author: django, text: "50%", note: "%" });
      await Message.create({ room, author: django, text: "abc", note: "B" });
      const texts = (where: object) =>
        Message.filterBy({ ...where })
          .orderBy("text")
          .valuesList("text", { flat: true });
      expect(await texts({ text__contains: F("note") })).toEqual(["50%"]);
      expect(await texts({ text__icontains: F("note") })).toEqual(["50%", "abc"]);
      expect(await texts({ text__endswith: F("note") })).toEqual(["50%"]);
      expect(await texts({ text__startswith: F("text") })).toHaveLength(4);
      expect(await texts({ text__istartswith: F("author__username") })).toEqual([]);
    });

    test("compare numbers", async () => {
      const { room, django } = await lobby();
      await Message.all().delete();
      for (const likes of [1, 2, 3, 4, 5]) await Message.create({ room, author: django, text: String(likes), likes });
      expect(await likesOf({ likes__gt: 3 })).toEqual([4, 5]);
      expect(await likesOf({ likes__gte: 3 })).toEqual([3, 4, 5]);
      expect(await likesOf({ likes__lt: 3 })).toEqual([1, 2]);
      expect(await likesOf({ likes__lte: 3 })).toEqual([1, 2, 3]);
      expect(await likesOf({ likes__range: [2, 4] })).toEqual([2, 3, 4]);
      expect(await likesOf({ likes__in: [5, 1, 9, 1] })).toEqual([1, 5]);
      expect(await likesOf({ likes__in: new Set([2]) })).toEqual([2]);
      expect(await likesOf({ likes: "4" })).toEqual([4]);
    });

    test("compare booleans and dates", async () => {
      const { first, second } = await lobby();
      await Room.filter({ slug: "empty" }).update({ isOpen: false });
      expect(pluck(await Room.filter({ isOpen: false }), "slug")).toEqual(["empty"]);
      expect(pluck(await Room.filter({ isOpen__in: [true] }), "slug")).toEqual(["lobby"]);
      expect(pluck(await Message.filter({ sentAt: first.sentAt }), "id")).toEqual([first.id]);
      expect(pluck(await Message.filter({ sentAt__gt: first.sentAt }), "id")).toEqual([second.id]);
      expect(pluck(await Message.filter({ sentAt__in: [first.sentAt, at("2000-01-01T00:00:00Z")] }), "id")).toEqual([
        first.id,
      ]);
      expect(
        await Message.filter({ sentAt__range: [at("2025-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")] }).count(),
      ).toBe(2);
    });

    test("take the parts of dates, in UTC", async () => {
      const { first, second } = await lobby();
      // 2025-03-01 was a Saturday, 2026-01-31 as well.
      expect(await idsOf({ sentAt__year: 2025 })).toEqual([first.id]);
      expect(await idsOf({ sentAt__year__gte: 2026 })).toEqual([second.id]);
      expect(await idsOf({ sentAt__year__gt: 2025 })).toEqual([second.id]);
      expect(await idsOf({ sentAt__year__lt: 2026 })).toEqual([first.id]);
      expect(await idsOf({ sentAt__year__lte: 2025 })).toEqual([first.id]);
      expect(await idsOf({ sentAt__year__in: [2024, 2026] })).toEqual([second.id]);
      expect(await idsOf({ sentAt__month: 3 })).toEqual([first.id]);
      expect(await idsOf({ sentAt__day__range: [30, 31] })).toEqual([second.id]);
      expect(await idsOf({ sentAt__date: "2026-01-31" })).toEqual([second.id]);
      expect(await idsOf({ sentAt__date__gt: at("2025-03-01T23:00:00Z") })).toEqual([second.id]);
      expect(await idsOf({ sentAt__date__lte: "2025-03-01" })).toEqual([first.id]);
      expect(await idsOf({ sentAt__date__in: ["2025-03-01", "2020-01-01"] })).toEqual([first.id]);
      expect(await idsOf({ sentAt__hour: 23 })).toEqual([second.id]);
      expect(await idsOf({ sentAt__minute__gte: 30 })).toEqual([second.id]);
      expect(await idsOf({ sentAt__second: 0 })).toEqual([first.id, second.id]);
      expect(await idsOf({ sentAt__week_day: 7 })).toEqual([first.id, second.id]);
      expect(await idsOf({ sentAt__iso_week_day: 6 })).toEqual([first.id, second.id]);
      expect(await idsOf({ sentAt__quarter: 1 })).toEqual([first.id, second.id]);
      expect(await idsOf({ sentAt__week: 9 })).toEqual([first.id]);
      expect(await idsOf({ sentAt__iso_year: 2026 })).toEqual([second.id]);
      expect(pluck(await Message.orderBy("sentAt__month"), "id")).toEqual([second.id, first.id]);
    });

    test("parts of dates are right at the edges of years, and before 1970", async () => {
      const { room, django } = await lobby();
      await Message.all().delete();
      const cases: [string, Record<string, unknown>][] = [
        ["2021-01-03T23:59:59.999Z", { sentAt__week: 53, sentAt__iso_year: 2020, sentAt__week_day: 1 }],
        ["2018-12-31T00:00:00.000Z", { sentAt__week: 1, sentAt__iso_year: 2019, sentAt__iso_week_day: 1 }],
        ["1969-12-31T23:59:59.999Z", { sentAt__date: "1969-12-31", sentAt__second: 59, sentAt__day: 31 }],
        ["0001-01-01T00:00:00.000Z", { sentAt__year: 1, sentAt__month: 1, sentAt__date: "0001-01-01" }],
        ["9999-12-31T23:59:59.999Z", { sentAt__year: 9999, sentAt__quarter: 4, sentAt__hour: 23 }],
      ];
      for (const [text, where] of cases) {
        const message = await Message.create({ room, author: django, text, sentAt: at(text) });
        for (const [key, value] of Object.entries(where)) {
          const found = await Message.all().filterBy({ pk: message.pk, [key]: value });
          expect(found, `${text} ${key}`).toHaveLength(1);
        }
      }
    });

    test("traps 13 and 15: null and isnull find rows without a value; gt and its like refuse null", async () => {
      await users(["a", "A"], ["b", null]);
      expect(namesOf(await User.filter({ nickname: null }))).toEqual(["b"]);
      expect(namesOf(await User.filter({ nickname__iexact: null }))).toEqual(["b"]);
      expect(namesOf(await User.filter({ nickname__isnull: true }))).toEqual(["b"]);
      expect(namesOf(await User.filter({ nickname__isnull: false }))).toEqual(["a"]);
      expect(namesOf(await User.exclude({ nickname: null }))).toEqual(["a"]);
      for (const lookup of ["gt", "contains", "startswith"]) {
        expect(() => User.all().filterBy({ [`nickname__${lookup}`]: null })).toThrow("may not be null");
      }
      expect(() => User.filter({ nickname__isnull: 1 as never })).toThrow("must be true or false");
    });

    test("trap 10: an empty list is met by no row, and nothing is asked", async () => {
      await users("a");
      await assertQueries(0, async () => {
        expect(await User.filter({ pk__in: [] })).toEqual([]);
        expect(await User.filter({ pk__in: [] }).count()).toBe(0);
        expect(await User.filter({ pk__in: [], username: "a" }).exists()).toBe(false);
        expect(await User.filter({ pk__in: [] }).update({ nickname: "x" })).toBe(0);
        expect(await User.filter({ pk__in: [] }).first()).toBeNull();
      });
      expect(await User.exclude({ pk__in: [] }).count()).toBe(1);
    });

    test("trap 11: a null in a list finds nothing, and leaves out rows without a value", async () => {
      await users(["a", "A"], ["b", null]);
      expect(namesOf(await User.filter({ nickname__in: ["A", null as never] }))).toEqual(["a"]);
      await assertQueries(0, async () => expect(await User.filter({ nickname__in: [null as never] })).toEqual([]));
      expect(namesOf(await User.exclude({ nickname__in: [null as never] }))).toEqual(["a"]);
      await users(["c", "C"]);
      expect(namesOf(await User.exclude({ nickname__in: ["A", null as never] }))).toEqual(["c"]);
      expect(namesOf(await User.exclude({ nickname__in: ["A"] }))).toEqual(["b", "c"]);
    });

    test("a list of any length is one parameter", async () => {
      await users("a", "b");
      const ids = Array.from({ length: 40_000 }, (_, index) => index);
      expect(await User.filter({ id__in: ids }).count()).toBeLessThanOrEqual(2);
      expect(await User.filter({ username__in: ["a", 'quote " and \\ and ,', "{}", "ü"] }).count()).toBe(1);
    });

    test("an inner query gives the primary keys to look for", async () => {
      const { django, room } = await lobby();
      const mine = Room.filter({ owner: django });
      await assertQueries(1, async () => {
        expect(await Message.filter({ room__in: mine, text__contains: "e" }).count()).toBe(2);
      });
      expect(await Message.exclude({ room__in: mine }).count()).toBe(0);
      expect(pluck(await Room.filter({ id__in: Room.orderBy("-slug").slice(0, 1) }), "id")).toEqual([room.id]);
      expect(await Message.filter({ room__in: Room.filter({ pk__in: [] }) }).count()).toBe(0);
      expect(await User.filter({ messages__in: Message.filter({ likes: 2 }) }).count()).toBe(1);
      expect(() => Message.filter({ room__in: User.all() as never })).toThrow("is a query of User, not of Room");
      expect(() => Message.filter({ text__in: User.all() })).toThrow("which it cannot be compared with");
    });

    test("columns are compared with each other by F", async () => {
      const { first } = await lobby();
      await Message.filter({ pk: first.pk }).update({ score: 2 });
      expect(pluck(await Message.filter({ likes: F("score") }), "id")).toEqual([first.id]);
      expect(await Message.filter({ likes__lt: F("score").plus(1) }).count()).toBe(2);
      expect(await Message.filter({ room__owner: F("author") }).count()).toBe(1);
      expect(await Message.exclude({ likes: F("score") }).count()).toBe(1);
      expect(await Message.filter({ text: F("author__username") }).count()).toBe(0);
      expect(() => Message.filter({ likes__range: F("score") as never })).toThrow("cannot compare with");
    });

    test("relations are compared by instance, reference or key", async () => {
      const { room, django, first, second } = await lobby();
      expect(await Message.filter({ room }).count()).toBe(2);
      expect(await Message.filter({ room: room.id }).count()).toBe(2);
      expect(await Message.filter({ room: first.room }).count()).toBe(2);
      expect(await Message.filter({ room__in: [room, 99] }).count()).toBe(2);
      expect(await Message.filter({ room__id: room.id, room__pk__gte: room.id }).count()).toBe(2);
      expect(await User.filter({ messages: first }).count()).toBe(1);
      expect(await User.filter({ messages__in: [first, second.id] }).count()).toBe(2);
      expect(await Room.filter({ owner: null }).count()).toBe(1);
      expect(await Room.filter({ owner__isnull: false, owner__username: django.username }).count()).toBe(1);
    });

    test("trap 41: instances of another model, or not saved, are refused before anything is asked", async () => {
      const { room } = await lobby();
      await assertQueries(0, async () => {
        expect(() => Message.filter({ author: room as never })).toThrow(LookupValueInvalid);
        expect(() => Message.filter({ author: new User({ username: "x" }) })).toThrow("was not saved yet");
        expect(() => User.filter({ messages: new Message({}) })).toThrow("was not saved yet");
      });
    });

    test("trap 42: text is converted; what cannot be is refused by model and path, as a bad request", async () => {
      await lobby();
      expect(await Message.filter({ likes: "2" as never }).count()).toBe(1);
      expect(ask({ likes: "x" })).toThrow('Message: the value for "likes" is not a whole number: "x".');
      expect(ask({ likes: 1.5 })).toThrow(LookupValueInvalid);
      expect(ask({ likes: 2 ** 53 })).toThrow("the limit of exact numbers");
      expect(ask({ likes__in: 3 })).toThrow("is not a list: 3");
      expect(ask({ likes__range: [1] })).toThrow("is not a pair");
      expect(ask({ sentAt: "yesterday" })).toThrow("ISO 8601");
      expect(ask({ sentAt__date: "2026-02-30" })).toThrow("calendar");
      expect(ask({ sentAt__year: 0 })).toThrow("from 1 to 9999");
      expect(ask({ text: undefined })).toThrow("is undefined; leave the key out");
      expect(ask({ text: { $ne: 1 } })).toThrow('is not text: {"$ne":1}');
      expect(ask({ likes: "x" })).toThrow(expect.objectContaining({ status: 400 }));
    });

    test("names that are not there are told, with those that are near", async () => {
      expect(ask({ tekst: 1 })).toThrow('Message has no field "tekst". Did you mean text?');
      expect(ask({ room__slugg: 1 })).toThrow('Room has no field "slugg" (in "room__slugg"). Did you mean slug?');
      expect(ask({ text__icontain: 1 })).toThrow("Did you mean icontains or contains?");
      expect(ask({ likes__contains: 1 })).toThrow(UnknownLookup);
      expect(ask({ text__year: 1 })).toThrow(UnknownLookup);
      expect(ask({ sentAt__year__month: 1 })).toThrow(UnknownLookup);
      expect(ask({ greet: 1 })).toThrow(UnknownField);
      expect(ask({ constructor: 1 })).toThrow(UnknownField);
      expect(ask(JSON.parse('{"__proto__": 1}') as Record<string, unknown>)).toThrow(UnknownField);
      expect(() => Message.all().orderBy("tekst" as never)).toThrow(UnknownField);
      expect(() => Message.all().orderBy("text; DROP TABLE room" as never)).toThrow(UnknownField);
    });

    test("work on a model with a key of its own", async () => {
      await Flag.create({ code: "fr", country: "France", year: 1794 });
      await Flag.create({ code: "it", country: "Italy", year: 1946 });
      expect((await Flag.get({ pk: "fr" })).country).toBe("France");
      expect(await Flag.filter({ code__in: ["fr", "it"], pk__startswith: "i" }).count()).toBe(1);
      expect((await Flag.first())?.pk).toBe("fr");
    });

    test("follow a relation to the model itself", async () => {
      const music = await Category.create({ name: "music" });
      const jazz = await Category.create({ name: "jazz", parent: music });
      await Category.create({ name: "swing", parent: jazz });
      expect(pluck(await Category.filter({ parent__parent__name: "music" }), "name")).toEqual(["swing"]);
      expect(pluck(await Category.filter({ children__children__name: "swing" }), "name")).toEqual(["music"]);
      expect(pluck(await Category.filter({ parent: null }), "name")).toEqual(["music"]);
      expect(pluck(await Category.exclude({ parent__name: "music" }), "name")).toEqual(["music", "swing"]);
    });
  });
}

async function users(...names: (string | [string, string | null])[]): Promise<void> {
  for (const name of names) {
    const [username, nickname] = typeof name === "string" ? [name, null] : name;
    await User.create({ username, nickname });
  }
}

function namesOf(rows: readonly User[]): string[] {
  return rows.map((user) => user.username).toSorted();
}

async function likesOf(where: Record<string, unknown>): Promise<number[]> {
  return pluck(await Message.all().filterBy(where).orderBy("likes"), "likes");
}

async function idsOf(where: Record<string, unknown>): Promise<number[]> {
  return pluck(await Message.all().filterBy(where).orderBy("sentAt"), "id");
}

/** Makes a query that is not awaited: what is wrong with it is found at once. */
function ask(where: Record<string, unknown>): () => unknown {
  return () => Message.all().filterBy(where);
}

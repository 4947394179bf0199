import { createTables, F, f, Model } from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { at, withTables, type OrmEngine } from "./engine.js";

class Basket extends Model {
  name = f.char({ maxLength: 10 });
  tags = f.array(f.char({ maxLength: 20 }), { default: () => [] });
  more = f.array(f.char({ maxLength: 20 }), { null: true });
  sizes = f.array(f.int({ null: true }), { default: () => [] });
  flags = f.array(f.bool(), { default: () => [] });
  days = f.array(f.dateTime(), { default: () => [] });
}

export function describeArrays(engine: OrmEngine): void {
  describe("lists in columns", () => {
    withTables(engine);
    beforeAll(() => createTables([Basket]));
    beforeEach(async () => {
      await Basket.all().delete();
      await Basket.bulkCreate([
        { name: "both", tags: ["a", "b"], more: ["b"], sizes: [1, 2, 3], flags: [true, false], days: [day] },
        { name: "one", tags: ["a"], sizes: [2, null], flags: [false] },
        { name: "none" },
      ]);
    });
    const day = at("2026-02-03T04:05:06Z");
    const named = async (where: Record<string, unknown>): Promise<string[]> =>
      Basket.filterBy(where).orderBy("pk").valuesList("name", { flat: true });

    test("are one of several lists", async () => {
      expect(await named({ tags__in: [["a"], ["b", "a"], []] })).toEqual(["one", "none"]);
      expect(await named({ sizes__in: [[2, null]] })).toEqual(["one"]);
      expect(await named({ tags__in: [] })).toEqual([]);
      expect(await Basket.exclude({ more__in: [["b"], null as never] }).count()).toBe(0);
      expect(await Basket.exclude({ more__in: [["b"]] }).count()).toBe(2);
    });

    test("contain others, are contained in them, and overlap with them, in any order", async () => {
      expect(await named({ tags__contains: ["b", "a", "a"] })).toEqual(["both"]);
      expect(await named({ tags__contains: ["a"] })).toEqual(["both", "one"]);
      expect(await named({ tags__contains: [] })).toEqual(["both", "one", "none"]);
      expect(await named({ tags__contained_by: ["a", "c"] })).toEqual(["one", "none"]);
      expect(await named({ tags__overlap: ["b", "c"] })).toEqual(["both"]);
      expect(await named({ tags__overlap: [] })).toEqual([]);
      expect(await named({ sizes__contains: [3, 1] })).toEqual(["both"]);
      expect(await named({ days__contains: [day] })).toEqual(["both"]);
      expect(await named({ flags__overlap: [true] })).toEqual(["both"]);
      expect(await named({ tags__contains: F("more") })).toEqual(["both"]);
      expect(await Basket.filter({ tags__contains: ["a"], sizes__contained_by: [1, 2, 3] }).count()).toBe(1);
    });

    test("that hold NULL, or are NULL, are as in PostgreSQL", async () => {
      // NULL is in no list, and so a list with it is contained in none.
      expect(await named({ sizes__contained_by: [1, 2, null] })).toEqual(["none"]);
      expect(await named({ sizes__contains: [null] })).toEqual([]);
      expect(await named({ more__contains: ["b"] })).toEqual(["both"]);
      expect(
        await Basket.exclude({ more__contains: ["b"] })
          .orderBy("pk")
          .valuesList("name", { flat: true }),
      ).toEqual(["one", "none"]);
      expect(() => Basket.filterBy({ tags__overlap: null })).toThrow(/may not be null/);
      expect(() => Basket.filterBy({ sizes__contains: ["x"] })).toThrow(/position 0/);
    });

    test("have a length, which is 0 where they are empty", async () => {
      expect(await named({ tags__len: 0 })).toEqual(["none"]);
      expect(await named({ tags__len__gte: 1 })).toEqual(["both", "one"]);
      expect(await named({ more__len__isnull: true })).toEqual(["one", "none"]);
      expect(await Basket.orderBy("-tags__len", "name").valuesList("name", "tags__len")).toEqual([
        ["both", 2],
        ["one", 1],
        ["none", 0],
      ]);
    });

    test("have places and parts, counted from 0", async () => {
      expect(await named({ tags__0: "a" })).toEqual(["both", "one"]);
      expect(await named({ tags__1__startswith: "b" })).toEqual(["both"]);
      expect(await named({ tags__1__isnull: true })).toEqual(["one", "none"]);
      expect(await named({ sizes__0__gt: 1 })).toEqual(["one"]);
      expect(await named({ days__0: day })).toEqual(["both"]);
      expect(await named({ days__0__year: 2026 })).toEqual(["both"]);
      expect(await named({ flags__0: true })).toEqual(["both"]);
      expect(await named({ tags__0_2: ["a", "b"] })).toEqual(["both"]);
      expect(await named({ sizes__1_3__contains: [3] })).toEqual(["both"]);
      const rows = await Basket.filter({ name: "both" }).valuesList(
        "tags__1",
        "sizes__0_2",
        "days__0",
        "flags__0_5",
        "more__3",
      );
      expect(rows).toEqual([["b", [1, 2], day, [true, false], null]]);
    });
  });
}

import { Cast, createTables, databases, F, f, Model } from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Profile extends Model {
  name = f.char({ maxLength: 20 });
  data = f.json({ null: true });
}

/** Queries into JSON. */
export function describeJson(engine: OrmEngine): void {
  describe("JSON", () => {
    withTables(engine);
    beforeAll(() => createTables([Profile]));
    beforeEach(async () => {
      await Profile.all().delete();
      await Profile.bulkCreate([
        { name: "a", data: { city: "Paris", tags: ["x", "y"], age: 30, inner: { deep: [{ id: 1 }] }, gone: null } },
        { name: "b", data: { city: "Lyon", tags: [], age: 4, "it's": '"q"' } },
        { name: "c", data: { age: "30" } },
        { name: "d", data: null },
      ]);
    });

    const names = async (where: object): Promise<string[]> =>
      (await Profile.filterBy({ ...where }).orderBy("name")).map((one) => one.name);

    test("is one of several values", async () => {
      await Profile.bulkCreate([
        { name: "text", data: "in" },
        { name: "number", data: 5 },
        { name: "list", data: [1, null] },
      ]);
      expect(await names({ data__in: ["in", 5, "nothing"] })).toEqual(["number", "text"]);
      expect(await names({ data__in: [[1, null], { age: "30" }] })).toEqual(["c", "list"]);
      expect(await names({ data__in: [] })).toEqual([]);
    });

    test("is searched by keys and indexes, however deep", async () => {
      expect(await names({ data__city: "Paris" })).toEqual(["a"]);
      expect(await names({ data__age: 30 })).toEqual(["a"]);
      expect(await names({ data__age__gt: 3, data__city__isnull: false })).toEqual(["a", "b"]);
      expect(await names({ data__inner__deep__0__id: 1 })).toEqual(["a"]);
      expect(await names({ "data__tags__-1": "y" })).toEqual(["a"]);
      expect(await names({ data__city__in: ["Lyon", "Nice", null] })).toEqual(["b"]);
      expect(await names({ data__city__istartswith: "p" })).toEqual(["a"]);
      expect(await names({ data__city__in: [] })).toEqual([]);
      expect(await names({ "data__it's": '"q"' })).toEqual(["b"]);
    });

    test("trap 43: a missing key, JSON's null and NULL are three things", async () => {
      expect(await names({ data__gone: null })).toEqual(["a"]);
      expect(await names({ data__gone__isnull: true })).toEqual(["b", "c", "d"]);
      expect(await names({ data__gone__isnull: false })).toEqual(["a"]);
      expect(await names({ data__isnull: true })).toEqual(["d"]);
      const excluded = await Profile.exclude({ data__city: "Paris" }).orderBy("name");
      expect(excluded.map((one) => one.name)).toEqual(expect.arrayContaining(["b"]));
    });

    test("tells which keys there are", async () => {
      expect(await names({ data__has_key: "city" })).toEqual(["a", "b"]);
      expect(await names({ data__has_keys: ["city", "inner"] })).toEqual(["a"]);
      expect(await names({ data__has_any_keys: ["inner", "it's"] })).toEqual(["a", "b"]);
      expect(await names({ data__inner__has_key: "deep" })).toEqual(["a"]);
    });

    test("is searched for what it contains, where the database can", async () => {
      const contained = names({ data__contains: { city: "Paris", tags: ["y"] } });
      if (databases.get().engine === "sqlite") await expect(contained).rejects.toThrow("containment of JSON");
      else expect(await contained).toEqual(["a"]);
    });

    test("gives what stands at a key", async () => {
      const rows = await Profile.filter({ name: "a" }).values("data__city", "data__inner__deep");
      expect(rows).toEqual([{ data__city: "Paris", data__inner__deep: [{ id: 1 }] }]);
      const [row] = await Profile.filter({ name: "b" }).annotate({ age: F("data__age") });
      expect(row?.age).toBe(4);
      expect(
        await Profile.orderBy("name")
          .annotate({ city: Cast("name", "text") })
          .filter({ city: "a" })
          .count(),
      ).toBe(1);
    });

    test("hostile keys find nothing and break nothing", async () => {
      for (const key of ["' OR 1=1 --", '"]', "a') --", "$", "a.b", "\\", "{}", "a,b"]) {
        expect(await names({ [`data__${key}`]: 1 })).toEqual([]);
      }
      expect(await Profile.count()).toBe(4);
    });
  });
}

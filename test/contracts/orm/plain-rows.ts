import {
  assertQueries,
  closeDatabases,
  Count,
  createTables,
  databases,
  F,
  f,
  meta,
  Model,
  Prefetch,
  prefetchRelatedObjects,
  Upper,
} from "hotclub/orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { at, type OrmEngine } from "./engine.js";

class Venue extends Model {
  name = f.char({ maxLength: 40 });
  opened = f.date({ null: true });
  concerts = f.reverse(() => Concert, "venue");
}

class Concert extends Model {
  venue = f.foreignKey(() => Venue, { onDelete: "cascade" });
  day = f.date();
  beginsAt = f.dateTime();
  length = f.int({ default: 90 });
  acts = f.array(f.char({ maxLength: 20 }), { null: true });
  static meta = meta<Concert>({ getLatestBy: ["day", "beginsAt"] });
}

/** Rows that are no instances: lists, lists with names, and the periods that there are. */
export function describePlainRows(engine: OrmEngine): void {
  describe("plain rows", () => {
    beforeAll(async () => {
      databases.set("default", await engine.open());
      await createTables([Venue, Concert]);
      const [club, hall] = await Venue.bulkCreate([{ name: "Club", opened: "1934-12-02" }, { name: "Hall" }]);
      if (club === undefined || hall === undefined) throw new Error("no venues");
      await Concert.bulkCreate([
        { venue: club, day: "2025-12-31", beginsAt: at("2025-12-31T23:30:00Z") },
        { venue: club, day: "2025-12-30", beginsAt: at("2025-12-30T20:00:00Z") },
        {
          venue: hall,
          day: "2026-02-14",
          beginsAt: at("2026-02-14T20:15:00Z"),
          length: 60,
          acts: ["one", "two", "three"],
        },
      ]);
    });
    afterAll(closeDatabases);

    test("items of lists have names, too, where that is asked", async () => {
      const rows = await Concert.orderBy("day").valuesList("venue__name", "day", { named: true });
      const [row] = rows;
      if (row === undefined) throw new Error("no row");
      const [venue, day] = row;
      expect([venue, day, row.venue__name, row.day]).toEqual(["Club", "2025-12-30", "Club", "2025-12-30"]);
      expect(Array.isArray(row)).toBe(true);
      expect(JSON.stringify(row)).toBe('["Club","2025-12-30"]');
      expect(row.map((item) => item.length)).toEqual([4, 10]);
      const counted = Venue.annotate({ n: Count("concerts") }).orderBy("-n");
      expect((await counted.valuesList("name", "n", { named: true })).map(({ name, n }) => [name, n])).toEqual([
        ["Club", 2],
        ["Hall", 1],
      ]);
      expect(() => Concert.valuesList("length", { named: true })).toThrow("as lists have one");
    });

    test("flat values are of one path", async () => {
      expect(await Venue.orderBy("name").valuesList("name", { flat: true })).toEqual(["Club", "Hall"]);
      const upper = Venue.alias({ upper: Upper("name") }).orderBy("name");
      expect(await upper.valuesList("upper", { flat: true })).toEqual(["CLUB", "HALL"]);
      // @ts-expect-error two paths are not flat
      expect(() => Venue.valuesList("name", "opened", { flat: true })).toThrow("one path only");
    });

    test("datetimes gives the beginnings of periods, each once, by the clock of a zone", async () => {
      const all = Concert.all();
      expect(await all.datetimes("beginsAt", "year")).toEqual([at("2025-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")]);
      expect(await all.datetimes("beginsAt", "month", { order: "desc" })).toEqual([
        at("2026-02-01T00:00:00Z"),
        at("2025-12-01T00:00:00Z"),
      ]);
      expect((await all.datetimes("beginsAt", "hour")).length).toBe(3);
      expect(await Venue.all().datetimes("concerts__beginsAt", "quarter")).toEqual([
        at("2025-10-01T00:00:00Z"),
        at("2026-01-01T00:00:00Z"),
      ]);
      // @ts-expect-error a day has no hours
      expect(() => all.datetimes("day", "month")).not.toThrow(TypeError);
      expect(() => all.datetimes("beginsAt", "decade" as "year")).toThrow("decade");
      expect(() => all.datetimes("beginsAt", "year", { order: "up" as "asc" })).toThrow("up");
    });

    test.skipIf(engine.name.includes("libsql"))("in a zone the year begins at its own midnight", async () => {
      const years = Concert.all().datetimes("beginsAt", "year", { timeZone: "Europe/Paris" });
      // Half past eleven in the evening of UTC is the next year in Paris.
      expect(await years).toEqual([at("2024-12-31T23:00:00Z"), at("2025-12-31T23:00:00Z")]);
      expect(
        await Concert.filter({ day: "2025-12-31" }).dates("beginsAt", "day", { timeZone: "Europe/Paris" }),
      ).toEqual(["2026-01-01"]);
    });

    test("dates gives days, of fields of days and of instants", async () => {
      expect(await Concert.all().dates("day", "month")).toEqual(["2025-12-01", "2026-02-01"]);
      expect(await Concert.all().dates("day", "day", { order: "desc" })).toEqual([
        "2026-02-14",
        "2025-12-31",
        "2025-12-30",
      ]);
      // 2025-12-29 was a Monday.
      expect(await Concert.all().dates("beginsAt", "week")).toEqual(["2025-12-29", "2026-02-09"]);
      expect(await Venue.all().dates("opened", "year")).toEqual(["1934-01-01"]);
      expect(await Concert.all().dates("venue__opened", "quarter")).toEqual(["1934-10-01"]);
      expect(await Concert.all().dates("day", "year").count()).toBe(2);
      // @ts-expect-error a day has no hours
      expect(() => Concert.all().dates("day", "hour")).toThrow("hour");
    });

    test("text and lists are cut by the database, numbers raised and turned", async () => {
      const set = Concert.filter({ day: "2026-02-14" }).annotate({
        from: F("venue__name").slice(1),
        part: F("venue__name").slice(1, 3),
        nothing: F("venue__name").slice(2, 2),
        squared: F<number>("length").power(2),
        less: F<number>("length").negated(),
        others: F("acts").slice(1),
        first: F("acts").slice(0, 1),
      });
      const [found] = await set;
      expect([found?.from, found?.part, found?.nothing]).toEqual(["all", "al", ""]);
      expect([found?.squared, found?.less]).toEqual([3600, -60]);
      expect([found?.others, found?.first]).toEqual([["two", "three"], ["one"]]);
      expect(await Venue.filter({ name: F("name").slice(0, 4) }).count()).toBe(2);
      expect(
        (
          await Concert.alias({ rest: F("acts").slice(0, 9) })
            .filter({ day: "2025-12-30" })
            .values("acts")
        )[0]?.acts,
      ).toBe(null);
      expect(() => F("name").slice(-1)).toThrow(RangeError);
      expect(() => F("name").slice(3, 1)).toThrow(RangeError);
    });

    test("relations of instances that are there are loaded for all of them at once", async () => {
      const venues = await Venue.orderBy("name");
      await assertQueries(1, async () => {
        const loaded = await prefetchRelatedObjects(venues, "concerts");
        expect(await Promise.all(loaded.map(async ({ concerts }) => (await concerts).length))).toEqual([2, 1]);
      });
      const short = Prefetch("concerts", { querySet: Concert.filter({ length__lt: 90 }), toAttr: "short" });
      const [club, hall] = await prefetchRelatedObjects(venues, short);
      expect([club?.short.length, hall?.short.length]).toEqual([0, 1]);
      expect(await prefetchRelatedObjects([], "concerts" as never)).toEqual([]);
      // @ts-expect-error a column is no relation
      await expect(prefetchRelatedObjects(venues, "name")).rejects.toThrow("no relation");
    });

    test("earliest and latest take several fields, paths and signs, or go by the model's meta", async () => {
      expect((await Concert.all().latest()).day).toBe("2026-02-14");
      expect((await Concert.all().earliest()).day).toBe("2025-12-30");
      expect((await Concert.all().latest("venue__name", "-day")).day).toBe("2026-02-14");
      expect((await Concert.all().earliest("venue__name", "-day")).day).toBe("2025-12-31");
      await expect(Venue.all().latest()).rejects.toThrow("getLatestBy");
    });
  });
}

import { inTimeZone, setDefaultTimeZone } from "hotclub/core";
import {
  Count,
  createTables,
  databases,
  ExtractHour,
  f,
  Model,
  ProgrammingError,
  TruncDate,
  TruncDay,
  TruncHour,
  TruncTime,
} from "hotclub/orm";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { at, withTables, type OrmEngine } from "./engine.js";

class Gig extends Model {
  name = f.char({ maxLength: 20, uniqueForDate: "startsAt" });
  startsAt = f.dateTime();
  day = f.date();
  doors = f.time();
}

const paris = "Europe/Paris";
const newYork = "America/New_York";

export function describeTimeZones(engine: OrmEngine): void {
  describe("days and hours", () => {
    withTables(engine);
    beforeAll(() => createTables([Gig]));
    beforeEach(async () => {
      await Gig.all().delete();
      // The first is on New Year's Day in Paris, and in the old year in New York.
      await Gig.create({
        name: "new year",
        startsAt: at("2025-12-31T23:30:15.250Z"),
        day: "2026-01-01",
        doors: "00:15",
      });
      // An hour that Paris has twice: 02:30 of summer, an hour before that of winter.
      await Gig.create({
        name: "autumn",
        startsAt: at("2026-10-25T00:30:00Z"),
        day: "2026-10-25",
        doors: "18:30:05.5",
      });
    });
    afterEach(() => setDefaultTimeZone("UTC"));

    const named = async (where: Record<string, unknown>): Promise<string[]> =>
      Gig.filterBy(where).orderBy("startsAt").valuesList("name", { flat: true });
    /** libsql cannot be given functions, so that it knows no zones but UTC. */
    const knowsZones = (): boolean => !databases.get().description.startsWith("libsql");

    test("are those of UTC where no zone is active", async () => {
      expect(await named({ startsAt__year: 2025 })).toEqual(["new year"]);
      expect(await named({ startsAt__date: "2025-12-31" })).toEqual(["new year"]);
      expect(await named({ startsAt__hour: 23, startsAt__time: "23:30:15.25" })).toEqual(["new year"]);
      expect(await named({ startsAt__time__lt: "01:00" })).toEqual(["autumn"]);
    });

    test("of years and dates are those of the active zone, by the index of the column", async () => {
      await inTimeZone(paris, async () => {
        expect(await named({ startsAt__year: 2026 })).toEqual(["new year", "autumn"]);
        expect(await named({ startsAt__year__gt: 2025 })).toEqual(["new year", "autumn"]);
        expect(await named({ startsAt__date: "2026-01-01" })).toEqual(["new year"]);
        expect(await named({ startsAt__date: at("2026-01-01T22:00:00Z") })).toEqual(["new year"]);
        expect(await named({ startsAt__date: "2026-10-25" })).toEqual(["autumn"]);
        expect(await Gig.exclude({ startsAt__date: "2026-01-01" }).count()).toBe(1);
      });
      expect(await inTimeZone(newYork, () => named({ startsAt__year: 2025 }))).toEqual(["new year"]);
      expect(await inTimeZone(newYork, () => named({ startsAt__date: "2026-10-24" }))).toEqual(["autumn"]);
    });

    test("of the other parts are those of the active zone", async () => {
      const ask = (): Promise<string[]> => inTimeZone(paris, () => named({ startsAt__hour: 0, startsAt__month: 1 }));
      if (!knowsZones()) return expect(ask()).rejects.toThrow(ProgrammingError);
      expect(await ask()).toEqual(["new year"]);
      await inTimeZone(paris, async () => {
        expect(await named({ startsAt__hour__in: [2] })).toEqual(["autumn"]);
        expect(await named({ startsAt__time__gte: "02:30" })).toEqual(["autumn"]);
        expect(await named({ startsAt__time: "00:30:15.25" })).toEqual(["new year"]);
        expect(await named({ startsAt__week_day: 5, startsAt__iso_year: 2026, startsAt__week: 1 })).toEqual([
          "new year",
        ]);
        expect(await named({ startsAt__date__in: ["2026-01-01"] })).toEqual(["new year"]);
        const parts = await Gig.orderBy("startsAt__hour").valuesList(
          "startsAt__hour",
          "startsAt__date",
          "startsAt__time",
        );
        expect(parts).toEqual([
          [0, "2026-01-01", "00:30:15.25"],
          [2, "2026-10-25", "02:30:00"],
        ]);
      });
    });

    test("begin a day that has no midnight when its clocks begin", async () => {
      if (!knowsZones()) return;
      await Gig.create({ name: "gap", startsAt: at("2018-11-04T12:00:00Z"), day: "2018-11-04", doors: "10:00" });
      await inTimeZone("America/Sao_Paulo", async () => {
        const gig = await Gig.annotate({ start: TruncDay("startsAt") }).get({ name: "gap" });
        expect(gig.start).toEqual(at("2018-11-04T03:00:00Z"));
        expect(await Gig.filter({ startsAt__date: "2018-11-04" }).count()).toBe(1);
      });
    });

    test("of Trunc and Extract are those of the active zone, or of the one that they are given", async () => {
      if (!knowsZones()) return;
      const parts = () =>
        Gig.filter({ name: "new year" })
          .annotate({
            start: TruncDay("startsAt"),
            hour: ExtractHour("startsAt"),
            there: ExtractHour("startsAt", { timeZone: newYork }),
            utc: ExtractHour("startsAt", { timeZone: "UTC" }),
            date: TruncDate("startsAt"),
            time: TruncTime("startsAt"),
            dayItself: TruncDay("day"),
          })
          .values("start", "hour", "there", "utc", "date", "time", "dayItself")
          .get();
      expect(await parts()).toEqual({
        start: at("2025-12-31T00:00:00Z"),
        hour: 23,
        there: 18,
        utc: 23,
        date: "2025-12-31",
        time: "23:30:15.25",
        dayItself: "2026-01-01",
      });
      expect(await inTimeZone(paris, parts)).toEqual({
        start: at("2025-12-31T23:00:00Z"),
        hour: 0,
        there: 18,
        utc: 23,
        date: "2026-01-01",
        time: "00:30:15.25",
        dayItself: "2026-01-01",
      });
    });

    test("group rows by the zone's days", async () => {
      if (!knowsZones()) return;
      await Gig.create({ name: "breakfast", startsAt: at("2026-01-01T09:00:00Z"), day: "2026-01-01", doors: "10:00" });
      const perDay = () =>
        Gig.all()
          .annotate({ at: TruncDay("startsAt") })
          .values("at")
          .annotate({ n: Count("pk") })
          .orderBy("at")
          .valuesList("at", "n");
      expect((await perDay()).map(([, n]) => n)).toEqual([1, 1, 1]);
      expect((await inTimeZone(paris, perDay)).map(([, n]) => n)).toEqual([2, 1]);
      const days = await inTimeZone(paris, () => Gig.all().datetimes("startsAt", "day"));
      expect(days).toEqual([at("2025-12-31T23:00:00Z"), at("2026-10-24T22:00:00Z")]);
      const given = await Gig.all().datetimes("startsAt", "day", { timeZone: newYork });
      expect(given).toEqual([at("2025-12-31T05:00:00Z"), at("2026-01-01T05:00:00Z"), at("2026-10-24T04:00:00Z")]);
      const hours = await Gig.filter({ name: "autumn" })
        .annotate({ to: TruncHour("startsAt", { timeZone: paris }) })
        .get();
      expect(hours.to).toEqual(at("2026-10-25T00:00:00Z"));
    });

    test("are the query's from its beginning, wherever it is awaited", async () => {
      const begun = inTimeZone(paris, () => Gig.all());
      expect(await begun.filter({ startsAt__date: "2026-01-01" }).count()).toBe(1);
      expect(await Gig.filter({ startsAt__date: "2026-01-01" }).count()).toBe(0);
    });

    test("of days and times of day need no zone", async () => {
      await inTimeZone(newYork, async () => {
        expect(await named({ day__year: 2026, day__month: 1, day__week_day: 5 })).toEqual(["new year"]);
        expect(await named({ day__year__lt: 2026 })).toEqual([]);
        expect(await named({ day__year__lte: 2026, day__quarter: 4 })).toEqual(["autumn"]);
        expect(await named({ day__iso_year: 2026, day__week: 43, day__day: 25 })).toEqual(["autumn"]);
        expect(await named({ doors__hour: 18, doors__minute: 30, doors__second: 5 })).toEqual(["autumn"]);
        expect(await named({ doors__hour__lt: 12 })).toEqual(["new year"]);
        const rows = await Gig.orderBy("-doors__hour")
          .annotate({ h: ExtractHour("doors") })
          .valuesList("h", "day__month");
        expect(rows).toEqual([
          [18, 10],
          [0, 1],
        ]);
      });
    });

    test("that the program is given as a Date are those of the process", async () => {
      setDefaultTimeZone(paris);
      const instant = at("2026-05-31T22:30:00Z");
      const gig = new Gig({
        name: "late",
        startsAt: "2026-06-01T00:30",
        day: instant,
        doors: instant,
      });
      await gig.save();
      const fresh = await Gig.get({ pk: gig.pk });
      expect([fresh.startsAt, fresh.day, fresh.doors]).toEqual([instant, "2026-06-01", "00:30:00"]);
    });

    test("say on which day a value is taken already", async () => {
      const again = new Gig({
        name: "new year",
        startsAt: at("2026-01-01T10:00:00Z"),
        day: "2026-01-01",
        doors: "09:00",
      });
      await again.fullClean();
      await inTimeZone(paris, () => expect(again.fullClean()).rejects.toThrow(/same date of startsAt/));
    });
  });
}

import { Decimal } from "decimal.js";
import {
  Avg,
  Case,
  Cast,
  Coalesce,
  createTables,
  databases,
  DataError,
  F,
  f,
  Model,
  NotSupported,
  StdDev,
  Sum,
  ValidationError,
  Value,
  Variance,
  When,
  ArrayAgg,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Item extends Model {
  name = f.char({ maxLength: 20 });
  price = f.decimal({ maxDigits: 6, decimalPlaces: 2, null: true });
  long = f.decimal({ maxDigits: 30, decimalPlaces: 5, null: true });
  free = f.decimal({ null: true });
  count = f.int({ default: 1 });
  took = f.duration({ null: true });
  soldAt = f.dateTime({ null: true });
}

const text = (value: unknown): string =>
  Decimal.isDecimal(value) ? value.toFixed() : `not a decimal: ${String(value)}`;

/** Decimals that are computed with, and those without limits. */
export function describeDecimals(engine: OrmEngine): void {
  describe("decimals", () => {
    withTables(engine);
    beforeAll(() => createTables([Item]));
    beforeEach(async () => {
      await Item.all().delete();
      await Item.bulkCreate([
        { name: "a", price: "1.10", count: 3, took: 1000 },
        { name: "b", price: "2.20", count: 2, took: 2001 },
        { name: "c", price: "3.35", took: 3000 },
        { name: "none" },
      ]);
    });

    test("that are computed stay decimals, by their digits", async () => {
      const rows = await Item.filter({ price__isnull: false })
        .annotate({
          thrice: F("price").times(3),
          taxed: F("price").times(0.19),
          more: F("price").plus(new Decimal("0.05")),
          whole: F("count").times(F<Decimal>("price")),
          half: F("price").dividedBy(2),
          owed: F("price").negated(),
        })
        .orderBy("name");
      expect(rows.map((row) => text(row.thrice))).toEqual(["3.3", "6.6", "10.05"]);
      expect(rows.map((row) => text(row.taxed))).toEqual(["0.209", "0.418", "0.6365"]);
      expect(rows.map((row) => text(row.more))).toEqual(["1.15", "2.25", "3.4"]);
      expect(rows.map((row) => text(row.whole))).toEqual(["3.3", "4.4", "3.35"]);
      expect(rows.map((row) => text(row.half))).toEqual(["0.55", "1.1", "1.675"]);
      expect(text(rows[0]?.owed)).toBe("-1.1");
      const half = Item.annotate({ half: F("price").dividedBy(2) });
      expect(await half.filter({ half__gt: "1.1" }).valuesList("name", { flat: true })).toEqual(["c"]);
      expect(await half.filter({ half: "1.675" }).count()).toBe(1);
    });

    test("are summed up, and their means are decimals, too", async () => {
      const all = await Item.aggregate({
        sum: Sum("price"),
        mean: Avg("price"),
        apart: Variance("price"),
        by: StdDev("price"),
      });
      const sum: Decimal | null = all.sum;
      const mean: Decimal | null = all.mean;
      expect(text(sum)).toBe("6.65");
      expect(mean?.toFixed(12)).toBe("2.216666666667");
      expect(all.apart?.toFixed(9)).toBe("0.843888889");
      expect(Decimal.isDecimal(all.by)).toBe(true);
      const doubled = await Item.aggregate({ mean: Avg(F("price").times(2)), plain: Avg("count") });
      expect(doubled.mean?.toFixed(9)).toBe("4.433333333");
      expect(doubled.plain).toBe(1.75);
    });

    test("have sums beyond the digits of the field, which can be asked for", async () => {
      await Item.bulkCreate([
        { name: "d", price: "9999.99" },
        { name: "d", price: "9999.99" },
      ]);
      const sums = Item.values("name").annotate({ sum: Sum("price") });
      expect((await sums.filter({ sum__gt: "10000.001" })).map(({ name, sum }) => [name, text(sum)])).toEqual([
        ["d", "19999.98"],
      ]);
    });

    test("are the default of a sum of nothing, and so is a list of one of lists", async () => {
      for (const nothing of [Item.filter({ name: "x" }), Item.none()]) {
        const { sum, mean, list } = await nothing.aggregate({
          sum: Sum("price", { default: "0.50" }),
          mean: Avg("price", { default: 1.5 }),
          list: ArrayAgg<string>("name", { default: [] }),
        });
        expect([text(sum), text(mean), list]).toEqual(["0.5", "1.5", []]);
      }
    });

    test("can be compared with what has more digits than they", async () => {
      const names = async (set: typeof priced): Promise<string[]> => set.valuesList("name", { flat: true });
      const priced = Item.orderBy("name");
      expect(await names(priced.filter({ price__gt: "1.095" }))).toEqual(["a", "b", "c"]);
      expect(await names(priced.filter({ price__gt: "1.105" }))).toEqual(["b", "c"]);
      expect(await names(priced.filter({ price__lte: "2.2000000000000000000000000001" }))).toEqual(["a", "b"]);
      expect(await names(priced.filter({ price__gte: "2.2000000000000000000000000001" }))).toEqual(["c"]);
      expect(await names(priced.filter({ price__lt: "3.3499999999999999999999999999" }))).toEqual(["a", "b"]);
      expect(await names(priced.filter({ price: "1.1000000000000000000000000001" }))).toEqual([]);
      expect(await names(priced.filter({ price__in: ["1.101", "2.2", 3.3501] }))).toEqual(["b"]);
      expect(await names(priced.filter({ price__range: ["1.101", "3.351"] }))).toEqual(["b", "c"]);
      expect(await names(priced.filter({ price__lt: "123456789.1" }))).toEqual(["a", "b", "c"]);
      expect(await names(priced.filter({ price__gt: "-1e30" }))).toEqual(["a", "b", "c"]);
      expect(await priced.exclude({ price: "1.101" }).count()).toBe(4);
      await expect(Item.filter({ price: "1.1" }).update({ price: "1.101" })).rejects.toThrow(ValidationError);
    });

    test("of many digits are, too, and those below zero", async () => {
      const given = ["-9999999999999999999999999.99999", "-0.00001", "0", "0.00001", "9999999999999999999999999.99999"];
      await Item.bulkCreate(given.map((long, index) => ({ name: `long ${index}`, long })));
      const above = (long: string): Promise<number> => Item.filter({ long__gt: long }).count();
      expect([await above("-1e25"), await above("-9999999999999999999999999.999985"), await above("-1e40")]).toEqual([
        5, 4, 5,
      ]);
      expect([await above("-0.000015"), await above("-0.000005"), await above("0.000005")]).toEqual([4, 3, 2]);
      expect([await above("0.0000100000000001"), await above("1e25"), await above("1e40")]).toEqual([1, 0, 0]);
      expect(await Item.filter({ long: "0.000005" }).count()).toBe(0);
      expect(await Item.filter({ long__in: ["0.000014", "0.00001"] }).count()).toBe(1);
    });

    test("that a change computes have the places of their column", async () => {
      await Item.filter({ name: "a" }).update({ price: F("price").times(3) });
      await Item.filter({ name: "b" }).update({ price: F("price").times(0.125) });
      expect(await Item.filter({ price: "3.30" }).valuesList("name", { flat: true })).toEqual(["a"]);
      expect(text((await Item.get({ name: "b" })).price)).toBe("0.28");
      const item = await Item.get({ name: "c" });
      await item.assign({ price: F("price").plus(new Decimal("0.05")) }).save();
      expect(text(item.price)).toBe("3.4");
    });

    test("are values and results of expressions as others", async () => {
      const row = await Item.annotate({
        given: Value(new Decimal("0.10")),
        made: Cast(Value("12.5"), "decimal"),
        chosen: Case([When({ name: "a" }, F("price"))], { otherwise: Value(new Decimal(7)) }),
        known: Coalesce("price", Value(new Decimal("9.99"))),
      }).get({ name: "none" });
      expect([text(row.given), text(row.made), text(row.chosen), text(row.known)]).toEqual([
        "0.1",
        "12.5",
        "7",
        "9.99",
      ]);
    });

    test("without limits have any digits on PostgreSQL, and on SQLite as many as it keeps", async () => {
      const item = await Item.create({ name: "free", free: "123456.789012345" });
      expect(text((await item.refreshFromDb()).free)).toBe("123456.789012345");
      expect(await Item.filter({ free: "123456.789012345" }).count()).toBe(1);
      expect(await Item.filter({ free__lt: 123457 }).count()).toBe(1);
      await expect(Item.create({ name: "bad", free: "Infinity" })).rejects.toThrow(ValidationError);
      const exact = Item.create({ name: "exact", free: "0.1234567890123456789" });
      if (databases.get().engine === "sqlite") await expect(exact).rejects.toThrow(DataError);
      else expect(text((await (await exact).refreshFromDb()).free)).toBe("0.1234567890123456789");
    });

    test("of more digits than SQLite computes with are refused there", async () => {
      await Item.filter({ name: "a" }).update({ long: "1234567890123456789.00001" });
      expect(text((await Item.aggregate({ most: Sum("price") })).most)).toBe("6.65");
      for (const ask of [
        () => Item.aggregate({ sum: Sum("long") }),
        () => Item.aggregate({ mean: Avg("long") }),
        () =>
          Item.filter({ name: "a" })
            .annotate({ more: F("long").plus(1) })
            .values("more"),
      ]) {
        const asked = (async () => ask())();
        if (databases.get().engine === "sqlite") await expect(asked).rejects.toThrow(NotSupported);
        else expect(JSON.stringify(await asked)).toContain("1234567890123456");
      }
    });

    test("are told from lengths of time, whose mean is one", async () => {
      expect(await Item.aggregate({ mean: Avg("took"), all: Sum("took") })).toEqual({ mean: 2000, all: 6001 });
    });

    test("are told from lengths of time that are added to instants", async () => {
      await Item.filter({ name: "b" }).update({ soldAt: new Date("2026-01-31T23:59:58.500Z") });
      const item = await Item.annotate({
        end: F("soldAt").plusMs(F<number>("took")),
        since: F("soldAt").msSince(new Date("2026-01-31T23:59:58Z")),
        twice: F("took").plusMs(F<number>("took")),
      }).get({ name: "b" });
      expect(item.end).toEqual(new Date("2026-02-01T00:00:00.501Z"));
      expect([item.since, item.twice]).toEqual([500, 4002]);
      expect(await Item.filter({ soldAt__lt: F("soldAt").plusMs(F<number>("took")) }).count()).toBe(1);
    });

    test("need both limits, or neither", () => {
      expect(() => {
        class Half extends Model {
          // @ts-expect-error Without decimalPlaces.
          price = f.decimal({ maxDigits: 5 });
        }
        return Half.all();
      }).toThrow("neither");
    });
  });
}

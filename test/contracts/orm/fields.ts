import { Decimal } from "decimal.js";
import fc from "fast-check";
import {
  createTables,
  databases,
  F,
  f,
  Field,
  jsonNull,
  meta,
  Model,
  ModelBase,
  NotSupported,
  uuid7,
  ValidationError,
} from "hotclub/orm";
import { beforeAll, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

interface Settings {
  readonly theme: string;
  readonly sizes?: readonly number[];
}

class Small extends ModelBase {
  id = f.smallAuto();
  name = f.char({ maxLength: 10 });
}

class Middle extends ModelBase {
  id = f.auto32();
  small = f.foreignKey(() => Small, { onDelete: "cascade" });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A field type of one's own, in a few lines. */
class PointField extends Field<Point> {
  readonly typeName = "point";
  readonly lookupKind = "text";
  readonly columnType = {
    kind: "mapped",
    of: { kind: "text" },
    write: ({ x, y }: Point) => `${x},${y}`,
    read: (text: string) => {
      const [x, y] = text.split(",").map(Number);
      return { x: x ?? 0, y: y ?? 0 };
    },
  } as const;

  override toValue(value: unknown): Point {
    return value as Point;
  }
}

class Everything extends Model {
  small = f.smallInt({ null: true });
  middle = f.int32({ null: true });
  whole = f.int({ null: true });
  big = f.bigInt({ null: true });
  float = f.float({ null: true });
  price = f.decimal({ maxDigits: 12, decimalPlaces: 3, null: true });
  exact = f.decimal({ maxDigits: 40, decimalPlaces: 10, null: true });
  flag = f.bool({ null: true });
  text = f.text({ null: true });
  at = f.dateTime({ null: true });
  day = f.date({ null: true });
  clock = f.time({ null: true });
  length = f.duration({ null: true });
  key = f.uuid({ null: true });
  bytes = f.binary({ null: true });
  data = f.json({ null: true });
  address = f.ipAddress({ null: true });
  numbers = f.array(f.int(), { null: true });
  words = f.array(f.text({ null: true }), { null: true });
  points = f.array(f.own(PointField), { null: true });
  days = f.array(f.array(f.date()), { null: true });
  amounts = f.array(f.decimal({ maxDigits: 20, decimalPlaces: 5 }), { null: true });
  blobs = f.array(f.binary(), { null: true });
  point = f.own(PointField, { null: true });
}

class Product extends Model {
  name = f.char({ maxLength: 20 });
  price = f.int({ dbDefault: 7 });
  count = f.int({ default: 1 });
  state = f.char({ choices: { draft: "A draft", live: "Live" }, dbDefault: "draft" });
  stars = f.int({
    choices: [
      [1, "bad"],
      [2, "good"],
    ],
    default: 1,
  });
  total = f.generated(F<number>("price").times(F<number>("count")), f.int());
}

class Virtual extends Model {
  price = f.int();
  double = f.generated(F<number>("price").times(2), f.int(), { stored: false });
}

class Event extends ModelBase {
  id = f.uuid({ primaryKey: true, auto: "v7" });
  token = f.uuid({ auto: "v4" });
  settings = f.json<Settings>({ default: { theme: "dark" } });
  link = f.foreignKey(() => Event, { null: true, onDelete: "setNull" });
}

class Stock extends Model {
  count = f.positiveInt32({ default: 0 });
  static meta = meta({ dbTable: "stock" });
}

const models = [Small, Middle, Everything, Product, Event, Stock];

/** The value after it was written and read again. */
async function kept(values: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { pk } = await Everything.create(values);
  const read = await Everything.get({ pk });
  await Everything.filter({ pk }).delete();
  return Object.fromEntries(Object.keys(values).map((name) => [name, read[name as keyof Everything]]));
}

async function issueOf(values: Record<string, unknown>): Promise<string | undefined> {
  try {
    await Everything.create(values);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ValidationError) return `${thrown.issues[0]?.field} ${thrown.issues[0]?.code}`;
    throw thrown;
  }
}

/** Text that databases keep. */
const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
const wholeDecimal = (digits: number, places: number) =>
  fc
    .bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n })
    .map((scaled) => new Decimal(`${scaled}e-${places}`));
const day = fc
  .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const json = fc
  .jsonValue({ noUnicodeString: false })
  .filter((value) => value !== null && !JSON.stringify(value).includes("\\u0000"))
  // Neither database tells -0 from 0 in JSON.
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const generators = {
  small: fc.integer({ min: -32_768, max: 32_767 }),
  middle: fc.integer(),
  whole: fc.maxSafeInteger(),
  big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  price: wholeDecimal(12, 3),
  exact: wholeDecimal(40, 10),
  flag: fc.boolean(),
  text,
  at: fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  }),
  day,
  clock: fc.integer({ min: 0, max: 86_399_999 }).map((ms) =>
    new Date(ms)
      .toISOString()
      .slice(11, 23)
      .replace(/\.?0+$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.replace(/0+$/, "")))
      .replace(/^(\d\d:\d\d:\d)$/, "$10")
      .replace(/^(\d\d:\d\d:)$/, "$100"),
  ),
  length: fc.integer({ min: -1e14, max: 1e14 }),
  key: fc.uuid(),
  bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  data: json,
  address: fc.oneof(fc.ipV4(), fc.constantFrom("::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1")),
  numbers: fc.array(fc.maxSafeInteger()),
  words: fc.array(fc.option(text)),
  points: fc.array(fc.record({ x: fc.integer(), y: fc.integer() })),
  amounts: fc.array(wholeDecimal(20, 5)),
  blobs: fc.array(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
  point: fc.record({ x: fc.integer(), y: fc.integer() }),
};

/** Decimals as text: two that are equal may be made of different words inside. */
function comparable(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return value.toFixed();
  if (Array.isArray(value)) return value.map(comparable);
  return value;
}

/** The next float beside `value`, towards zero where there is one. */
function nextTo(value: number): number {
  const float = new DataView(new ArrayBuffer(8));
  float.setFloat64(0, value);
  const bits = float.getBigUint64(0);
  float.setBigUint64(0, value === 0 ? 1n : bits - 1n);
  return float.getFloat64(0);
}

export function describeFields(engine: OrmEngine): void {
  describe("fields", () => {
    withTables(engine);
    beforeAll(() => createTables(models));

    test("keys that the database counts come in three sizes, and are referred to in theirs", async () => {
      const small = await Small.create({ name: "a" });
      const middle = await Middle.create({ small });
      const other = await Middle.create({ small: (await Small.create({ name: "b" })).id });
      expect([small.id, middle.id, other.id]).toEqual([1, 1, 2]);
      expect(await Middle.filter({ small__name: "b" }).values("id", "small")).toEqual([{ id: 2, small: 2 }]);
      // No key of a column of 16 bits: no row, and nothing to complain of.
      expect(await Small.filter({ pk: 40_000 }).exists()).toBe(false);
      expect(await Small.filter({ pk__in: [1, 40_000] }).count()).toBe(1);
      expect(await Middle.filter({ small__id__lt: 2 ** 40, id__gt: -(2 ** 40) }).count()).toBe(2);
      expect(await Middle.filter({ small__id__range: [2, 2 ** 40] }).count()).toBe(1);
    });

    test.each(Object.entries(generators))("%s: what is written is what is read", async (name, values) => {
      const property = fc.asyncProperty(values as fc.Arbitrary<unknown>, async (value) => {
        const read = await kept({ [name]: value });
        expect(comparable(read[name])).toEqual(comparable(value));
      });
      await fc.assert(property, { numRuns: 60 });
    });

    test("each field finds its rows by value, and in a list", async () => {
      const samples = fc.sample(fc.record(generators), { numRuns: 3, seed: 7 });
      for (const values of samples) {
        const row = await Everything.create(values as never);
        for (const [name, value] of Object.entries(values)) {
          expect([name, await Everything.filterBy({ pk: row.pk, [name]: value }).count()]).toEqual([name, 1]);
          if (["bytes", "data", "numbers", "words", "points", "amounts", "blobs"].includes(name)) continue;
          expect([name, await Everything.filterBy({ pk: row.pk, [`${name}__in`]: [value] }).count()]).toEqual([
            name,
            1,
          ]);
        }
        await row.delete();
      }
    });

    test("a float is found in a list to the last of its bits, however large or small", async () => {
      const float = fc.double({ noNaN: true, noDefaultInfinity: true });
      const property = fc.asyncProperty(float, float, async (value, other) => {
        const row = await Everything.create({ float: value });
        expect(await Everything.filter({ pk: row.pk, float__in: [other, value] }).count()).toBe(1);
        expect(await Everything.filter({ pk: row.pk, float__in: [nextTo(value)] }).count()).toBe(0);
        await row.delete();
      });
      const extremes = [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 6.62607015e-34, 0.1, -0, 2 ** 53 + 2];
      await fc.assert(property, { numRuns: 60, examples: extremes.map((value) => [value, -value]) });
    });

    test("numbers, decimals and durations are ordered as numbers", async () => {
      for (const exact of ["-10", "9", "100", "-9.5", "0.0000000001"])
        await Everything.create({ exact, price: 1, length: 1 });
      const rows = await Everything.filter({ exact__isnull: false }).orderBy("exact");
      expect(rows.map((row) => row.exact?.toFixed())).toEqual(["-10", "-9.5", "0.0000000001", "9", "100"]);
      expect(await Everything.filter({ exact__gt: "8.9" }).count()).toBe(2);
      expect(await Everything.filter({ price__lte: "1.001", length__gte: 1 }).count()).toBe(5);
      await Everything.all().delete();
    });

    test("lists may be nested, and hold what is null", async () => {
      expect(await kept({ days: [["2026-01-01"], ["2026-01-02"]], words: [null, "NULL", 'a "b" \\ {c},'] })).toEqual({
        days: [["2026-01-01"], ["2026-01-02"]],
        words: [null, "NULL", 'a "b" \\ {c},'],
      });
    });

    test("what does not fit is refused, by field and code", async () => {
      const problems = await Promise.all(
        [
          { small: 32_768 },
          { middle: -(2 ** 31) - 1 },
          { big: 2n ** 63n },
          { float: Number.NaN },
          { price: "1.0001" },
          { price: "1234567890" },
          { price: "one" },
          { day: "2026-02-30" },
          { clock: "24:00" },
          { length: 1.5 },
          { key: "x" },
          { bytes: "text" },
          { data: { a: 1n } },
          { data: "\0" },
          { data: () => 1 },
          { address: "1.2.3" },
          { numbers: [1, "x"] },
        ].map(issueOf),
      );
      expect(problems).toEqual([
        "small max_value",
        "middle min_value",
        "big out_of_range",
        "float invalid",
        "price max_decimal_places",
        "price max_digits",
        "price invalid",
        "day invalid",
        "clock invalid",
        "length invalid",
        "key invalid",
        "bytes invalid",
        "data invalid",
        "data null_characters",
        "data invalid",
        "address invalid",
        "numbers invalid",
      ]);
    });

    test("texts are converted to values", async () => {
      const read = await kept({
        at: "2026-07-01T10:00[Europe/Paris]",
        day: new Date("2026-07-01T23:30:00Z"),
        clock: "18:30",
        length: "PT1H30M",
        key: "{6F9619FF8B86D011B42D00CF4FC964FF}",
        address: "2001:DB8:0:0:0:0:0:1",
        big: "12",
      });
      expect(read).toEqual({
        at: new Date("2026-07-01T08:00:00Z"),
        day: "2026-07-01",
        clock: "18:30:00",
        length: 5_400_000,
        key: "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        address: "2001:db8::1",
        big: 12n,
      });
    });

    test("that are computed when they are read need a server that can, which the error names", async () => {
      const database = databases.get();
      const version = database.engine === "postgres" ? await database.query("SHOW server_version_num") : undefined;
      if (version !== undefined && Number(version.rows[0]?.[0]) < 180_000) {
        const error = await createTables([Virtual]).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(NotSupported);
        expect(String(error)).toMatch(/Virtual\.double is to be; .*stored: false.* PostgreSQL 18/);
        return;
      }
      await createTables([Virtual]);
      const { id } = await Virtual.create({ price: 4 });
      await Virtual.filter({ id }).update({ price: 5 });
      expect((await Virtual.get({ double: 10 })).id).toBe(id);
    });

    test("the database gives defaults and computed columns, and the instance has them at once", async () => {
      const product = await Product.create({ name: "a", count: 3 });
      expect([product.price, product.state, product.total]).toEqual([7, "draft", 21]);
      product.count = 5;
      await product.save();
      expect(product.total).toBe(35);
      expect((await Product.get({ total: 35 })).pk).toBe(product.pk);
      const given = await Product.create({ name: "b", price: 2, state: "live" });
      expect([given.price, given.state, given.total]).toEqual([2, "live", 2]);
      await expect(Product.filter({ pk: given.pk }).update({ total: 4 } as never)).rejects.toThrow("database computes");
    });

    test("uuid keys come by themselves; those of version 7 in order", async () => {
      const events = [await Event.create({}), await Event.create({}), await Event.create({})];
      const keys = events.map((event) => event.id);
      expect(keys).toEqual([...keys].sort());
      expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const linked = await Event.create({ link: events[0] ?? null });
      expect((await Event.get({ link: keys[0] ?? "" })).id).toBe(linked.id);
      const theme: string = (await Event.get({ pk: linked.id })).settings.theme;
      expect(theme).toBe("dark");
      expect(uuid7() < uuid7()).toBe(true);
    });

    test("JSON null and no value at all are different in the database, and both are null here", async () => {
      const none = await Everything.create({ data: null });
      const some = await Everything.create({ data: jsonNull });
      expect((await some.refreshFromDb()).data).toBeNull();
      expect(await Everything.filter({ data__isnull: true }).count()).toBe(1);
      expect(await Everything.filter({ pk__in: [none.pk, some.pk] }).delete()).toMatchObject({ count: 2 });
    });

    test("the database itself refuses a negative number in a positive field", async () => {
      const stock = await Stock.create({ count: 1 });
      await expect(Stock.filter({ pk: stock.pk }).update({ count: F<number>("count").minus(2) })).rejects.toMatchObject(
        {
          code: "ORM_CHECK_VIOLATION",
        },
      );
    });
  });
}

import { Decimal } from "decimal.js";
import {
  Case,
  Concat,
  Count,
  createTables,
  Exists,
  F,
  f,
  Field,
  Lower,
  meta,
  Model,
  ModelBase,
  NotSupported,
  Now,
  OuterRef,
  Q,
  QueryInvalid,
  preSave,
  Subquery,
  unique,
  UniqueViolation,
  Upper,
  Value,
  ValidationError,
  When,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Shelf extends Model {
  name = f.char({ maxLength: 20 });
  discs = f.reverse(() => Disc, "shelf");
}
class Disc extends Model {
  title = f.char({ maxLength: 20 });
  rank = f.int({ default: 1 });
  price = f.decimal({ maxDigits: 6, decimalPlaces: 2, default: "1.00" });
  isLoud = f.bool({ default: false });
  boughtAt = f.dateTime({ null: true });
  data = f.json({ null: true });
  made = f.int({ dbDefault: 7 });
  shelf = f.foreignKey(() => Shelf, { null: true, onDelete: "cascade" });
  static meta = meta<Disc>({ ordering: ["pk"], constraints: [unique("title")] });
}
class Single extends Disc {
  side = f.char({ maxLength: 20 });
}
interface Spot {
  readonly x: number;
}
/** A field that takes anything. */
class SpotField extends Field<Spot> {
  readonly typeName = "spot";
  readonly lookupKind = "text";
  readonly columnType = {
    kind: "mapped",
    of: { kind: "text" },
    write: ({ x }: Spot) => `at ${x}`,
    read: (text: string) => ({ x: Number(text.slice(3)) }),
  } as const;

  override toValue(value: unknown): Spot {
    return value as Spot;
  }
}
class Sleeve extends Model {
  day = f.date({ null: true });
  opensAt = f.time({ null: true });
  takes = f.duration({ null: true });
  code = f.uuid({ null: true });
  address = f.ipAddress({ null: true });
  data = f.json({ null: true });
  large = f.bigInt({ null: true });
  counted = f.bigInt({ dbDefault: 9007199254740993n });
  doubled = f.generated(F<bigint>("counted").plus(2), f.bigInt());
  exact = f.decimal({ maxDigits: 40, decimalPlaces: 10, null: true });
  spot = f.own(SpotField, { null: true });
  seenAt = f.dateTime({ autoNow: true });
  isNew = f.bool({ default: false });
}
class Tag extends ModelBase {
  code = f.char({ maxLength: 20, primaryKey: true });
  uses = f.int({ default: 0 });
}
class Label extends Tag {
  colour = f.char({ maxLength: 20 });
}
class Cell extends ModelBase {
  key = f.compositeKey("row", "name");
  row = f.int();
  name = f.char({ maxLength: 20 });
}
class Step extends Model {
  shelf = f.foreignKey(() => Shelf, { onDelete: "cascade" });
  name = f.char({ maxLength: 20 });
  static meta = meta<Step>({ orderWithRespectTo: "shelf" });
}

/** New rows of which the database computes values. */
export function describeComputedRows(engine: OrmEngine): void {
  describe("new rows with expressions", () => {
    withTables(engine);
    beforeAll(() => createTables([Shelf, Disc, Single, Sleeve, Tag, Label, Cell, Step]));
    beforeEach(async () => {
      for (const model of [Single, Disc, Step, Shelf, Sleeve, Label, Tag, Cell]) await model.all().delete();
    });

    test("create has the database compute them, and the instance has what came of it", async () => {
      const before = Date.now();
      const disc = await Disc.create({
        title: Lower(Value("SWING")),
        rank: Value(20).plus(1),
        price: Value(new Decimal("2.5")).times(2),
        isLoud: Exists(Shelf.all()),
        boughtAt: Now(),
      });
      expect(disc).toMatchObject({ title: "swing", rank: 21, isLoud: false, made: 7, data: null });
      expect(Math.abs((disc.boughtAt?.getTime() ?? 0) - before)).toBeLessThan(600_000);
      const read = await Disc.get({ pk: disc.pk });
      expect(JSON.stringify(read)).toBe(JSON.stringify(disc));
      expect(disc.isSaved).toBe(true);
    });

    test("values come from other rows", async () => {
      const shelf = await Shelf.create({ name: "top" });
      await Disc.create({ title: "one", rank: 4, shelf });
      const most = Subquery(Disc.orderBy("-rank").values("rank").slice(0, 1));
      const disc = await Disc.create({ title: "two", rank: most.plus(1), isLoud: Exists(Disc.filter({ rank: 4 })) });
      expect([disc.rank, disc.isLoud]).toEqual([5, true]);
    });

    test("instances that were made by new are saved with them, and tell receivers of them", async () => {
      const disc = new Disc({ title: Concat(Value("a"), Value("b")), rank: 3 });
      const seen: unknown[] = [];
      const stop = preSave.connect(({ instance }) => void seen.push((instance as Disc).title), { sender: Disc });
      await disc.save();
      const other = await Disc.create({ title: Upper(Value("c")) });
      stop();
      expect([disc.title, other.title]).toEqual(["ab", "C"]);
      expect(seen.map((title) => typeof title)).toEqual(["object", "object"]);
      expect(await Disc.valuesList("title", "rank")).toEqual([
        ["ab", 3],
        ["C", 1],
      ]);
    });

    test("a model that extends another may have them in both tables", async () => {
      const single = await Single.create({ title: Upper(Value("a")), side: Upper(Value("b")) });
      expect([single.title, single.side]).toEqual(["A", "B"]);
      expect(await Single.valuesList("title", "side")).toEqual([["A", "B"]]);
    });

    test("bulkCreate keeps the order, and gives keys and computed values to each", async () => {
      const rows = await Disc.bulkCreate([
        { title: "plain" },
        { title: Lower(Value("FIRST")), rank: 2 },
        { title: Lower(Value("SECOND")), rank: Value(1).plus(2), made: 1 },
        new Disc({ title: Lower(Value("THIRD")) }),
        { title: "last" },
      ]);
      expect(rows.map(({ title, rank, made }) => [title, rank, made])).toEqual([
        ["plain", 1, 7],
        ["first", 2, 7],
        ["second", 3, 1],
        ["third", 1, 7],
        ["last", 1, 7],
      ]);
      for (const { pk, title } of rows) expect((await Disc.get({ pk })).title).toBe(title);
      const many = Array.from({ length: 250 }, (_, at) => ({ title: Lower(Value(`M${at}`)), rank: at }));
      const made = await Disc.bulkCreate(many);
      expect(made.map(({ title }) => title)).toEqual(many.map((_, at) => `m${at}`));
    });

    test("rows whose expressions have more values than one statement takes are written by several", async () => {
      // 36,100 values, of which SQLite takes 32,766.
      const nothing = Array.from({ length: 90 }, () => Value(""));
      const empty = Concat(...Array.from({ length: 4 }, () => Concat(...nothing)));
      const titled = (title: string) => ({ title: Concat(empty, Value(title)) });
      const made = await Disc.bulkCreate(Array.from({ length: 100 }, (_, at) => titled(`new ${at}`)));
      expect(made.map(({ title }) => title)).toEqual(made.map((_, at) => `new ${at}`));
      const twice = Array.from({ length: 100 }, (_, at) => titled(`more ${at % 99}`));
      await expect(Disc.bulkCreate(twice)).rejects.toThrow(UniqueViolation);
      expect(await Disc.count()).toBe(100);
      for (const [at, disc] of made.entries()) disc.assign(titled(`changed ${at}`));
      expect(await Disc.all().bulkUpdate(made, ["title"])).toBe(100);
      const changed = await Disc.orderBy("pk").valuesList("title", { flat: true });
      expect(changed).toEqual(made.map((_, at) => `changed ${at}`));
    });

    test("bulkCreate leaves out or changes rows that break a unique rule", async () => {
      await Disc.create({ title: "a", rank: 1 });
      const rows = [{ title: Lower(Value("A")), rank: 2 }, { title: Lower(Value("B")) }];
      const [left] = await Disc.bulkCreate(rows, { ignoreConflicts: true });
      expect([left?.title, left?.isSaved]).toEqual([undefined, false]);
      expect(await Disc.valuesList("title", "rank")).toEqual([
        ["a", 1],
        ["b", 1],
      ]);
      const changed = await Disc.bulkCreate(rows, {
        updateConflicts: true,
        uniqueFields: ["title"],
        updateFields: ["rank"],
      });
      expect(changed.map(({ title }) => title)).toEqual(["a", "b"]);
      expect(await Disc.valuesList("title", "rank")).toEqual([
        ["a", 2],
        ["b", 1],
      ]);
    });

    test("a new row has no fields to compute with", async () => {
      const wrong = [
        { title: F("title") },
        { title: Upper("title") },
        { title: "x", rank: F("rank").plus(1) },
        { title: "x", rank: Count("*") },
        { title: F("shelf__name") },
        { title: Subquery(Shelf.filter({ name: OuterRef("title") }).values("name")) },
        { title: "x", isLoud: Q({ rank: 1 }) },
        { title: "x", rank: Case([When(Q({ rank: 1 }), 2)], { otherwise: 3 }) },
      ];
      for (const values of wrong) {
        await expect(Disc.create(values as never)).rejects.toThrow(QueryInvalid);
        await expect(Disc.create(values as never)).rejects.toThrow("there is no row yet");
        await expect(Disc.bulkCreate([values as never])).rejects.toThrow("there is no row yet");
      }
      expect(await Disc.count()).toBe(0);
    });

    test("what is wrong with the other values is said as ever", async () => {
      const wrong = Disc.create({ title: Lower(Value("A")), rank: "many" as never });
      await expect(wrong).rejects.toMatchObject({ issues: [{ field: "rank" }] });
      await expect(wrong).rejects.toThrow(ValidationError);
    });

    test("JSON takes an expression for all of it, and none inside of a value", async () => {
      const { data } = await Disc.create({ title: "a", data: Subquery(Disc.values("data").slice(0, 1)) });
      expect(data).toBeNull();
      await expect(Disc.create({ title: "b", data: { rank: F("rank") } as never })).rejects.toThrow("JSON");
    });

    test("getOrCreate and updateOrCreate take expressions and functions as defaults", async () => {
      const [made] = await Disc.getOrCreate(
        { title: "a" },
        { defaults: { rank: Value(1).plus(1), isLoud: () => true } },
      );
      expect([made.rank, made.isLoud]).toEqual([2, true]);
      const [changed, isNew] = await Disc.updateOrCreate({ title: "a" }, { defaults: { rank: F("rank").plus(5) } });
      expect([changed.rank, isNew]).toEqual([7, false]);
      await expect(Disc.updateOrCreate({ title: "b" }, { defaults: { rank: F("rank").plus(5) } })).rejects.toThrow(
        "there is no row yet",
      );
      const [other] = await Disc.updateOrCreate(
        { title: "b" },
        { defaults: { rank: F("rank").plus(5) }, createDefaults: { rank: () => 3 } },
      );
      expect(other.rank).toBe(3);
      const shelf = await Shelf.create({ name: "top" });
      const [owned] = await shelf.discs.getOrCreate({ title: "c" }, { defaults: { rank: () => 8 } });
      expect([owned.rank, owned.shelf?.id]).toEqual([8, shelf.pk]);
    });

    test("a Value without a type is one of the field, whatever that is", async () => {
      const values = {
        day: "2024-02-29",
        opensAt: "12:30:01",
        takes: 90_061_001,
        code: "00000000-0000-4000-8000-000000000001",
        address: "::1",
        data: "text",
        large: 9223372036854775807n,
        exact: new Decimal("123456789012345678901234567890.0123456789"),
      };
      const entries = Object.entries(values).map(([name, value]) => [name, Value(value)] as const);
      const given = Object.fromEntries(entries) as Readonly<Record<string, never>>;
      const made = await Sleeve.create(given);
      const [bulk] = await Sleeve.bulkCreate([given]);
      const saved = await new Sleeve(given).save();
      const updated = await Sleeve.create({});
      await Sleeve.filter({ pk: updated.pk }).update(given);
      const assigned = await (await Sleeve.create({})).assign(given).save();
      const later = (await Sleeve.create({})).assign(given);
      await Sleeve.all().bulkUpdate([later], Object.keys(values) as never);
      expect(made).toMatchObject(values);
      for (const row of [made, bulk, saved, updated, assigned, later]) {
        expect(await Sleeve.get({ pk: row?.pk ?? 0 })).toMatchObject(values);
      }
      await expect(Sleeve.create({ day: Value("2024-02-30") })).rejects.toThrow(ValidationError);
      await expect(Sleeve.create({ day: Value(null) as never })).resolves.toMatchObject({ day: null });
    });

    test("whole numbers of any size come back as they are", async () => {
      const source = await Sleeve.create({ large: 9223372036854775807n });
      expect([source.counted, source.doubled]).toEqual([9007199254740993n, 9007199254740995n]);
      const large = Subquery(Sleeve.filter({ pk: source.pk }).values("large"));
      const made = await Sleeve.create({ large, counted: Value(9007199254740993n).plus(2) as never });
      expect([made.large, made.counted, made.doubled]).toEqual([source.large, 9007199254740995n, 9007199254740997n]);
      const [one, two] = await Sleeve.bulkCreate([{ large }, {}]);
      expect([one?.large, one?.counted, two?.counted]).toEqual([source.large, source.counted, source.counted]);
      await source.assign({ counted: 9007199254740997n }).save();
      expect(source.doubled).toBe(9007199254740999n);
    });

    test("decimals of many digits are written exactly or not at all", async () => {
      const exact = new Decimal("123456789012345678901234567890.0123456789");
      const source = await Sleeve.create({ exact });
      const copied = Subquery(Sleeve.filter({ pk: source.pk }).values("exact"));
      const copy = await Sleeve.create({ exact: copied });
      expect(copy.exact).toEqual(exact);
      const sum = Value(exact).plus(new Decimal(1));
      const made = await Sleeve.create({ exact: sum }).catch((thrown: unknown) => thrown);
      if (made instanceof NotSupported) {
        await expect(Sleeve.all().update({ exact: sum })).rejects.toThrow("more than 15 digits");
        expect(await Sleeve.count()).toBe(2);
      } else expect((made as Sleeve).exact).toEqual(new Decimal("123456789012345678901234567891.0123456789"));
    });

    test("fields of a program's own have the database compute, too", async () => {
      const made = await Sleeve.create({ spot: { x: 3 } });
      const spot = Subquery(Sleeve.filter({ pk: made.pk }).values("spot")) as never;
      const [bulk] = await Sleeve.bulkCreate([{ spot }]);
      expect([(await Sleeve.create({ spot })).spot, bulk?.spot]).toEqual([{ x: 3 }, { x: 3 }]);
    });

    test("fields that set themselves do so whatever was given", async () => {
      const long = Value(new Date(0), "dateTime");
      const made = await Sleeve.create({ seenAt: long, isNew: Exists(Shelf.all()) });
      const [bulk] = await Sleeve.bulkCreate([{ seenAt: long, isNew: Exists(Shelf.all()) }]);
      const saved = await (await Sleeve.create({})).assign({ seenAt: long, large: Value(1).plus(1) as never }).save();
      for (const row of [made, bulk, saved]) expect(row?.seenAt.getTime()).toBeGreaterThan(0);
    });

    test("keys may be computed", async () => {
      const [one, two] = await Shelf.bulkCreate([
        { id: Value(600).plus(1), name: "one" },
        { id: Value(600).plus(2), name: "two" },
      ] as never[]);
      expect([one?.pk, two?.pk, (await Shelf.get({ pk: 602 })).name]).toEqual([601, 602, "two"]);
      const shelf = await new Shelf({ id: Value(700).plus(1), name: "three" }).save();
      expect([shelf.pk, shelf.isSaved]).toEqual([701, true]);
      const made = await Tag.create({ code: Lower(Value("A")), uses: Value(1).plus(1) });
      expect([made.pk, made.uses]).toEqual(["a", 2]);
      // As with a key that is known, the row that is there is changed.
      const again = await new Tag({ code: Lower(Value("A")), uses: 5 }).save();
      expect([again.pk, await Tag.valuesList("code", "uses")]).toEqual(["a", [["a", 5]]]);
      const label = await new Label({ code: Lower(Value("B")), colour: Lower(Value("RED")) }).save();
      expect([label.pk, label.colour, await Label.count()]).toEqual(["b", "red", 1]);
      const cell = await new Cell({ row: Value(1).plus(1), name: Lower(Value("C")) }).save();
      expect([cell.pk, await Cell.filter({ pk: [2, "c"] }).count()]).toEqual([[2, "c"], 1]);
      await expect(new Tag({ code: Lower("code") }).save()).rejects.toThrow("there is no row yet");
    });

    test("an instance with a key of its own may have conditions as values, and so may one that is there", async () => {
      const made = await new Sleeve({ id: 77, isNew: Exists(Shelf.all()).not() }).save();
      expect(made.isNew).toBe(true);
      const other = made.assign({ isNew: Exists(Shelf.all()) });
      await Sleeve.all().bulkUpdate([other], ["isNew"]);
      expect((await Sleeve.get({ pk: 77 })).isNew).toBe(false);
    });

    test("rows are placed behind others of an owner that is computed", async () => {
      const [one, two] = await Shelf.bulkCreate([{ name: "one" }, { name: "two" }]);
      const owner = Subquery(Shelf.filter({ name: "one" }).values("pk"));
      const step = await Step.create({ shelf: owner, name: Lower(Value("A")) });
      expect(step.shelf.id).toBe(one?.pk);
      await Step.bulkCreate([
        { shelf: owner, name: "b" },
        { shelf: two?.pk ?? 0, name: "c" },
        { shelf: owner, name: Lower(Value("D")) },
      ]);
      const names = (shelf: Shelf | undefined) => Step.filter({ shelf: shelf?.pk ?? 0 }).valuesList("name");
      expect([await names(one), await names(two)]).toEqual([[["a"], ["b"], ["d"]], [["c"]]]);
      const wrong = Step.bulkCreate([{ shelf: "x" as never, name: "e" }]);
      await expect(wrong).rejects.toMatchObject({ issues: [{ field: "shelf" }] });
    });
  });
}

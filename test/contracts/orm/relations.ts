import {
  assertQueries,
  Count,
  createTables,
  f,
  meta,
  Model,
  QueryInvalid,
  setTo,
  unique,
  UniqueViolation,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Person extends Model {
  name = f.char({ maxLength: 20 });
  friends = f.manyToMany(() => Person);
  idols = f.manyToMany(() => Person, { symmetrical: false });
  fans = f.reverse(() => Person, "idols");
  bands = f.reverse(() => Band, "players");
  passport = f.reverseOne(() => Passport, "person");
  static meta = meta<Person>({ ordering: ["name"] });
}
class Passport extends Model {
  person = f.oneToOne(() => Person, { onDelete: "cascade" });
  number = f.char({ maxLength: 20 });
}
class Band extends Model {
  name = f.char({ maxLength: 20 });
  players = f.manyToMany(() => Person, { through: () => Seat, throughFields: ["band", "player"] });
  styles = f.manyToMany(() => Style);
  seats = f.reverse(() => Seat, "band");
  records = f.reverse(() => LongPlay, "band");
}
class Seat extends Model {
  band = f.foreignKey(() => Band, { onDelete: "cascade" });
  player = f.foreignKey(() => Person, { onDelete: "cascade" });
  invitedBy = f.foreignKey(() => Person, { null: true, onDelete: "setNull" });
  instrument = f.char({ maxLength: 20, default: "guitar" });
  static meta = meta({ constraints: [unique("band", "player")] });
}
class Style extends Model {
  name = f.char({ maxLength: 20, unique: true });
  bands = f.reverse(() => Band, "styles");
}
class LongPlay extends Model {
  title = f.char({ maxLength: 20 });
  band = f.foreignKey(() => Band, { null: true, onDelete: "setNull" });
  label = f.foreignKey(() => Label, { null: true, onDelete: setTo(() => Label.get({ name: "none" })) });
  archive = f.foreignKey(() => Archive, { null: true, onDelete: "dbSetNull" });
}
class Label extends Model {
  name = f.char({ maxLength: 20 });
}
class Archive extends Model {
  name = f.char({ maxLength: 20 });
}
class Box extends Model {
  archive = f.foreignKey(() => Archive, { onDelete: "dbCascade" });
}

const models = [Person, Passport, Band, Seat, Style, Label, Archive, LongPlay, Box];

async function names(set: PromiseLike<{ readonly name: string }[]>): Promise<string[]> {
  return (await set).map((row) => row.name);
}

export function describeRelations(engine: OrmEngine): void {
  describe("relations", () => {
    withTables(engine);
    beforeAll(() => createTables(models));
    beforeEach(async () => {
      for (const model of [Seat, Passport, LongPlay, Box, Archive, Label, Band, Style, Person])
        await model.all().delete();
    });

    test("links of many to many are made, cut and counted, from both sides", async () => {
      const band = await Band.create({ name: "quintette" });
      const [swing, bop] = [await Style.create({ name: "swing" }), await Style.create({ name: "bop" })];
      await band.styles.add(swing);
      await band.styles.add([swing, bop.id]);
      expect(await names(band.styles.orderBy("name"))).toEqual(["bop", "swing"]);
      expect(await names(swing.bands)).toEqual(["quintette"]);
      await band.styles.remove(bop);
      expect(await band.styles.count()).toBe(1);
      await band.styles.set([bop]);
      expect(await names(band.styles)).toEqual(["bop"]);
      const cool = await band.styles.create({ name: "cool" });
      expect(await cool.bands.exists()).toBe(true);
      await bop.bands.clear();
      expect(await names(band.styles)).toEqual(["cool"]);
    });

    test("adding what is linked already makes no second link", async () => {
      const band = await Band.create({ name: "a" });
      const style = await Style.create({ name: "s" });
      await band.styles.add([style, style]);
      await band.styles.add(style);
      expect(await band.styles.count()).toBe(1);
      await band.styles.set([style]);
      expect(await band.styles.filter({ name: "s" }).count()).toBe(1);
    });

    test("filters follow links from both sides, and join only the links for keys", async () => {
      const [one, two] = [await Band.create({ name: "one" }), await Band.create({ name: "two" })];
      const [swing, bop] = [await Style.create({ name: "swing" }), await Style.create({ name: "bop" })];
      await one.styles.add([swing, bop]);
      await two.styles.add(bop);
      expect(await names(Band.filter({ styles__name: "swing" }))).toEqual(["one"]);
      expect(await names(Band.filter({ styles: bop }).orderBy("name"))).toEqual(["one", "two"]);
      expect(await names(Band.exclude({ styles: swing }))).toEqual(["two"]);
      expect(await names(Style.filter({ bands__name: "two" }))).toEqual(["bop"]);
      expect(Band.filter({ styles: bop.id }).toSql().sql.match(/JOIN/g)).toHaveLength(1);
      expect(await names(Band.filter({ styles__isnull: true }))).toEqual([]);
    });

    test("trap 14: null for many to many finds rows without links", async () => {
      const [one] = [await Band.create({ name: "one" }), await Band.create({ name: "two" })];
      await one.styles.create({ name: "swing" });
      expect(await names(Band.filter({ styles: null }))).toEqual(["two"]);
      expect(await names(Band.exclude({ styles: null }))).toEqual(["one"]);
    });

    test("a link of a model to itself goes both ways, unless it is not symmetrical", async () => {
      const [a, b, c] = [
        await Person.create({ name: "a" }),
        await Person.create({ name: "b" }),
        await Person.create({ name: "c" }),
      ];
      await a.friends.add([b, c, a]);
      expect(await names(b.friends)).toEqual(["a"]);
      expect(await names(a.friends)).toEqual(["a", "b", "c"]);
      await b.friends.remove(a);
      expect(await names(a.friends)).toEqual(["a", "c"]);
      await a.idols.add(b);
      expect(await names(b.idols)).toEqual([]);
      expect(await names(b.fans)).toEqual(["a"]);
      expect(await names(Person.filter({ fans__name: "a" }))).toEqual(["b"]);
    });

    test("getOrCreate and updateOrCreate on a set make rows that are in it", async () => {
      const band = await Band.create({ name: "a" });
      const [first, isNew] = await band.records.getOrCreate({ title: "one" });
      expect([first.band?.id, isNew]).toEqual([band.pk, true]);
      expect((await band.records.getOrCreate({ title: "one" }))[1]).toBe(false);
      await LongPlay.create({ title: "two" });
      expect((await band.records.getOrCreate({ title: "two" }))[1]).toBe(true);
      const [changed, isMade] = await band.records.updateOrCreate({ title: "one" }, { defaults: { title: "new" } });
      expect([changed.title, isMade, await band.records.count()]).toEqual(["new", false, 2]);
      const [style, isNewStyle] = await band.styles.getOrCreate({ name: "swing" });
      expect([isNewStyle, await band.styles.count()]).toEqual([true, 1]);
      expect((await band.styles.getOrCreate({ name: "swing" }))[0].pk).toBe(style.pk);
      const other = await Band.create({ name: "b" });
      // There is a row of that name, which is not in this set.
      await expect(other.styles.getOrCreate({ name: "swing" })).rejects.toBeInstanceOf(UniqueViolation);
      const [player] = await band.players.getOrCreate({ name: "Ann" }, { throughDefaults: { instrument: "bass" } });
      expect(await Seat.filter({ player, instrument: "bass" }).count()).toBe(1);
    });

    test("links may have a model of their own, with values", async () => {
      const band = await Band.create({ name: "quintette" });
      const [django, stephane] = [await Person.create({ name: "django" }), await Person.create({ name: "stephane" })];
      await band.players.add(django);
      await band.players.add(stephane, { throughDefaults: { instrument: "violin", invitedBy: django } });
      expect(await names(band.players)).toEqual(["django", "stephane"]);
      expect((await Seat.get({ player: stephane })).instrument).toBe("violin");
      expect(await names(stephane.bands)).toEqual(["quintette"]);
      expect(await Seat.filter({ band__players__name: "django" }).count()).toBe(2);
    });

    test("a relation through links and the relation to those links are about the same link", async () => {
      const band = await Band.create({ name: "quintette" });
      const [django, stephane] = [await Person.create({ name: "django" }), await Person.create({ name: "stephane" })];
      await band.players.add(django);
      await band.players.add(stephane, { throughDefaults: { instrument: "violin" } });
      const seats = Band.values("players__name", "seats__instrument").orderBy("players__name");
      expect(await seats).toEqual([
        { players__name: "django", seats__instrument: "guitar" },
        { players__name: "stephane", seats__instrument: "violin" },
      ]);
      expect(await Band.filter({ players__name: "django", seats__instrument: "violin" }).count()).toBe(0);
      expect(await Band.filter({ players__name: "django" }).filter({ seats__instrument: "violin" }).count()).toBe(1);
      const sums = await Band.aggregate({ players: Count("players"), instruments: Count("seats__instrument") });
      expect(sums).toEqual({ players: 2, instruments: 2 });
    });

    test("trap 33: deleting counts the links that go", async () => {
      const band = await Band.create({ name: "a" });
      await band.styles.create({ name: "s" });
      await band.players.create({ name: "p" });
      await LongPlay.create({ title: "x", band });
      expect(await band.delete()).toEqual({ count: 3, byModel: { Band: 1, Band_styles: 1, Seat: 1 } });
      expect((await LongPlay.get({ title: "x" })).band).toBeNull();
    });

    test("sets of a foreign key take rows, and give them up where it may be null", async () => {
      const [a, b] = [await Band.create({ name: "a" }), await Band.create({ name: "b" })];
      const [x, y] = [await LongPlay.create({ title: "x" }), await LongPlay.create({ title: "y", band: a })];
      await assertQueries(1, () => b.records.add([x, y]));
      expect((await x.band)?.name).toBe("b");
      expect(await b.records.count()).toBe(2);
      await b.records.set([x]);
      expect((await y.refreshFromDb()).band).toBeNull();
      await b.records.clear();
      expect(await b.records.exists()).toBe(false);
      const style = await Style.create({ name: "s" });
      await expect(style.bands.add(x as never)).rejects.toMatchObject({ code: "ORM_LOOKUP_VALUE_INVALID" });
    });

    test("sets of a foreign key that may not be null give no rows up", async () => {
      const archive = await Archive.create({ name: "a" });
      await Box.create({ archive });
      class Shelf extends Model {
        boxes = f.reverse(() => Item, "shelf");
      }
      class Item extends Model {
        shelf = f.foreignKey(() => Shelf, { onDelete: "cascade" });
      }
      await createTables([Shelf, Item]);
      const shelf = await Shelf.create({});
      await shelf.boxes.create({});
      await expect(shelf.boxes.clear()).rejects.toThrow(QueryInvalid);
    });

    test("one to one leads to one row from both sides, loaded once for all rows of a result", async () => {
      for (const name of ["a", "b", "c"]) {
        const person = await Person.create({ name });
        if (name !== "c") await Passport.create({ person, number: name.repeat(3) });
      }
      const people = await Person.all();
      await assertQueries(1, async () => {
        expect((await people[0]?.passport)?.number).toBe("aaa");
        expect((await people[1]?.passport)?.number).toBe("bbb");
        expect(await people[2]?.passport.orNull()).toBeNull();
        expect(await (await people[0]?.passport)?.person).toBe(people[0]);
      });
      await expect(people[2]?.passport).rejects.toThrow(Passport.DoesNotExist);
      expect(await names(Person.filter({ passport__number: "bbb" }))).toEqual(["b"]);
      expect(await names(Person.filter({ passport__isnull: true }))).toEqual(["c"]);
      expect(await names(Person.exclude({ passport__number: "aaa" }))).toEqual(["b", "c"]);
      await expect(Passport.create({ person: people[0]?.pk ?? 0, number: "x" })).rejects.toMatchObject({
        code: "ORM_UNIQUE_VIOLATION",
        fields: ["person"],
      });
    });

    test("onDelete may set another value, or leave the work to the database", async () => {
      await Label.create({ name: "none" });
      const label = await Label.create({ name: "swing records" });
      const archive = await Archive.create({ name: "a" });
      const record = await LongPlay.create({ title: "x", label, archive });
      await Box.create({ archive });
      await label.delete();
      await record.refreshFromDb();
      expect((await record.label)?.name).toBe("none");
      // The box goes along, but nobody can say how many rows the database deleted by itself.
      expect(await archive.delete()).toEqual({ count: 1, byModel: { Archive: 1 } });
      expect(await Box.count()).toBe(0);
      expect((await record.refreshFromDb()).archive).toBeNull();
    });
  });
}

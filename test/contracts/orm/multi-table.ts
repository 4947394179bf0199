import {
  assertQueries,
  captureQueries,
  check,
  Count,
  createTables,
  F,
  f,
  meta,
  Model,
  ModelInvalid,
  postSave,
  QueryInvalid,
  ValidationError,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class City extends Model {
  name = f.char({ maxLength: 20 });
  places = f.reverse(() => Place, "city");
}
class Tagged extends Model {
  name = f.char({ maxLength: 20 });
}
class Place extends Model {
  name = f.char({ maxLength: 20, unique: true });
  stars = f.int({ default: 0 });
  city = f.foreignKey(() => City, { null: true, onDelete: "cascade" });
  tags = f.manyToMany(() => Tagged);
  visits = f.reverse(() => Visit, "place");
  restaurant = f.child(() => Restaurant);
  static meta = meta({ ordering: ["name"], constraints: [check({ stars__gte: 0 })] });
}
class Visit extends Model {
  place = f.foreignKey(() => Place, { onDelete: "cascade" });
  day = f.date();
}
class Restaurant extends Place {
  servesPizza = f.bool({ default: false });
  chef = f.foreignKey(() => Person, { null: true, onDelete: "setNull" });
  waiters = f.reverse(() => Person, "worksAt");
}
class Pizzeria extends Restaurant {
  ovens = f.int({ default: 1 });
}
class Garden extends Place {}
class Person extends Model {
  name = f.char({ maxLength: 20 });
  worksAt = f.foreignKey(() => Restaurant, { null: true, onDelete: "setNull" });
}

const models = [City, Tagged, Place, Restaurant, Pizzeria, Garden, Person, Visit];

async function names(set: PromiseLike<{ readonly name: string }[]>): Promise<string[]> {
  return (await set).map((row) => row.name);
}

async function updates(work: () => Promise<unknown>): Promise<number> {
  const { queries } = await captureQueries(work);
  return queries.filter(({ sql }) => sql.startsWith("UPDATE")).length;
}

export function describeMultiTable(engine: OrmEngine): void {
  describe("a model that extends another with a table", () => {
    withTables(engine);
    beforeAll(() => createTables(models));
    beforeEach(async () => {
      for (const model of [Person, Place, City, Tagged]) await model.all().delete();
    });

    test("has its row in two tables, and is read as one", async () => {
      const city = await City.create({ name: "Paris" });
      const made = await Restaurant.create({ name: "Chez", city, stars: 2, servesPizza: true });
      await Place.create({ name: "Park" });
      expect(made.pk).toBe(made.id);
      expect(await names(Place.all())).toEqual(["Chez", "Park"]);
      const read = await assertQueries(1, () => Restaurant.get({ name: "Chez" }));
      expect(read).toBeInstanceOf(Restaurant);
      expect([read.stars, read.servesPizza, read.city?.id, read.isSaved]).toEqual([2, true, city.id, true]);
      expect(read.isSame(made)).toBe(true);
      expect(read.isSame(await Place.get({ pk: read.pk }))).toBe(false);
      expect(JSON.parse(JSON.stringify(read))).toEqual({
        id: made.id,
        name: "Chez",
        stars: 2,
        city: city.id,
        servesPizza: true,
        chef: null,
      });
    });

    test("is found through its own fields, the parent's, and relations of both", async () => {
      const [paris, rome] = [await City.create({ name: "Paris" }), await City.create({ name: "Rome" })];
      const chef = await Person.create({ name: "Ann" });
      const one = await Restaurant.create({ name: "one", city: paris, stars: 1, chef });
      const two = await Restaurant.create({ name: "two", city: rome, servesPizza: true });
      await Person.create({ name: "Bob", worksAt: two });
      await one.visits.create({ day: "2026-01-01" });
      const tag = await Tagged.create({ name: "loud" });
      await one.tags.add(tag);
      expect(await names(Restaurant.filter({ city__name: "Paris", chef__name: "Ann" }))).toEqual(["one"]);
      expect(await names(Restaurant.filter({ visits__day__gt: "2025-01-01", tags__name: "loud" }))).toEqual(["one"]);
      expect(await names(Restaurant.exclude({ tags__name: "loud" }))).toEqual(["two"]);
      expect(await names(Restaurant.exclude({ visits__isnull: true }))).toEqual(["one"]);
      expect(await names(Restaurant.exclude({ city__name: "Rome" }))).toEqual(["one"]);
      expect(await names(Restaurant.filter({ waiters__name: "Bob" }))).toEqual(["two"]);
      expect(await names(Place.filter({ restaurant__servesPizza: true }))).toEqual(["two"]);
      expect(await names(Place.filter({ restaurant__chef__name: "Ann" }))).toEqual(["one"]);
      expect(await names(Person.filter({ worksAt__name: "two", worksAt__city__name: "Rome" }))).toEqual(["Bob"]);
      expect(await names(City.filter({ places__restaurant__servesPizza: true }))).toEqual(["Rome"]);
      expect(await names(Restaurant.filter({ pk__in: Place.filter({ stars: 1 }) }))).toEqual(["one"]);
      expect(await names(Restaurant.filter({ stars__lt: F("visits__id") }))).toEqual([]);
      expect(await Restaurant.orderBy("-city__name").values("name", "city__name")).toEqual([
        { name: "two", city__name: "Rome" },
        { name: "one", city__name: "Paris" },
      ]);
      const counted = Restaurant.annotate({ n: Count("visits") })
        .orderBy("name")
        .values("name", "n");
      expect(await counted).toEqual([
        { name: "one", n: 1 },
        { name: "two", n: 0 },
      ]);
      expect((await Restaurant.all().inBulk([one.id])).get(one.id)?.name).toBe("one");
      expect(await Restaurant.filter({ stars: 1 }).count()).toBe(1);
    });

    test("what it relates to is loaded as for any model", async () => {
      const city = await City.create({ name: "Paris" });
      const chef = await Person.create({ name: "Ann" });
      const made = await Restaurant.create({ name: "one", city, chef });
      await Restaurant.create({ name: "two", city });
      await made.visits.create({ day: "2026-01-01" });
      await Person.create({ name: "Bob", worksAt: made });
      const [first] = await assertQueries(1, () => Restaurant.all().selectRelated("city", "chef"));
      expect([first?.city?.name, first?.chef?.name]).toEqual(["Paris", "Ann"]);
      const rows = await assertQueries(3, () => Restaurant.all().prefetchRelated("visits", "waiters"));
      expect(await Promise.all(rows.map(async (row) => (await row.visits).length))).toEqual([1, 0]);
      expect(await names((await Restaurant.get({ pk: made.pk })).waiters.all())).toEqual(["Bob"]);
      const people = await Person.filter({ worksAt__isnull: false }).selectRelated("worksAt__city");
      expect(people[0]?.worksAt?.city?.name).toBe("Paris");
      const place = await Place.get({ name: "one" });
      expect((await place.restaurant).chef?.id).toBe(chef.id);
      await Place.create({ name: "Park" });
      await assertQueries(2, async () => {
        const found = [];
        for (const one of await Place.all()) found.push(await one.restaurant.orNull());
        expect(found.map((one) => one?.name)).toEqual([undefined, "one", "two"]);
      });
    });

    test("is changed in the table that has the field", async () => {
      const made = await Restaurant.create({ name: "one" });
      made.stars = 3;
      made.servesPizza = true;
      expect(await updates(() => made.save({ updateFields: ["stars", "servesPizza"] }))).toBe(2);
      expect(await updates(() => made.save({ updateFields: ["servesPizza"] }))).toBe(1);
      expect(
        await Restaurant.filter({ servesPizza: true }).update({ stars: F<number>("stars").plus(1), name: "new" }),
      ).toBe(1);
      expect(await Restaurant.filter({ stars: 4 }).update({ servesPizza: false })).toBe(1);
      await made.refreshFromDb();
      expect([made.stars, made.name, made.servesPizza]).toEqual([4, "new", false]);
      made.stars = 9;
      made.servesPizza = true;
      expect(await Restaurant.all().bulkUpdate([made], ["stars", "servesPizza"])).toBe(1);
      const read = await Restaurant.get({ pk: made.pk });
      expect([read.stars, read.servesPizza]).toEqual([9, true]);
      read.assign({ name: "last", stars: F<number>("stars").plus(1) });
      await read.save();
      expect([read.stars, (await Place.get({ name: "last" })).stars]).toEqual([10, 10]);
      await expect(Restaurant.bulkCreate([{ name: "x" }])).rejects.toBeInstanceOf(QueryInvalid);
    });

    test("a row that is there becomes one of the heir's", async () => {
      const place = await Place.create({ name: "Park", stars: 2 });
      const made = new Restaurant({ id: place.id, name: "Park Café", stars: 5, servesPizza: true });
      await made.save();
      expect(await Place.count()).toBe(1);
      expect((await Restaurant.get({ pk: place.pk })).name).toBe("Park Café");
      const failing = new Restaurant({ name: "Park Café" });
      await expect(failing.save()).rejects.toMatchObject({ code: "ORM_UNIQUE_VIOLATION" });
      expect([failing.pk, failing.isSaved]).toEqual([undefined, false]);
      await expect(failing.fullClean()).rejects.toThrow(/is taken/);
      await expect(new Restaurant({ name: "b", stars: -1 }).fullClean()).rejects.toBeInstanceOf(ValidationError);
      const wrong = new Restaurant({ name: "c", servesPizza: "x" });
      await expect(wrong.save()).rejects.toBeInstanceOf(ValidationError);
      expect(await Place.filter({ name: "c" }).exists()).toBe(false);
    });

    test("create, too, makes a row that is there one of the heir's, and changes what is given", async () => {
      const place = await Place.create({ name: "Old", stars: 3 });
      const made = await Pizzeria.create({ id: place.id, name: "New", stars: 4, ovens: 2 });
      expect([made.id, made.name, made.stars, made.servesPizza, made.ovens]).toEqual([place.id, "New", 4, false, 2]);
      expect([(await place.refreshFromDb()).name, await Restaurant.filter({ pk: place.pk }).count()]).toEqual([
        "New",
        1,
      ]);
      await expect(Pizzeria.create({ id: place.id, name: "Again" })).rejects.toMatchObject({
        code: "ORM_UNIQUE_VIOLATION",
        model: "Pizzeria",
      });
      expect((await place.refreshFromDb()).name).toBe("New");
    });

    test("goes with its parent's row, unless that is to stay", async () => {
      const one = await Pizzeria.create({ name: "one", ovens: 2 });
      await one.visits.create({ day: "2026-01-01" });
      await Person.create({ name: "Bob", worksAt: one });
      expect((await Pizzeria.get({ ovens: 2 })).servesPizza).toBe(false);
      expect((await one.delete()).byModel).toEqual({ Pizzeria: 1, Place: 1, Restaurant: 1, Visit: 1 });
      expect((await Person.get({ name: "Bob" })).worksAt).toBeNull();
      const two = await Restaurant.create({ name: "two" });
      expect((await two.delete({ keepParents: true })).count).toBe(1);
      expect((await Place.get({ name: "two" })).pk).toBe(two.pk);
      await Pizzeria.create({ name: "three" });
      await Garden.create({ name: "four" });
      expect((await Place.exclude({ name: "two" }).delete()).byModel).toEqual({
        Garden: 1,
        Pizzeria: 1,
        Place: 2,
        Restaurant: 1,
      });
      await Restaurant.create({ name: "five", stars: 1 });
      await Restaurant.create({ name: "six" });
      expect((await Restaurant.filter({ stars: 1 }).delete()).count).toBe(2);
      expect(await names(Place.all())).toEqual(["six", "two"]);
    });

    test("tells of the model that was saved, once", async () => {
      const told: string[] = [];
      const stop = [Place, Restaurant].map((sender) =>
        postSave.connect((message) => void told.push(message.sender.name), { sender }),
      );
      await Restaurant.create({ name: "one" });
      for (const end of stop) end();
      expect(told).toEqual(["Restaurant"]);
    });

    test("what cannot work is refused", () => {
      class Again extends Place {
        override name = f.char({ maxLength: 20, unique: true });
      }
      class Keyed extends Place {
        code = f.char({ primaryKey: true, maxLength: 3 });
      }
      expect(() => Again.all()).toThrow(ModelInvalid);
      expect(() => Again.all()).toThrow(/declares "name" again, which is a field of Place/);
      expect(() => Keyed.all()).toThrow(/more than one primary key/);
    });
  });
}

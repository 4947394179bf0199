import {
  assertQueries,
  createTables,
  f,
  Model,
  ModelInvalid,
  modelOptions,
  ProtectedError,
  ValidationError,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Country extends Model {
  code = f.char({ maxLength: 2, unique: true });
  name = f.char({ maxLength: 40 });
  cities = f.reverse(() => City, "country");
  embassies = f.reverse(() => Embassy, "host");
  capital = f.reverseOne(() => Capital, "country");
}
class City extends Model<City> {
  name = f.char({ maxLength: 40 });
  country = f.foreignKey(() => Country, { toField: "code", onDelete: "cascade" });
}
class Embassy extends Model {
  host = f.foreignKey(() => Country, { toField: "code", null: true, onDelete: "setNull" });
}
class Capital extends Model {
  country = f.oneToOne(() => Country, { toField: "code", onDelete: "protect" });
  name = f.char({ maxLength: 40 });
}
class Sea extends Model {
  name = f.char({ maxLength: 40 });
}
class Wrong extends Model {
  sea = f.foreignKey(() => Sea, { toField: "name", onDelete: "cascade" });
}

export function describeToField(engine: OrmEngine): void {
  describe("foreign keys that keep another field than the key", () => {
    withTables(engine);
    beforeAll(() => createTables([Country, City, Embassy, Capital]));
    let france: Country;
    let spain: Country;
    beforeEach(async () => {
      for (const model of [Capital, Embassy, City, Country]) await model.all().delete();
      france = await Country.create({ code: "fr", name: "France" });
      spain = await Country.create({ code: "es", name: "Spain" });
    });

    test("take an instance, a reference or the field's value, and hold that value", async () => {
      const lyon = await City.create({ name: "Lyon", country: france });
      const nice = await City.create({ name: "Nice", country: "fr" });
      const cadiz = await City.create({
        name: "Cádiz",
        country: (await Embassy.create({ host: spain })).host ?? spain,
      });
      expect([lyon.country.id, nice.country.id, cadiz.country.id]).toEqual(["fr", "fr", "es"]);
      expect(await City.orderBy("pk").valuesList("country", { flat: true })).toEqual(["fr", "fr", "es"]);
      expect(JSON.parse(JSON.stringify(nice))).toMatchObject({ country: "fr" });
      await expect(City.create({ name: "Nowhere", country: new Country() })).rejects.toThrow(ValidationError);
      await nice.assign({ country: spain }).save();
      expect((await City.get({ pk: nice.pk })).country.id).toBe("es");
    });

    test("load for all rows of a result, with the rows, and beforehand", async () => {
      await City.bulkCreate([
        { name: "Lyon", country: "fr" },
        { name: "Nice", country: "fr" },
        { name: "Cádiz", country: "es" },
      ]);
      const names = await assertQueries(2, async () => {
        const found: string[] = [];
        for (const city of await City.orderBy("name")) found.push((await city.country).name);
        return found;
      });
      expect(names).toEqual(["Spain", "France", "France"]);
      const [first] = await City.orderBy("name").selectRelated("country");
      expect(first?.country.name).toBe("Spain");
      const countries = await Country.orderBy("code").prefetchRelated("cities");
      const counts = await assertQueries(0, () => Promise.all(countries.map(({ cities }) => cities.count())));
      expect(counts).toEqual([1, 2]);
    });

    test("are followed in lookups, without a join where only the field is meant", async () => {
      const lyon = await City.create({ name: "Lyon", country: france });
      await City.create({ name: "Cádiz", country: spain });
      const wheres = [
        { country: france },
        { country: "fr" },
        { country: lyon.country },
        { country__code: "fr" },
        { country__pk: france.pk },
        { country__name: "France" },
        { country__in: ["fr", spain.code.replace("es", "xx")] },
        { country__code__startswith: "f" },
      ];
      for (const where of wheres) expect(await City.filterBy(where).count()).toBe(1);
      expect(await City.filter({ country__in: Country.filter({ name: "France" }).values("code") }).count()).toBe(1);
      expect(City.filter({ country__code: "fr" }).toSql().sql).not.toMatch(/join/i);
      expect(City.filter({ country__pk: 1 }).toSql().sql).toMatch(/join/i);
      expect(await Country.filter({ cities__name: "Lyon" }).count()).toBe(1);
      expect(await Country.exclude({ cities__name: "Lyon" }).valuesList("code", { flat: true })).toEqual(["es"]);
    });

    test("have a working other side", async () => {
      const lyon = await france.cities.create({ name: "Lyon" });
      expect(lyon.country.id).toBe("fr");
      expect((await france.cities).map(({ name }) => name)).toEqual(["Lyon"]);
      await spain.cities.add(lyon);
      expect((await City.get({ pk: lyon.pk })).country.id).toBe("es");
      expect(await france.cities.count()).toBe(0);
      await france.embassies.set([await Embassy.create({ host: spain })]);
      expect(await france.embassies.count()).toBe(1);
      await france.embassies.clear();
      expect(await Embassy.filter({ host: null }).count()).toBe(1);
      await Capital.create({ country: "fr", name: "Paris" });
      expect((await france.capital).name).toBe("Paris");
      expect(await spain.capital.orNull()).toBe(null);
    });

    test("find what refers to rows of which only other fields were chosen", async () => {
      await City.create({ name: "Lyon", country: "fr" });
      await Capital.create({ name: "Madrid", country: "es" });
      const [first, second] = await Country.only("name").orderBy("code");
      expect((await second?.cities)?.map(({ name }) => name)).toEqual(["Lyon"]);
      expect((await first?.capital)?.name).toBe("Madrid");
      const [deferred] = await Country.defer("code").filter({ code: "fr" });
      expect(await deferred?.cities.count()).toBe(1);
      const cities = City.selectRelated("country").only("name", "country__name");
      const { country } = await cities.get({ name: "Lyon" });
      expect(await country.cities.count()).toBe(1);
    });

    test("are followed by deletions", async () => {
      await City.create({ name: "Lyon", country: france });
      await Embassy.create({ host: france });
      expect(await france.delete()).toEqual({ count: 2, byModel: { City: 1, Country: 1 } });
      expect(await Embassy.filter({ host: null }).count()).toBe(1);
      await Capital.create({ country: spain, name: "Madrid" });
      await expect(spain.delete()).rejects.toThrow(ProtectedError);
    });

    test("are checked by fullClean, and lead to unique fields only", async () => {
      await new City({ name: "Lyon", country: "fr" }).fullClean();
      await expect(new City({ name: "Lyon", country: "xx" }).fullClean()).rejects.toThrow(/refers to no Country/);
      expect(() => Wrong.filter({ sea: "x" }).toSql()).toThrow(ModelInvalid);
      expect(modelOptions(City).field("country").relation).toMatchObject({ model: Country, toField: "code" });
    });
  });
}

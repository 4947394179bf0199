import {
  assertQueries,
  createTables,
  f,
  meta,
  Model,
  NotLoaded,
  Prefetch,
  prefetchRelatedObjects,
  RelatedOne,
} from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Town extends Model {
  name = f.char({ maxLength: 20 });
  sights = f.reverse(() => Sight, "town");
}
class Place extends Model {
  name = f.char({ maxLength: 20 });
  town = f.foreignKey(() => Town, { null: true, onDelete: "setNull" });
  permit = f.reverseOne(() => Permit, "place");
  inn = f.child(() => Inn);
  next = f.oneToOne(() => Place, { null: true, onDelete: "setNull" });
  previous = f.reverseOne(() => Place, "next");
  static meta = meta<Place>({ ordering: ["name"] });
}
class Inn extends Place {
  beds = f.int();
}
class Permit extends Model {
  place = f.oneToOne(() => Place, { onDelete: "cascade" });
  number = f.int();
  note = f.text({ default: "" });
  office = f.foreignKey(() => Town, { null: true, onDelete: "setNull" });
  stamps = f.reverse(() => Stamp, "permit");
}
class Stamp extends Model {
  permit = f.foreignKey(() => Permit, { onDelete: "cascade" });
  colour = f.char({ maxLength: 20 });
}
/** Kept by its code, not by the primary key. */
class Land extends Model {
  code = f.char({ maxLength: 2, unique: true });
  name = f.char({ maxLength: 20 });
  capital = f.reverseOne(() => Capital, "land");
}
class Capital extends Model {
  land = f.oneToOne(() => Land, { toField: "code", onDelete: "cascade" });
  name = f.char({ maxLength: 20 });
}
class Sight extends Model {
  town = f.foreignKey(() => Town, { onDelete: "cascade" });
}

/** Two places, the first with a permit of an office and with two stamps; the second an inn, that the first leads to. */
async function places() {
  const office = await Town.create({ name: "Samois" });
  const inn = await Inn.create({ name: "chez Fernand", beds: 4 });
  const cafe = await Place.create({ name: "café", next: inn.pk });
  const permit = await Permit.create({ place: cafe, number: 7, office });
  await Stamp.bulkCreate([
    { permit, colour: "blue" },
    { permit, colour: "red" },
  ]);
  return { office, inn, cafe, permit };
}

/** The other side of one to ones, loaded with rows or for them. */
export function describeOtherSide(engine: OrmEngine): void {
  describe("the other side of a one to one", () => {
    withTables(engine);
    beforeAll(() => createTables([Town, Place, Inn, Permit, Stamp, Land, Capital, Sight]));
    beforeEach(async () => {
      for (const model of [Stamp, Permit, Inn, Place, Town, Land]) await model.all().delete();
      await places();
    });

    test("selectRelated loads it in the same query, as an object, and null where there is none", async () => {
      await assertQueries(1, async () => {
        const [cafe, inn] = await Place.selectRelated("permit");
        expect(cafe?.permit?.number).toBe(7);
        expect(cafe?.permit).toBeInstanceOf(Permit);
        expect(inn?.permit).toBeNull();
      });
    });

    test("what selectRelated loads knows its owner, without a query", async () => {
      const [cafe] = await Place.selectRelated("permit");
      await assertQueries(0, async () => expect(await cafe?.permit?.place).toBe(cafe));
    });

    test("selectRelated goes on from there, and back", async () => {
      await assertQueries(1, async () => {
        const cafe = await Place.selectRelated("permit__office", "permit__place__next", "next__previous").get({
          name: "café",
        });
        expect(cafe.permit?.office?.name).toBe("Samois");
        expect(cafe.permit?.place.next?.name).toBe("chez Fernand");
        expect(cafe.next?.previous?.name).toBe("café");
      });
      const inn = await Place.selectRelated("permit__office").get({ name: "chez Fernand" });
      expect(inn.permit?.office).toBeUndefined();
    });

    test("selectRelated loads the other side of a relation of a model to itself", async () => {
      const [cafe, inn] = await Place.selectRelated("previous", "next");
      expect([cafe?.previous, cafe?.next?.pk, inn?.previous?.pk, inn?.next]).toEqual([null, inn?.pk, cafe?.pk, null]);
    });

    test("selectRelated loads the rows of models that extend this one", async () => {
      await assertQueries(1, async () => {
        const [cafe, inn] = await Place.selectRelated("inn");
        expect(cafe?.inn).toBeNull();
        expect(inn?.inn).toBeInstanceOf(Inn);
        expect([inn?.inn?.beds, inn?.inn?.name, inn?.inn?.pk]).toEqual([4, "chez Fernand", inn?.pk]);
      });
    });

    test("a model that extends another selects what that has on the other side", async () => {
      await Permit.create({ place: (await Inn.get({})).pk, number: 8 });
      const [inn] = await assertQueries(1, () => Inn.selectRelated("permit"));
      expect([inn?.beds, inn?.permit?.number]).toEqual([4, 8]);
    });

    test("the join is shared with filters and orders, and keeps rows without one", async () => {
      const sorted = await Place.selectRelated("permit").orderBy("-permit__number", "name").slice(0, 5);
      expect(sorted.map(({ name }) => name).sort()).toEqual(["café", "chez Fernand"]);
      const found = await Place.filter({ permit__number: 7 }).selectRelated("permit");
      expect(found.map(({ permit }) => permit?.number)).toEqual([7]);
      expect(await Place.filter({ permit__isnull: true }).selectRelated("permit").count()).toBe(1);
      expect(await Place.selectRelated("permit").distinct().count()).toBe(2);
    });

    test("only and defer choose among its fields, and saving it writes what was loaded", async () => {
      const [cafe] = await Place.filter({ permit__isnull: false })
        .selectRelated("permit")
        .only("name", "permit__number");
      const permit = cafe?.permit as Permit;
      expect([cafe?.name, permit.number, (permit as Partial<Permit>).note]).toEqual(["café", 7, undefined]);
      await Permit.all().update({ note: "kept" });
      permit.number = 9;
      await permit.save();
      expect(await Permit.values("number", "note")).toEqual([{ number: 9, note: "kept" }]);
      const [again] = await Place.selectRelated("permit").defer("permit__note");
      const rest = again?.permit as Partial<Permit>;
      expect([rest.number, rest.note]).toEqual([9, undefined]);
    });

    test("saving what a foreign key leads to writes what was loaded of it", async () => {
      const [permit] = await Permit.selectRelated("place").only("number", "place__town");
      const place = permit?.place as Place;
      await place.save();
      expect((await Place.get({ pk: place.pk })).name).toBe("café");
    });

    test("it is no part of the row in JSON, and refreshed it is awaited again", async () => {
      const [cafe] = await Place.selectRelated("permit");
      expect(JSON.parse(JSON.stringify(cafe))).not.toHaveProperty("permit");
      await Permit.all().update({ number: 10 });
      const fresh = await (cafe as unknown as Place).refreshFromDb();
      expect(fresh.permit).toBeInstanceOf(RelatedOne);
      expect((await fresh.permit).number).toBe(10);
    });

    test("what is asked for may be locked", async () => {
      await expect(
        Place.selectRelated("permit")
          .selectForUpdate({ of: ["stamps"] as never })
          .first(),
      ).rejects.toThrow("stamps");
    });

    test("selectRelated still refuses what leads to many", async () => {
      await expect(Town.selectRelated("sights" as never)).rejects.toThrow(
        'cannot load "sights" with selectRelated, which follows foreign keys and one to ones only',
      );
      await expect(Place.selectRelated("permitt" as never)).rejects.toThrow("Did you mean permit?");
    });

    test("prefetchRelated loads it for all rows with one query, also that there is none", async () => {
      const rows = await assertQueries(2, () => Place.prefetchRelated("permit"));
      await assertQueries(0, async () => {
        expect((await rows[0]?.permit)?.number).toBe(7);
        expect((await rows[0]?.permit)?.place.isLoaded).toBe(true);
        expect(await rows[1]?.permit.orNull()).toBeNull();
      });
    });

    test("prefetchRelated goes on from there", async () => {
      const rows = await assertQueries(4, () => Place.prefetchRelated("permit__stamps", "permit__office"));
      await assertQueries(0, async () => {
        const permit = await rows[0]?.permit;
        expect((await permit?.stamps)?.map(({ colour }) => colour).sort()).toEqual(["blue", "red"]);
        expect((await permit?.office)?.name).toBe("Samois");
      });
    });

    test("prefetchRelated goes on from what selectRelated loaded", async () => {
      const rows = await assertQueries(2, () => Place.selectRelated("permit").prefetchRelated("permit__stamps"));
      await assertQueries(0, async () => expect(await rows[0]?.permit?.stamps).toHaveLength(2));
    });

    test("Prefetch says which row is the one, and where it stands", async () => {
      const high = Prefetch("permit", { querySet: Permit.filter({ number__gt: 7 }), toAttr: "high" });
      const rows = await Place.prefetchRelated(high, Prefetch("permit", { toAttr: "any" }));
      expect(rows.map((row) => [row.high, row.any?.number])).toEqual([
        [null, 7],
        [null, undefined],
      ]);
      const filtered = await Place.prefetchRelated(Prefetch("permit", { querySet: Permit.filter({ number: 8 }) }));
      await assertQueries(0, async () => expect(await filtered[0]?.permit.orNull()).toBeNull());
    });

    test("prefetchRelatedObjects loads it for rows that are there", async () => {
      const rows = await Place.all();
      await assertQueries(2, () => prefetchRelatedObjects(rows, "permit", "inn"));
      await assertQueries(0, async () => {
        expect((await rows[0]?.permit)?.number).toBe(7);
        expect((await rows[1]?.inn)?.beds).toBe(4);
      });
    });

    test("what Prefetch loads in part still finds its owners", async () => {
      const [cafe] = await Place.prefetchRelated(Prefetch("permit", { querySet: Permit.only("number") }));
      const permit = await cafe?.permit;
      expect([permit?.number, permit?.note]).toEqual([7, undefined]);
      const set = Permit.prefetchRelated(Prefetch("stamps", { querySet: Stamp.defer("permit"), toAttr: "colours" }));
      const [one] = await set;
      expect(one?.colours.map(({ colour }) => colour).sort()).toEqual(["blue", "red"]);
      const only = await Permit.prefetchRelated(Prefetch("stamps", { querySet: Stamp.only("colour") }));
      expect(await only[0]?.stamps).toHaveLength(2);
    });

    test("what refers to a field that was not loaded of its owner keeps what it refers to", async () => {
      await Capital.create({ land: await Land.create({ code: "fr", name: "France" }), name: "Paris" });
      const [whole] = await Land.selectRelated("capital");
      expect(whole?.capital?.land).toHaveProperty("id", "fr");
      const [land] = await Land.selectRelated("capital").only("name");
      const capital = land?.capital as Capital;
      await capital.assign({ name: "Lutetia" }).save();
      expect(await Capital.valuesList("land", "name")).toEqual([["fr", "Lutetia"]]);
      expect((await capital.land).code).toBe("fr");
    });

    test("a row that is written for one that is at hand is on its other side", async () => {
      const [selected] = await Place.selectRelated("permit").filter({ name: "chez Fernand" });
      const prefetched = (await Place.prefetchRelated("permit"))[1];
      const asked = await Place.get({ name: "chez Fernand" });
      expect([selected?.permit, await prefetched?.permit.orNull(), await asked.permit.orNull()]).toEqual([
        null,
        null,
        null,
      ]);
      const permit = await Permit.create({ place: selected as unknown as Place, number: 8 });
      expect(selected?.permit).toBe(permit);
      expect(JSON.parse(JSON.stringify(selected))).not.toHaveProperty("permit");
      await permit.delete();
      const saved = await new Permit({ place: prefetched as unknown as Place, number: 9 }).save();
      expect(await prefetched?.permit).toBe(saved);
      await saved.delete();
      const [bulk] = await Permit.bulkCreate([{ place: asked, number: 10 }]);
      expect(await asked.permit).toBe(bulk);
      await bulk?.delete();
      const other = await Permit.get({ number: 7 });
      expect(await (await other.assign({ place: asked }).save()).place).toBe(asked);
      expect(await asked.permit).toBe(other);
    });

    test("strict queries refuse to load it later, and give what was loaded with them", async () => {
      const [plain] = await Place.strict();
      await expect(plain?.permit).rejects.toThrow(NotLoaded);
      const [loaded] = await Place.strict().prefetchRelated("permit");
      expect((await loaded?.permit)?.number).toBe(7);
      const [selected] = await Place.strict().selectRelated("permit");
      expect(selected?.permit?.number).toBe(7);
    });
  });
}

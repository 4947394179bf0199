import { createTables, F, f, meta, Model, ModelBase, QueryInvalid, type Page } from "hotclub/orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { withTables, type OrmEngine } from "./engine.js";

class Shelf extends Model {
  label = f.char({ maxLength: 20, unique: true });
}
class Sorted extends Model {
  name = f.char({ maxLength: 20 });
  static meta = meta({ ordering: ["name"] });
}
class Volume extends ModelBase {
  key = f.compositeKey("shelf", "place");
  shelf = f.foreignKey(() => Shelf, { onDelete: "cascade" });
  place = f.int();
  sorted = f.foreignKey(() => Sorted, { null: true, onDelete: "cascade" });
  labelled = f.foreignKey(() => Shelf, { null: true, toField: "label", onDelete: "setNull" });
  size = f.bigInt({ null: true });
  loans = f.reverse(() => Loan, "volume");
}
class Loan extends Model {
  shelf = f.foreignKey(() => Shelf, { onDelete: "cascade" });
  place = f.int({ null: true });
  volume = f.foreignKey(() => Volume, { fields: ["shelf", "place"], null: true, onDelete: "cascade" });
}

/** All rows of a query, page by page, forward; the same backward; and in one. */
async function paged<Row>(set: {
  page(options: { size: number; after?: string | undefined; before?: string | undefined }): Promise<Page<Row>>;
}): Promise<[forward: Row[], backward: Row[]]> {
  const forward: Row[] = [];
  let page = await set.page({ size: 2 });
  for (;;) {
    forward.push(...page.rows);
    if (page.next === undefined) break;
    page = await set.page({ size: 2, after: page.next });
  }
  const backward = [...page.rows];
  while (page.previous !== undefined) {
    page = await set.page({ size: 2, before: page.previous });
    backward.unshift(...page.rows);
  }
  return [forward, backward];
}

export function describePages(engine: OrmEngine): void {
  describe("pages", () => {
    withTables(engine);
    beforeAll(() => createTables([Shelf, Sorted, Volume, Loan]));
    beforeEach(async () => {
      for (const model of [Loan, Volume, Sorted, Shelf]) await model.all().delete();
      const [low, high] = await Shelf.bulkCreate([{ label: "low" }, { label: "high" }]);
      const [z, a] = await Sorted.bulkCreate([{ name: "z" }, { name: "a" }]);
      if (low === undefined || high === undefined || z === undefined || a === undefined) throw new Error("no rows");
      await Volume.bulkCreate([
        { shelf: low, place: 1, sorted: z, labelled: high, size: 2n ** 60n },
        { shelf: low, place: 2, sorted: a, labelled: low, size: 2n ** 60n + 1n },
        { shelf: high, place: 1, labelled: high, size: null },
        { shelf: high, place: 2, sorted: a, size: 5n },
        { shelf: high, place: 3, labelled: low, size: 5n },
      ]);
      for (const volume of await Volume.orderBy("-pk")) await Loan.create({ volume });
      await Loan.create({ shelf: low, volume: null });
    });

    test("go by keys of several fields", async () => {
      const keys = (await Volume.orderBy("pk")).map((volume) => volume.pk);
      expect(keys).toHaveLength(5);
      for (const set of [Volume.orderBy("pk"), Volume.all()]) {
        for (const rows of await paged(set)) expect(rows.map((volume) => volume.pk)).toEqual(keys);
      }
    });

    test("go by foreign keys, to other fields than the primary key and to several fields, too", async () => {
      for (const set of [
        Volume.orderBy("shelf", "-place"),
        Volume.orderBy("sorted__pk", "pk"),
        Volume.orderBy("-labelled", "-pk"),
      ]) {
        const all = (await set).map((volume) => volume.pk);
        for (const rows of await paged(set)) expect(rows.map((volume) => volume.pk)).toEqual(all);
        for (const rows of await paged(set.selectRelated("shelf", "sorted"))) {
          expect(rows.map((volume) => volume.pk)).toEqual(all);
        }
      }
      const loans = Loan.orderBy("volume", "pk");
      for (const rows of await paged(loans)) {
        expect(rows.map((loan) => loan.pk)).toEqual((await loans).map((loan) => loan.pk));
      }
    });

    test("go by integers of 64 bits", async () => {
      const set = Volume.orderBy("-size", "pk");
      for (const rows of await paged(set)) {
        expect(rows.map((volume) => volume.size)).toEqual((await set).map((volume) => volume.size));
      }
    });

    test("are of plain values, and of rows that are not whole, where those have what the order goes by", async () => {
      const [forward] = await paged(Shelf.orderBy("label").values("label"));
      expect(forward).toEqual([{ label: "high" }, { label: "low" }]);
      await expect(Volume.orderBy("size").values("place").page({ size: 2 })).rejects.toThrow("must have size");
      await expect(Volume.orderBy("size").only("place").page({ size: 2 })).rejects.toThrow("must have size");
      await expect(Shelf.all().valuesList("id", { flat: true }).page({ size: 1 })).rejects.toThrow(QueryInvalid);
      expect((await Shelf.all().values("pk").page({ size: 1 })).next).toBeDefined();
    });

    test("are not by what other models are ordered by, by what is computed, or by the first of each", async () => {
      await expect(Volume.orderBy("sorted").page({ size: 2 })).rejects.toThrow('use "sorted__pk"');
      const named = Volume.annotate({ twice: F<number>("place").times(2) }).orderBy("twice");
      await expect(named.page({ size: 2 })).rejects.toThrow("its own fields");
      await expect(Shelf.all().distinct("label").page({ size: 2 })).rejects.toThrow("distinct by fields");
    });
  });
}

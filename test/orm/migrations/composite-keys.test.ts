import { defineApp } from "hotclub";
import { databases, f, field, installModels, Model, ModelBase, ProjectState, renameField } from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import { RefusingQuestioner } from "../../../src/orm/migrations/detector/refusing-questioner.js";
import { describeState } from "../../../src/orm/migrations/state/describe-state.js";
import { writeMigration } from "../../../src/orm/migrations/writer/write-migration.js";
import { engines } from "../engines.js";
import { goTo, modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

class Seller extends Model {
  name = f.char({ maxLength: 20 });
}
class Product extends ModelBase {
  key = f.compositeKey("seller", "code");
  seller = f.foreignKey(() => Seller, { onDelete: "cascade" });
  code = f.char({ maxLength: 20 });
}
class Offer extends Model {
  seller = f.foreignKey(() => Seller, { onDelete: "cascade" });
  productCode = f.char({ maxLength: 20 });
  product = f.foreignKey(() => Product, { fields: ["seller", "productCode"], onDelete: "cascade" });
}
const app = defineApp({ name: "shop", models: [Seller, Product, Offer] });
installModels([app]);

async function operationsFor(before: ProjectState) {
  const questioner = new RefusingQuestioner();
  const [draft] = await detectChanges(before, describeState([app]).state, { questioner });
  return draft?.operations ?? [];
}

for (const engine of engines.filter(({ name }) => name === "sqlite" || name === "postgres")) {
  describe(`migrations of composite keys on ${engine.name}`, () => {
    withDatabase(engine);

    test("make the tables that the models need, and find nothing more to do", async () => {
      const operations = await operationsFor(new ProjectState([]));
      const nodes = nodesOf({ "shop.0001_initial": operations });
      await goTo(nodes, "0001_initial");
      const seller = await Seller.create({ name: "s" });
      const product = await Product.create({ seller, code: "a" });
      await Offer.create({ product });
      expect(await Offer.filter({ product__code: "a" }).count()).toBe(1);
      await expect(Offer.create({ seller, productCode: "none" })).rejects.toThrow(/Offer|FOREIGN KEY/);
      expect(await operationsFor(modelsAfter(nodes).state)).toEqual([]);
      expect(writeMigration({ dependencies: [], operations })).toContain(
        'key: field.compositeKey({ fields: ["seller", "code"] })',
      );
    });

    test("rename a part of a key, and go back", async () => {
      const operations = await operationsFor(new ProjectState([]));
      const nodes = nodesOf({
        "shop.0001_initial": operations,
        "shop.0002_rename": [renameField("Product", "code", "sku"), renameField("Offer", "productCode", "sku")],
      });
      await goTo(nodes, "0001_initial");
      const before = await tables();
      await goTo(nodes, "0002_rename");
      const key = modelsAfter(nodes).schema("shop.Product").primaryKey.describe();
      expect(key).toEqual(field.compositeKey({ fields: ["seller", "sku"] }));
      const seller = await Seller.create({ name: "s" });
      const database = databases.get();
      await database.query(`INSERT INTO shop_product (seller_id, sku) VALUES (${seller.id}, 'a') RETURNING 1`);
      await database.query(`INSERT INTO shop_offer (seller_id, sku) VALUES (${seller.id}, 'a') RETURNING 1`);
      await goTo(nodes, "0001_initial");
      expect(await Offer.filter({ product__code: "a" }).count()).toBe(1);
      expect(await tables()).toEqual(before);
    });
  });
}

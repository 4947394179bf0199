import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ModelClass } from "../../src/orm/index.js";
import type { TestClient, TestSite } from "../../src/testing/index.js";
import { Product, shopModels } from "./shop/models.js";
import { fillShop } from "./shop/sample.js";
import { loggedIn, openShop, staff } from "./site.js";
import { walkRegistered } from "./walk-registered.js";

let site: TestSite;
let client: TestClient;
beforeAll(async () => {
  site = await openShop();
  await staff("django");
  await fillShop({ products: 12 });
  client = await loggedIn(site, "django");
});
afterAll(() => site.close());

describe("a model of the shop, registered with no option", () => {
  test.each(shopModels.map((model) => [model.name, model as ModelClass] as const))(
    "has a list, forms, a history and a way out: %s",
    async (_name, model) => {
      const shown = await walkRegistered(client, "shop", model);
      expect(shown.length).toBeGreaterThan(0);
    },
  );

  test("and the first page leads to all twelve", async () => {
    const { text } = await client.get("/admin/");
    expect(shopModels).toHaveLength(12);
    for (const { name } of shopModels) expect(text).toContain(`/admin/shop/${name.toLowerCase()}/add/`);
  });

  test("forms keep what they do not show: files, and what is not edited", async () => {
    const product = await Product.all().orderBy("pk").first();
    if (product === null) throw new Error("The shop has products.");
    await product.assign({ picture: "pictures/guitar.png", views: 7n }).save();
    await walkRegistered(client, "shop", Product);
    const { picture, views } = await Product.get({ pk: product.pk });
    expect([String(picture), views]).toEqual(["pictures/guitar.png", 7n]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type AdminOptions, tabularInline } from "../../src/admin/index.js";
import type { ModelClass } from "../../src/orm/index.js";
import type { TestClient, TestSite } from "../../src/testing/index.js";
import { Brand, Category, Customer, Order, OrderLine, Product, Tag } from "./shop/models.js";
import { fieldsOf, loggedIn, openShop, staff } from "./site.js";

/** Everybody sees what does not begin with "Secret"; superusers see all. */
const open = (field: string): AdminOptions => ({
  rows: (rows, { user }) => (user.isSuperuser ? rows : rows.filterBy({ [`${field}__startswith`]: "Open" })),
});

let site: TestSite;
let client: TestClient;
let product: Product;
let secret: Brand;
beforeEach(async () => {
  site = await openShop(
    new Map<ModelClass, AdminOptions>([
      [Brand, open("name")],
      [Tag, open("word")],
      [Product, { ...open("title"), listFilter: ["brand" as never] }],
      [Order, { inlines: [tabularInline(OrderLine, { fields: ["product", "quantity", "unitPrice"] })] }],
    ]),
  );
  const all = ["brand", "category", "product", "tag", "order", "orderline", "customer"].flatMap((model) =>
    ["view", "add", "change"].map((may) => `shop.${may}_${model}`),
  );
  await staff("clerk", all);
  client = await loggedIn(site, "clerk");
  secret = await Brand.create({ name: "Secret Selmer" });
  await Brand.create({ name: "Open Busato" });
  const category = await Category.create({ name: "Guitars", slug: "guitars" });
  product = await Product.create({ title: "Open Jazz", slug: "jazz", category, brand: secret, price: "9" });
  await Product.create({ title: "Secret Swing", slug: "swing", category, price: "9" });
  await product.tags.add(await Tag.create({ word: "Secret tag" }));
  await Tag.create({ word: "Secret other" });
  await Tag.create({ word: "Open tag" });
});
afterEach(() => site.close());

describe("rows that there are for somebody", () => {
  test("are all that filters name", async () => {
    const { text } = await client.get("/admin/shop/product/");
    expect([text.includes("Open Busato"), text.includes("Secret Selmer\u003c/span\u003e")]).toEqual([true, false]);
  });

  test("are all that forms offer, and take, besides what an object has already", async () => {
    const added = (await client.get("/admin/shop/product/add/")).text;
    expect(added).toContain("Open Busato");
    expect(added).not.toContain("Secret");
    const url = `/admin/shop/product/${String(product.pk)}/change/`;
    const page = await client.get(url);
    expect(page.text).toContain("Secret Selmer");
    expect(page.text).not.toContain("Secret other");
    const kept = fieldsOf(page);
    expect((await client.post(url, { form: { ...kept, title: "Open Nuages" } })).status).toBe(303);
    const saved = await Product.get({ pk: product.pk });
    expect([saved.title, (await saved.brand)?.name, (await saved.tags.all()).map(String)]).toEqual([
      "Open Nuages",
      "Secret Selmer",
      ["#Secret tag"],
    ]);
    const other = await Tag.get({ word: "Secret other" });
    const sneaked = await client.post(url, { form: { ...fieldsOf(await client.get(url)), tags: String(other.pk) } });
    expect(sneaked.status).toBe(422);
  });

  test("are all that the rows below offer, besides what they have already", async () => {
    const customer = await Customer.create({ name: "Vola", email: "vola@example.com" });
    const order = await Order.create({ customer, placedAt: new Date(0) });
    const swing = await Product.get({ slug: "swing" });
    const url = `/admin/shop/order/${String(order.pk)}/change/`;
    expect((await client.get(url)).text).not.toContain("Secret Swing");
    await OrderLine.create({ order, product: swing, unitPrice: "9" });
    const page = await client.get(url);
    expect(page.text).toContain("Secret Swing");
    const form = { ...fieldsOf(page), "orderLines-0-quantity": "4" };
    expect((await client.post(url, { form })).status).toBe(303);
    const line = await OrderLine.get({ order });
    expect([line.quantity, (await line.product).title]).toEqual([4, "Secret Swing"]);
  });
});

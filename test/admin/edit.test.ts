import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { LogEntry } from "../../src/admin/index.js";
import type { ClientResponse, TestClient, TestSite } from "../../src/testing/index.js";
import { loggedIn, openShop, staff } from "./site.js";
import { Brand, Category, Product, Tag } from "./shop/models.js";

let site: TestSite;
let client: TestClient;
let category: Category;
beforeEach(async () => {
  site = await openShop();
  await staff("django");
  client = await loggedIn(site, "django");
  category = await Category.create({ name: "Guitars", slug: "guitars" });
});
afterEach(() => site.close());

/** What the form of a product is sent with by a browser that fills in the least. */
const least = () => ({
  title: "Modèle Jazz",
  slug: "modele-jazz",
  sku: crypto.randomUUID(),
  category: String(category.pk),
  price: "1200.50",
  stock: "3",
  status: "live",
  details: "{}",
});

/** What a page says the form opened with. */
const opened = ({ text }: ClientResponse): string => {
  const value = /name="_opened" value="([^"]*)"/.exec(text)?.[1] ?? "";
  return value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
};

describe("the page of an object, with no option", () => {
  test("asks for every field that can be edited", async () => {
    const page = await client.get("/admin/shop/product/add/");
    expect(page.status).toBe(200);
    for (const label of ["Title", "Category", "Tags", "Price", "Warranty", "Picture", "Featured", "With taxes."]) {
      expect(page.text).toContain(label);
    }
    expect(page.text).not.toContain("Created at");
  });

  test("adds an object, tells so once and writes it into the history", async () => {
    const tag = await Tag.create({ word: "new" });
    const sent = await client.post("/admin/shop/product/add/", { form: { ...least(), tags: String(tag.pk) } });
    expect([sent.status, sent.header("location")]).toEqual([303, "/admin/shop/product/"]);
    const product = await Product.get({ slug: "modele-jazz" });
    expect(product.price.toFixed(2)).toBe("1200.50");
    expect((await product.tags.all()).map(String)).toEqual(["#new"]);
    expect((await client.get("/admin/shop/product/")).text).toContain("Product “Modèle Jazz” was added.");
    expect((await client.get("/admin/shop/product/")).text).not.toContain("was added.");
    const entry = await LogEntry.get({ model: "shop.Product" });
    expect([entry.action, entry.userName, entry.objectText]).toEqual(["add", "django", "Modèle Jazz"]);
  });

  test("says at the field what is wrong, and keeps what was typed", async () => {
    const sent = await client.post("/admin/shop/product/add/", {
      form: { ...least(), slug: "not a slug", price: "much" },
    });
    expect(sent.status).toBe(422);
    expect(sent.text).toContain("Nothing was saved yet");
    expect(sent.text).toContain('value="not a slug"');
    expect(sent.text.match(/aria-invalid="true"/g)?.length).toBe(2);
    expect(await Product.count()).toBe(0);
  });

  test("changes an object and keeps in its history what was changed", async () => {
    const product = await Product.create({ title: "Old", slug: "old", category, price: "1" });
    const url = `/admin/shop/product/${String(product.pk)}/change/`;
    const page = await client.get(url);
    expect(page.text).toContain('value="Old"');
    const brand = await Brand.create({ name: "Selmer" });
    const form = {
      ...least(),
      slug: "old",
      sku: product.sku,
      brand: String(brand.pk),
      _opened: opened(page),
      _continue: "1",
    };
    const sent = await client.post(url, { form });
    expect([sent.status, sent.header("location")]).toEqual([303, url]);
    const entry = await LogEntry.get({ action: "change" });
    expect(entry.changes).toContainEqual({ field: "Title", from: "Old", to: "Modèle Jazz" });
    expect(entry.changes).toContainEqual({ field: "Brand", from: "", to: "Selmer" });
    expect(entry.changes).toContainEqual({ field: "Status", from: "Draft", to: "On sale" });
    expect((await client.get(`/admin/shop/product/${String(product.pk)}/history/`)).text).toContain(
      "<ins>Selmer</ins>",
    );
  });
});

describe("two people at one object", () => {
  test("who saves later is shown what differs, and nothing is lost", async () => {
    const product = await Product.create({ title: "Old", slug: "old", category, price: "1" });
    const url = `/admin/shop/product/${String(product.pk)}/change/`;
    const mine = opened(await client.get(url));
    await Product.filter({ pk: product.pk }).update({ title: "Theirs" });
    const form = { ...least(), title: "Mine", slug: "old", sku: product.sku, _opened: mine };
    const refused = await client.post(url, { form });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain("Somebody was faster");
    expect(refused.text).toContain("Theirs");
    expect((await Product.get({ pk: product.pk })).title).toBe("Theirs");

    const keepTheirs = { ...form, _opened: opened(refused), "_keep-title": "theirs" };
    expect((await client.post(url, { form: keepTheirs })).status).toBe(303);
    const saved = await Product.get({ pk: product.pk });
    expect([saved.title, saved.stock]).toEqual(["Theirs", 3]);
  });

  test("what others changed and she did not send differently is no difference", async () => {
    const product = await Product.create({ title: "Old", slug: "old", category, price: "1" });
    const url = `/admin/shop/product/${String(product.pk)}/change/`;
    const mine = opened(await client.get(url));
    await Product.filter({ pk: product.pk }).update({ stock: 3 });
    const form = { ...least(), title: "Mine", slug: "old", sku: product.sku, _opened: mine };
    expect((await client.post(url, { form })).status).toBe(303);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type AdminOptions, adminAction, column, listFilter, LogEntry } from "../../src/admin/index.js";
import { html } from "../../src/templates/index.js";
import type { ClientResponse, TestClient, TestSite } from "../../src/testing/index.js";
import { fieldsOf, loggedIn, openShop, staff } from "./site.js";
import { Brand, Category, Product, StockLevel, Tag, Warehouse } from "./shop/models.js";

let site: TestSite;
let client: TestClient;
beforeEach(async () => {
  site = await openShop();
  await staff("django");
  client = await loggedIn(site, "django");
});
afterEach(() => site.close());

async function products(count: number): Promise<void> {
  const category = await Category.create({ name: "Guitars", slug: "guitars" });
  const brand = await Brand.create({ name: "Selmer" });
  for (let at = 1; at <= count; at++) {
    await Product.create({
      title: `Guitar ${String(at).padStart(3, "0")}`,
      slug: `guitar-${at}`,
      category,
      brand: at % 2 === 0 ? brand : null,
      price: `${at}.50`,
      status: at % 3 === 0 ? "live" : "draft",
      isFeatured: at % 5 === 0,
    });
  }
}

/** The titles of the products that a list shows, in its order. */
const titles = ({ text }: ClientResponse): string[] =>
  [...text.matchAll(/<th scope="row"[^>]*><a[^>]*>([^<]*)<\/a>/g)].map(([, title = ""]) => title);
const list = (query = "") => client.get(`/admin/shop/product/${query}`);

describe("a list with no option", () => {
  test("shows what rows are called and a few telling fields", async () => {
    await products(3);
    const page = await list();
    expect(page.status).toBe(200);
    expect(titles(page)).toEqual(["Guitar 001", "Guitar 002", "Guitar 003"]);
    for (const text of ["Selmer", "1.50", "3 products"]) expect(page.text).toContain(text);
  });

  test("leaves what the next page tells to a page, when a script asks for the rows alone", async () => {
    await products(1);
    await client.post("/admin/shop/product/", { form: { act: "1" } });
    const rows = await client.get("/admin/shop/product/", { headers: { "x-part": "results" } });
    expect(titles(rows)).toEqual(["Guitar 001"]);
    expect(rows.text).not.toContain("<html");
    expect((await list()).text).toContain("Choose what to do.");
    expect((await list()).text).not.toContain("Choose what to do.");
  });

  test("finds every word in one of the short texts, and phrases in quotes", async () => {
    await products(12);
    expect(titles(await list("?q=guitar+012"))).toEqual(["Guitar 012"]);
    expect(titles(await list('?q="tar+01"'))).toEqual(["Guitar 010", "Guitar 011", "Guitar 012"]);
    expect((await list("?q=violin")).text).toContain("Nothing matches");
  });

  test("is narrowed by choices and by yes or no, and counts what each choice leaves", async () => {
    await products(15);
    expect(titles(await list("?status=live"))).toHaveLength(5);
    expect(titles(await list("?status=live&isFeatured=yes"))).toEqual(["Guitar 015"]);
    const facets = await list("?status=live&facets=1");
    expect(facets.text).toMatch(/Draft<\/span><span class="muted">10</);
    expect(facets.text).toMatch(/On sale<\/span><span class="muted">5</);
  });

  test("is ordered by its columns, equal rows by their key", async () => {
    await products(4);
    expect(titles(await list("?o=-price"))).toEqual(["Guitar 004", "Guitar 003", "Guitar 002", "Guitar 001"]);
    expect(titles(await list("?o=brand,price"))).toHaveLength(4);
    expect((await list("?o=-price")).text).toContain('aria-sort="descending"');
  });

  test("refuses filters, orders and pages that it does not have", async () => {
    for (const query of ["?password=x", "?category__name=x", "?o=sku", "?status=lost", "?p=0", "?p=x", "?year=2025"]) {
      expect([query, (await list(query)).status]).toEqual([query, 400]);
    }
  });
});

describe("options of a list", () => {
  async function openWith(options: AdminOptions<Product>): Promise<void> {
    await site.close();
    site = await openShop(new Map([[Product, options as AdminOptions]]));
    await staff("django");
    client = await loggedIn(site, "django");
  }

  test("columns are fields, paths, methods of the model and what is computed", async () => {
    await openWith({
      listDisplay: [
        "+text",
        "category__name",
        "isSellable",
        column("double", (product: Product) => product.price.times(2).toFixed(2), { label: "Twice", orderBy: "price" }),
        column("mark", () => html`<b>bold</b>`),
      ],
    });
    await products(1);
    const { text } = await list("?o=-double");
    for (const part of ["Guitars", "✗ No", "Twice", "3.00", "<b>bold</b>"]) expect(text).toContain(part);
  });

  test("a name that is nothing is refused when the site starts, with the names that there are", async () => {
    await site.close();
    const wrong = { listDisplay: ["titel"] } as unknown as AdminOptions;
    await expect(openShop(new Map([[Product, wrong]]))).rejects.toThrow(/"titel" in listDisplay.*title, slug/);
    const unsearchable = { searchFields: ["^sku"] } as unknown as AdminOptions;
    await expect(openShop(new Map([[Product, unsearchable]]))).rejects.toThrow(
      /searchFields that cannot be searched.*sku/,
    );
    site = await openShop();
  });

  test("pages have so many rows, and say where they are", async () => {
    await openWith({ listPerPage: 5, ordering: ["-title"] });
    await products(12);
    expect(titles(await list("?p=3"))).toEqual(["Guitar 002", "Guitar 001"]);
    expect(titles(await list("?p=99"))).toEqual(["Guitar 002", "Guitar 001"]);
    expect((await list("?p=2")).text).toContain("6–10 of 12 products");
    expect(titles(await list("?all=1"))).toHaveLength(12);
  });

  test("a date is walked down by year, month and day", async () => {
    await openWith({ dateHierarchy: "releasedOn" });
    await products(3);
    const days = ["2024-12-31", "2025-01-01", "2025-01-02"];
    for (const [at, product] of (await Product.all().orderBy("title")).entries()) {
      await product.assign({ releasedOn: days[at] ?? null }).save();
    }
    expect((await list()).text).toMatch(/year=2024[^>]*>2024</);
    expect(titles(await list("?year=2025"))).toHaveLength(2);
    expect((await list("?year=2025&month=1")).text).toMatch(/day=2[^>]*>2</);
    expect(titles(await list("?year=2025&month=1&day=2"))).toEqual(["Guitar 003"]);
  });

  test("filters of one's own, by relations, by dates and by values", async () => {
    const sizes = [
      ["cheap", "up to 2"],
      ["dear", "over 2"],
    ] as const;
    await openWith({
      listFilter: [
        "category",
        "brand__country",
        "releasedOn",
        "stock",
        listFilter("size", "Size", sizes, (rows, size) =>
          rows.filterBy({ [size === "dear" ? "price__gt" : "price__lte"]: 2 }),
        ),
      ],
    });
    await products(4);
    const { pk } = await Category.get({ slug: "guitars" });
    expect(titles(await list(`?category=${pk}`))).toHaveLength(4);
    expect(titles(await list("?brand__country=fr"))).toHaveLength(2);
    expect(titles(await list("?releasedOn=none"))).toHaveLength(4);
    expect(titles(await list("?stock=0&size=dear"))).toHaveLength(3);
    expect((await list("?size=dear&facets=1")).text).toMatch(/over 2<\/span><span class="muted">3</);
  });

  test("fields are edited in the list itself, all rows or none, and never over somebody's newer change", async () => {
    await openWith({ listEditable: ["stock", "status"], listDisplay: ["title", "stock", "status"] });
    await products(2);
    const page = await list();
    const form = fieldsOf(page);
    const [first, second] = Object.keys(form).filter((name) => name.endsWith("-stock"));
    const wrong = await client.post("/admin/shop/product/", {
      form: { ...form, [first ?? ""]: "7", [second ?? ""]: "many", save: "1" },
    });
    expect(wrong.status).toBe(422);
    expect(await Product.filter({ stock: 7 }).count()).toBe(0);
    const right = { ...form, [first ?? ""]: "7", save: "1" };
    expect((await client.post("/admin/shop/product/", { form: right })).status).toBe(303);
    expect(await Product.filter({ stock: 7 }).count()).toBe(1);
    const late = await client.post("/admin/shop/product/", { form: { ...form, [first ?? ""]: "9", save: "1" } });
    expect(late.status).toBe(422);
    expect(late.text).toContain("Somebody has changed this to “7” meanwhile");
  });

  test("rows that were edited are saved wherever they stand by now, and those that are gone are told of", async () => {
    await openWith({ listEditable: ["stock"], listDisplay: ["title", "stock"], listPerPage: 2, ordering: ["title"] });
    await products(3);
    const form = fieldsOf(await list());
    const [first, second] = Object.keys(form).filter((name) => name.endsWith("-stock"));
    await Product.filter({ title: "Guitar 001" }).delete();
    // Comes before the others: what was the second row is on the second page now.
    const category = await Category.get({ slug: "guitars" });
    for (const slug of ["aa", "ab"]) await Product.create({ title: slug, slug, category, price: "1" });
    const url = "/admin/shop/product/";
    const wrong = await client.post(url, { form: { ...form, [second ?? ""]: "many", save: "1" } });
    expect([wrong.status, titles(wrong)]).toEqual([422, ["Guitar 002"]]);
    expect(wrong.text).toContain('value="many"');
    const saved = await client.post(url, { form: { ...form, [first ?? ""]: "8", [second ?? ""]: "9", save: "1" } });
    expect(saved.status).toBe(303);
    expect((await Product.get({ title: "Guitar 002" })).stock).toBe(9);
    expect((await list()).text).toContain("1 product of this list is not there any more.");
  });

  test("rows may lead to others that hold whole numbers of any size", async () => {
    await site.close();
    const options: AdminOptions<StockLevel> = {
      listEditable: ["amount"],
      listDisplay: ["warehouse", "product", "amount"],
    };
    site = await openShop(new Map([[StockLevel, options as unknown as AdminOptions]]));
    await staff("django");
    client = await loggedIn(site, "django");
    await products(1);
    const warehouse = await Warehouse.create({ code: "P", city: "Paris" });
    await Product.all().update({ views: 9_007_199_254_740_993n });
    const level = await StockLevel.create({ warehouse, product: await Product.get({ slug: "guitar-1" }) });
    const page = await client.get("/admin/shop/stocklevel/");
    expect(page.status).toBe(200);
    const name = Object.keys(fieldsOf(page)).find((one) => one.endsWith("-amount")) ?? "";
    const form = { ...fieldsOf(page), [name]: "12", save: "1" };
    expect((await client.post("/admin/shop/stocklevel/", { form })).status).toBe(303);
    expect((await StockLevel.get({ pk: level.pk })).amount).toBe(12);
  });

  test("at most 2,000 rows are chosen one by one: nobody takes a part for the whole", async () => {
    const run = vi.fn<() => Promise<string>>(async () => "done");
    await openWith({ actions: [adminAction<Product>("publish", run)] });
    const key = Array.from({ length: 2001 }, (_, index) => String(index));
    await client.post("/admin/shop/product/", { form: { action: "publish", key, act: "1" } });
    expect(run).not.toHaveBeenCalled();
    expect((await list()).text).toContain("Choose at most 2,000 rows one by one");
  });

  test("actions do something with the chosen rows, or with all that match, and may ask first", async () => {
    await openWith({
      actions: [
        adminAction<Product>("publish", async (rows) => `${await rows.update({ status: "live" })} published`),
        adminAction<Product>("empty", async (rows) => void (await rows.update({ stock: 0 })), {
          confirm: true,
          label: "Sell out",
        }),
      ],
    });
    await products(4);
    const keys = (await Product.all().orderBy("title")).map(({ pk }) => String(pk));
    await client.post("/admin/shop/product/", { form: { action: "publish", key: keys[0] ?? "", act: "1" } });
    expect(await Product.filter({ status: "live" }).count()).toBe(2);
    expect((await list()).text).toContain("1 published");
    await client.post("/admin/shop/product/?status=draft", { form: { action: "publish", across: "1", act: "1" } });
    expect(await Product.filter({ status: "live" }).count()).toBe(4);
    const asked = await client.post("/admin/shop/product/", {
      form: { action: "empty", key: keys[0] ?? "", act: "1" },
    });
    expect(asked.text).toContain("Sell out: 1 product?");
    expect((await client.post("/admin/shop/product/", { form: { action: "lost", key: "1", act: "1" } })).status).toBe(
      403,
    );
  });

  test("the rows are those that there are for the user, everywhere", async () => {
    await openWith({ rows: (rows) => rows.filterBy({ status: "live" }) });
    await products(3);
    const draft = await Product.filter({ status: "draft" }).first();
    expect(titles(await list())).toEqual(["Guitar 003"]);
    const key = String(draft?.pk);
    for (const page of ["change", "delete", "history"]) {
      expect((await client.get(`/admin/shop/product/${key}/${page}/`)).status).toBe(404);
    }
    const form = { action: "delete_selected", key, act: "1", confirmed: "1" };
    await client.post("/admin/shop/product/", { form });
    expect(await Product.filter({ pk: draft?.pk ?? 0 }).count()).toBe(1);
  });
});

describe("deleting", () => {
  test("takes 10,000 rows at once, and refuses more without deleting any", async () => {
    const rows = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => new Tag({ word: `w${from + index}` }));
    await Tag.bulkCreate(rows(10_000, 0));
    const form = { action: "delete_selected", across: "1", act: "1" };
    const asked = await client.post("/admin/shop/tag/", { form, timeoutMs: 120_000 });
    expect(asked.text).toContain("Delete 10,000 tags");
    await Tag.bulkCreate(rows(1, 10_000));
    await client.post("/admin/shop/tag/", { form: { ...form, confirmed: "1" }, timeoutMs: 120_000 });
    expect((await client.get("/admin/shop/tag/")).text).toContain("At most 10,000 tags are deleted at once here.");
    expect(await Tag.count()).toBe(10_001);
  });

  test("the chosen rows are deleted when that was confirmed, and the history keeps their names", async () => {
    await products(3);
    const keys = (await Product.all()).map(({ pk }) => String(pk)).slice(0, 2);
    const form = { action: "delete_selected", key: keys, act: "1" };
    expect((await client.post("/admin/shop/product/", { form })).text).toContain("Delete 2 products");
    expect(await Product.count()).toBe(3);
    await client.post("/admin/shop/product/", { form: { ...form, confirmed: "1" } });
    expect(await Product.count()).toBe(1);
    expect(await LogEntry.filter({ action: "delete" }).count()).toBe(2);
  });

  test("what refers to a row is shown, and what protects it keeps it", async () => {
    await products(2);
    const { pk } = await Category.get({ slug: "guitars" });
    const page = await client.get(`/admin/shop/category/${pk}/delete/`);
    expect(page.text).toContain("Guitar 002");
    expect(page.text).not.toContain("Yes, delete");
    expect((await client.post(`/admin/shop/category/${pk}/delete/`)).status).toBe(200);
    expect(await Category.count()).toBe(1);
  });
});

import { afterEach, describe, expect, test } from "vitest";

import { adminAction, adminApp, type AdminOptions, AdminSite, column } from "../../src/admin/index.js";
import { authApp, authentication } from "../../src/auth/index.js";
import { include } from "../../src/consumers/index.js";
import { defineSettings } from "../../src/core/index.js";
import type { ModelClass } from "../../src/orm/index.js";
import { defineProject } from "../../src/project/index.js";
import { memorySessions, sessions, sessionsApp } from "../../src/sessions/index.js";
import { type ClientResponse, type TestClient, TestSite } from "../../src/testing/index.js";
import { task } from "../../src/workers/index.js";
import { Brand, Category, Product } from "./shop/models.js";
import { fieldsOf, loggedIn, openShop, shopProject, staff } from "./site.js";

let site: TestSite;
let client: TestClient;
let category: Category;
let product: Product;
afterEach(() => site.close());

async function openWith(options: AdminOptions<Product>): Promise<void> {
  site = await openShop(new Map<ModelClass, AdminOptions>([[Product, options as AdminOptions]]));
  await staff("django");
  client = await loggedIn(site, "django");
  category = await Category.create({ name: "Guitars", slug: "guitars" });
  product = await Product.create({ title: "Jazz", slug: "jazz", category, price: "9" });
}
const change = () => `/admin/shop/product/${String(product.pk)}/change/`;
const least = () => ({
  title: "Other",
  slug: "other",
  sku: crypto.randomUUID(),
  category: String(category.pk),
  price: "1",
  stock: "0",
  status: "draft",
  details: "{}",
});
const orderOf = ({ text }: ClientResponse, ...words: readonly string[]): number[] => {
  const places = words.map((word) => text.indexOf(word));
  expect(places.every((place) => place >= 0)).toBe(true);
  return places.map((place) => places.toSorted((a, b) => a - b).indexOf(place));
};

describe("options of the page of an object", () => {
  test("fields: only these, in this order, and several in a line", async () => {
    await openWith({ fields: ["price", ["slug", "title"]] });
    const page = await client.get(change());
    expect(orderOf(page, 'name="price"', 'name="slug"', 'name="title"')).toEqual([0, 1, 2]);
    expect(page.text).not.toContain('name="stock"');
    const form = { ...fieldsOf(page), price: "5", stock: "99" };
    expect((await client.post(change(), { form })).status).toBe(303);
    const { price, stock } = await Product.get({ pk: product.pk });
    expect([price.toNumber(), stock]).toEqual([5, 0]);
  });

  test("fieldsets: groups with titles, closed ones among them, open where something in them is wrong", async () => {
    await openWith({
      fieldsets: [
        { title: "What it is", fields: ["title", "slug", "category", "price", "sku", "status", "details"] },
        { title: "Stock", description: "Counted on Mondays.", fields: ["stock"], collapsed: true },
      ],
    });
    const page = await client.get(change());
    expect(page.text).toContain("Counted on Mondays.");
    expect(page.text).toMatch(/<details class="card">\s*<summary><h2>Stock/);
    const wrong = await client.post(change(), { form: { ...fieldsOf(page), stock: "many" } });
    expect(wrong.text).toMatch(/<details class="card" open>\s*<summary><h2>Stock/);
  });

  test("exclude and readonlyFields: what does not appear, and what is shown only", async () => {
    await openWith({
      exclude: ["description"],
      readonlyFields: ["createdAt", "stock", column("worth", (row: Product) => row.price.times(2).toFixed(2))],
      readonlyFor: (_request, row) => (row === undefined ? [] : ["title"]),
    });
    const page = await client.get(change());
    for (const name of ["description", "createdAt", "stock", "title"])
      expect(page.text).not.toContain(`name="${name}"`);
    expect(page.text).toContain("18.00");
    expect((await client.get("/admin/shop/product/add/")).text).toContain('name="title"');
    await client.post(change(), { form: { ...fieldsOf(page), title: "No", stock: "7" } });
    const { title, stock } = await Product.get({ pk: product.pk });
    expect([title, stock]).toEqual(["Jazz", 0]);
  });

  test("prepopulatedFields, radioFields and rawIdFields say how fields look", async () => {
    await openWith({ prepopulatedFields: { slug: ["title"] }, radioFields: ["status"], rawIdFields: ["category"] });
    const { text } = await client.get(change());
    expect(text).toMatch(/name="slug"[^>]*data-prepopulate="id_title"/);
    expect(text.match(/type="radio"[^>]*name="status"|name="status"[^>]*type="radio"/g)?.length).toBe(3);
    expect(text).toMatch(new RegExp(`<input[^>]*name="category"[^>]*value="${String(category.pk)}"`));
    expect(text).toMatch(/<select[^>]*name="brand"[^>]*data-options/);
  });

  test("autocompleteFields: only these are searched by typing, in the rows that the user may see", async () => {
    await openWith({ autocompleteFields: ["brand"] });
    for (const name of ["Selmer", "Busato", "Favino"]) await Brand.create({ name });
    const { text } = await client.get(change());
    expect(text).not.toMatch(/<select[^>]*name="category"[^>]*data-options/);
    const url = "/admin/shop/product/options/?field=brand";
    const found = (await client.get(`${url}&q=bus`)).json() as { results: { text: string }[]; more: boolean };
    expect([found.results.map((one) => one.text), found.more]).toEqual([["Busato"], false]);
    for (const wrong of ["title", "lost", "", "tags__word"]) {
      expect((await client.get(`/admin/shop/product/options/?field=${wrong}`)).status).toBe(404);
    }
  });

  test("saveAs: saved as a new one, the old one as it was", async () => {
    await openWith({ saveAs: true });
    const form = { ...fieldsOf(await client.get(change())), ...least(), _new: "1" };
    expect((await client.post(change(), { form })).status).toBe(303);
    expect((await Product.all().orderBy("title")).map(({ title }) => title)).toEqual(["Jazz", "Other"]);
  });

  test("viewOnSite: the model's own address, another one, or none; never a script", async () => {
    await openWith({});
    expect((await client.get(change())).text).toContain('href="/products/jazz/"');
    await site.close();
    await openWith({ viewOnSite: (row) => `https://shop.example/${row.slug}` });
    expect((await client.get(change())).text).toContain('href="https://shop.example/jazz"');
    await site.close();
    await openWith({ viewOnSite: false });
    expect((await client.get(change())).text).not.toContain("View on site");
  });

  test("initial and links say what a new object opens with", async () => {
    await openWith({ initial: ({ user }) => ({ title: `by ${user.displayName}` }) });
    const page = await client.get(
      `/admin/shop/product/add/?status=live&category=${String(category.pk)}&lost=1&views=3`,
    );
    expect(page.text).toContain('value="by django"');
    expect(fieldsOf(page)).toMatchObject({ status: "live", category: String(category.pk) });
  });

  test("saveRow and deleteRow do what the admin would do", async () => {
    const done: string[] = [];
    await openWith({
      async saveRow(row, { isNew, request }) {
        done.push(`${isNew ? "new" : "old"} ${row.title} by ${request.user.displayName}`);
        await row.assign({ description: "by the hook" }).save();
      },
      async deleteRow(row) {
        done.push(`gone ${row.title}`);
        await row.delete();
      },
    });
    await client.post("/admin/shop/product/add/", { form: least() });
    await client.post(change(), { form: { ...fieldsOf(await client.get(change())), title: "Jazz 2" } });
    await client.post(change().replace("change", "delete"));
    expect(done).toEqual(["new Other by django", "old Jazz 2 by django", "gone Jazz 2"]);
    expect((await Product.get({ slug: "other" })).description).toBe("by the hook");
  });

  test("where one goes after saving", async () => {
    await openWith({});
    const opened = () => client.get(change()).then(fieldsOf);
    const sent = async (button: string) => {
      const response = await client.post(change(), { form: { ...(await opened()), [button]: "1" } });
      return response.header("location");
    };
    expect(await sent("_save")).toBe("/admin/shop/product/");
    expect(await sent("_continue")).toBe(change());
    expect(await sent("_another")).toBe("/admin/shop/product/add/");
  });

  test("an action on the page of an object", async () => {
    await openWith({
      actions: [
        adminAction<Product>("sell", async (rows) => `${await rows.update({ stock: 42 })} sold`, { where: "form" }),
      ],
    });
    expect((await client.get("/admin/shop/product/")).text).not.toContain("Sell");
    const sent = await client.post(change(), { form: { action: "sell", _act: "1" } });
    expect([sent.status, sent.header("location")]).toEqual([303, change()]);
    expect((await Product.get({ pk: product.pk })).stock).toBe(42);
  });
});

describe("actions that take long", () => {
  const relabel = task(
    "shop.relabel",
    {},
    async (run, { model, keys }: { model: string; keys: readonly (string | number)[] }) => {
      await run.progress({ share: 0.5, text: `half of ${model}` });
      await Product.filterBy({ pk__in: keys }).update({ status: "gone" });
    },
  );

  test("are left to the workers, and their page tells how far they are and that they are done", async () => {
    const options = new Map<ModelClass, AdminOptions>([[Product, { actions: [adminAction("relabel", relabel)] }]]);
    site = await TestSite.open(shopProject(options, { tasks: [relabel] }), { databaseUrl: "sqlite::memory:" });
    await staff("django");
    client = await loggedIn(site, "django");
    category = await Category.create({ name: "Guitars", slug: "guitars" });
    product = await Product.create({ title: "Jazz", slug: "jazz", category, price: "9" });
    const form = { action: "relabel", key: String(product.pk), act: "1" };
    const begun = await client.post("/admin/shop/product/", { form });
    const url = begun.header("location") ?? "";
    expect(url).toMatch(/^\/admin\/shop\/product\/_progress\/\?task=/);
    const socket = client.websocket(url.replace("_progress/?", "_progress/live/?"));
    expect((await socket.connect(20_000)).accepted).toBe(true);
    let last: { state?: string } = {};
    while (last.state !== "succeeded") last = (await socket.receiveJson(30_000)) as { state?: string };
    expect((await client.get(url)).text).toContain("Done.");
    expect((await Product.get({ pk: product.pk })).status).toBe("gone");
    await socket.disconnect();
    // Nobody sees a task that is none of the action's.
    expect((await client.get("/admin/shop/product/_progress/?task=x&action=lost")).status).toBe(404);
  });
});

describe("several admins", () => {
  test("have their own models, titles and places", async () => {
    const front = new AdminSite({ title: "Front" });
    const back = new AdminSite({ title: "Back", siteUrl: null });
    front.register(Product);
    back.register(Category);
    const project = defineProject({
      name: "shop",
      settings: defineSettings({}, { SECRET_KEY: "for tests only, and nowhere else", LOG_LEVEL: "silent" }),
      models: [Product, Category, Brand],
      apps: [sessionsApp, authApp, adminApp(front, back)],
      middleware: [sessions({ engine: memorySessions() }), authentication()],
      routes: [
        include("/admin/", front.routes, { namespace: "admin" }),
        include("/back/", back.routes, { namespace: "back" }),
      ],
    });
    site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
    await staff("django");
    client = await loggedIn(site, "django");
    expect((await client.get("/admin/shop/product/")).status).toBe(200);
    expect((await client.get("/back/shop/product/")).status).toBe(404);
    const page = await client.get("/back/shop/category/");
    expect(page.text).toContain("<title>Categories · Back</title>");
    expect(page.text).not.toContain("View site");
    expect(() => front.register(Product)).toThrow(/is registered already/);
  });
});

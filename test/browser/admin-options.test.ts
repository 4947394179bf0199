import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { deferred } from "../deferred.js";
import { staff } from "../admin/site.js";
import {
  Address,
  Brand,
  Category,
  Customer,
  Order,
  OrderLine,
  Product,
  StockLevel,
  Tag,
} from "../admin/shop/models.js";
import { choose, logIn, ShopWindows } from "./shop-windows.js";

let shop: ShopWindows;
beforeAll(async () => {
  shop = await ShopWindows.open({ isDouble: true });
});
afterAll(() => shop.close());
afterEach(async () => {
  expect(await shop.closeWindows()).toEqual([]);
});

const rowsOf = (page: Page) => page.locator("tbody th[scope=row]").allTextContents();
const heads = (page: Page) => page.locator("thead th").allTextContents();
const told = (page: Page, text: string | RegExp) => page.locator(".notices").getByText(text).waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();
const pathOf = (page: Page) => new URL(page.url()).pathname;
const changeOf = (site: string, model: string, row: { readonly pk: unknown }) =>
  `/${site}/shop/${model}/${String(row.pk)}/change/`;

describe("the options of a list, in a browser", () => {
  it("shows fields, paths, methods and what is computed, page after page", async () => {
    const page = await shop.loggedIn("django", "/back/shop/product/");
    expect(await heads(page)).toEqual(["Title", "Category name", "Is sellable", "Price", "Words"]);
    expect(await page.locator("thead").getByRole("link").allTextContents()).toEqual(["Title", "Category name"]);
    const titles = (await Product.all().orderBy("title")).map(({ title }) => title);
    expect(await rowsOf(page)).toEqual(titles.slice(0, 10));
    const first = await Product.get({ title: titles[0] ?? "" });
    const cells = page.locator("tbody tr").first().locator("td[data-label]");
    const category = await first.category;
    const words = (await first.tags.all()).map(String).join(" ");
    const sellable = first.isSellable() ? "✓ Yes" : "✗ No";
    expect(await cells.allInnerTexts()).toEqual([category.name, sellable, first.price.toFixed(2), words || "–"]);

    await page.getByRole("link", { name: "Page 3" }).click();
    await page.waitForURL(/p=3/);
    expect(await rowsOf(page)).toEqual(titles.slice(20));
    await page.getByRole("link", { name: "Show all" }).click();
    await page.waitForURL(/all=1/);
    expect(await rowsOf(page)).toEqual(titles);
    await page.locator("tbody").getByRole("link", { name: category.name }).first().click();
    await page.getByRole("heading", { name: titles[0] ?? "" }).waitFor();
  });

  it("narrows by rows, by own filters and says how many each leaves", async () => {
    const page = await shop.loggedIn("django", "/back/shop/product/");
    const filters = page.locator(".filters");
    const guitars = await Category.get({ slug: "guitars" });
    const count = await Product.filter({ category: guitars }).count();
    await filters.getByRole("link", { name: `Guitars ${count}` }).click();
    await page.waitForURL(/category=/);
    await filters.getByRole("link", { name: /^Below 100/ }).click();
    await page.waitForURL(/size=low/);
    const cheap = await Product.filter({ category: guitars, price__lt: "100" }).orderBy("title");
    expect(await rowsOf(page)).toEqual(cheap.map(({ title }) => title));
    await filters.getByRole("link", { name: "Clear" }).click();
    await page.getByText("1–10 of 24 products").waitFor();
  });

  it("begins the walk by dates at the months, where all are of one year", async () => {
    const page = await shop.loggedIn("django", "/admin/shop/order/");
    const dates = page.getByRole("navigation", { name: "Placed at" });
    const months = ["All dates", "January 2025", "February 2025", "March 2025", "April 2025"];
    expect(await dates.getByRole("link").allTextContents()).toEqual(months);
    await dates.getByRole("link", { name: "February 2025" }).click();
    await page.waitForURL(/month=2/);
    expect(await dates.getByRole("link").allTextContents()).toEqual(["All dates", "2025", "February", "4", "24"]);
    await dates.getByRole("link", { name: "24" }).click();
    await page.waitForURL(/day=24/);
    expect(await rowsOf(page)).toHaveLength(1);
  });

  it("edits in the list, keeps what is edited while the list changes, and overwrites nobody silently", async () => {
    const order = await Order.all().orderBy("pk").first();
    if (order === null) throw new Error("The shop has orders.");
    const page = await shop.loggedIn("django", "/admin/shop/order/?o=placedAt");
    await page.locator("[data-live][data-state=on]").waitFor();
    const state = page.getByLabel(`State, Order ${String(order.pk)}`, { exact: true });
    await state.selectOption({ label: "Sent" });
    await page.getByRole("heading", { name: "Orders" }).click();
    const other = await shop.another(page, "/admin/shop/order/?state=2&o=placedAt");
    await other.locator("[data-live][data-state=on]").waitFor();
    await Order.filterBy({ pk: order.pk }).update({ state: 2 });
    await other.getByRole("link", { name: `Order ${String(order.pk)}`, exact: true }).waitFor();
    expect(await state.locator("option:checked").textContent()).toBe("Sent");
    await press(page, "Save changes");
    await page.getByText("Somebody has changed this to “Paid” meanwhile.").waitFor();
    // The page has heard by now that it is not up to date, and keeps what it says all the same.
    await page.locator("[data-live][data-state=on]").waitFor();
    expect(await state.locator("option:checked").textContent()).toBe("Sent");
    expect((await Order.get({ pk: order.pk })).state).toBe(2);
    await press(page, "Save changes");
    await told(page, "1 order changed.");
    expect((await Order.get({ pk: order.pk })).state).toBe(3);
  });

  it("asks before it does something with all rows of all pages", async () => {
    const page = await shop.loggedIn("django", "/back/shop/product/");
    await page.getByLabel("all 24 products").check();
    await page.getByLabel("Action", { exact: true }).selectOption("feature");
    await press(page, "Go");
    await page.getByText("and 4 more").waitFor();
    expect(await Product.filter({ isFeatured: true }).count()).toBeLessThan(24);
    await press(page, "Feature");
    await told(page, "24 are featured.");
    expect(await Product.filter({ isFeatured: true }).count()).toBe(24);
  });
});

describe("the options of an object's page, in a browser", () => {
  it("groups fields, shows some only, takes keys and buttons, and opens the group in which something is wrong", async () => {
    const product = await Product.all().orderBy("pk").first();
    if (product === null) throw new Error("The shop has products.");
    const page = await shop.loggedIn("django", changeOf("back", "product", product));
    expect(await page.getByRole("button", { name: "Save", exact: true }).count()).toBe(2);
    const worth = page.locator(".field").filter({ hasText: "Worth" }).locator(".readonly");
    expect(await worth.textContent()).toBe(product.price.times(product.stock).toFixed(2));
    const group = page.locator("details").filter({ hasText: "Where it belongs" });
    expect(await group.getAttribute("open")).toBeNull();
    await group.locator("summary").click();
    await page.getByText("Told by numbers.").waitFor();
    const key = page.locator("#id_category");
    await key.fill("987654");
    await page.getByRole("radio", { name: "Sold out" }).check();
    await press(page, "Save");
    await page.getByText("Nothing was saved yet.").waitFor();
    await group.getByRole("list").getByText(/./).first().waitFor();
    expect(await group.getAttribute("open")).not.toBeNull();
    const violins = await Category.get({ slug: "violins" });
    await key.fill(String(violins.pk));
    await press(page, "Save");
    await told(page, "was changed");
    const saved = await Product.get({ pk: product.pk });
    expect([saved.status, (await saved.category).name]).toEqual(["gone", "Violins"]);
  });

  it("adds, changes and removes rows that stand one below the other, up to as many as there may be", async () => {
    const customer = await Customer.create({ name: "Oscar Alemán", email: "oscar@example.com" });
    const page = await shop.loggedIn("django", changeOf("back", "customer", customer));
    const more = page.getByRole("button", { name: "Add another address" });
    await more.click();
    expect(await more.isVisible()).toBe(false);
    await page.getByLabel("Street").fill("1, rue Fontaine");
    await page.getByLabel("City").fill("Paris");
    await page.getByLabel("Postcode").fill("75009");
    await press(page, "Save and continue");
    await told(page, "was changed");
    await page.getByLabel("City").fill("Buenos Aires");
    await press(page, "Save and continue");
    await page.getByRole("heading", { name: "1, rue Fontaine, Buenos Aires" }).waitFor();
    await page.getByLabel("Delete", { exact: false }).first().check();
    await press(page, "Save and continue");
    await more.waitFor();
    expect(await Address.filter({ customer }).count()).toBe(0);
    await page.getByRole("link", { name: "History" }).click();
    await page.locator("del").getByText("Paris", { exact: true }).waitFor();
    await page.locator("ins").getByText("Buenos Aires", { exact: true }).waitFor();
  });

  it("shows all that would go with an object, and what keeps it from going", async () => {
    const page = await shop.loggedIn("django", "/admin/shop/category/");
    await page.locator("tbody").getByRole("link", { name: "Guitars" }).click();
    await page.getByRole("link", { name: "Delete" }).click();
    await page.getByText("Nothing can be deleted: these rows refer to").waitFor();
    expect(await page.getByRole("button", { name: "Yes, delete" }).count()).toBe(0);

    const vola = await Customer.get({ name: "Louis Vola" });
    await page.goto(`/admin/shop/customer/${String(vola.pk)}/delete/`);
    const order = await Order.get({ customer: vola });
    const tree = page.locator(".tree > ul > li");
    await tree.getByRole("link", { name: "Louis Vola" }).waitFor();
    await tree
      .locator("ul")
      .getByRole("link", { name: String(order), exact: true })
      .waitFor();
    expect(await tree.locator("ul ul").getByRole("link").count()).toBe(await OrderLine.filter({ order }).count());
    await page.getByRole("button", { name: "Yes, delete" }).dblclick();
    await told(page, "The customer Louis Vola was deleted.");
    expect(await OrderLine.filter({ order }).count()).toBe(0);
  });

  it("offers nothing that somebody may not do", async () => {
    await staff("chaput", ["shop.view_order", "shop.view_orderline"]);
    const page = await shop.loggedIn("chaput", "/admin/");
    expect(await page.locator(".apps").getByRole("link").allTextContents()).toEqual(["Shop", "Orders", "Order lines"]);
    await page.goto("/admin/shop/order/");
    await page.locator("tbody").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Order lines" }).waitFor();
    for (const role of ["textbox", "combobox", "checkbox", "spinbutton"] as const) {
      expect(await page.locator("main").getByRole(role).count()).toBe(0);
    }
    expect(await page.locator("main").getByRole("button").count()).toBe(0);
    await page.goto("/admin/shop/product/");
    await page.getByRole("heading", { name: "Not for you" }).waitFor();
    await page.getByText("You may not see products.").waitFor();
  });
});

describe("a second admin, in a browser", () => {
  it("has its own models, looks, templates by site, app and model, and pages", async () => {
    const page = await shop.loggedIn("django", "/back/");
    expect(await page.getByRole("navigation", { name: "Models" }).getByRole("listitem").allInnerTexts()).toEqual([
      "Products",
      "Categories",
      "Customers",
      "Orders",
    ]);
    expect(await page.getByRole("link", { name: "View site" }).count()).toBe(0);
    await page.getByRole("link", { name: "What is nearly sold out" }).click();
    await page.getByRole("heading", { name: "Nearly sold out" }).waitFor();
    const few = await Product.filter({ stock__lt: 5 }).count();
    expect(await page.getByText(/: \d left$/).count()).toBe(few);
    await page.goto("/back/shop/product/");
    await page.locator("tbody").getByRole("link").first().click();
    await page.getByText("Mind the strings.").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("Every product has a story.").waitFor();
    await page.goto("/admin/shop/order/1/history/");
    await page.getByText("What happened in the shop.").waitFor();
    expect(await page.getByRole("link", { name: "What is nearly sold out" }).count()).toBe(0);
    await page.goto("/admin/shop/product/1/change/");
    expect(await page.getByText("Mind the strings.").count()).toBe(0);
  });
});

describe("what happens to people at work", () => {
  it("saves once, however often somebody clicks while the line is slow", async () => {
    const customer = await Customer.get({ name: "Roger Chaput" });
    const page = await shop.loggedIn("django", `/admin/shop/order/add/?customer=${String(customer.pk)}`);
    const mayGo = deferred<void>();
    let sent = 0;
    await page.route(/\/order\/add\//, async (route) => {
      if (route.request().method() === "POST") {
        sent += 1;
        await mayGo.promise;
      }
      await route.continue();
    });
    const before = await Order.filter({ customer }).count();
    await page.locator("#id_placedAt").fill("2025-03-01T12:00");
    const clicks = "for (let at = 0; at < 3; at++) document.querySelector('button[name=_save]').click();";
    expect(await page.evaluate(`${clicks} document.querySelectorAll("button[aria-busy=true]").length`)).toBe(1);
    await expect.poll(() => sent, { timeout: 20_000 }).toBe(1);
    mayGo.resolve();
    await told(page, "was added");
    expect([sent, await Order.filter({ customer }).count()]).toEqual([1, before + 1]);
  });

  it("gives back what somebody typed, when she was logged out meanwhile", async () => {
    await staff("ferret");
    const page = await shop.loggedIn("ferret", "/admin/shop/order/1/change/");
    await page.getByLabel("Note").fill("Play it again");
    await page.getByRole("button", { name: "Add another order line" }).click();
    const last = page.locator("[data-form]").last();
    const product = await Product.get({ title: "Nuages guitar 4" });
    await choose(page, last.getByRole("combobox"), product.title, product.title);
    await last.getByLabel("Unit price").fill("12.50");
    await page.context().clearCookies();
    await press(page, "Save");
    await page.getByText("nothing was saved yet").waitFor();
    expect((await Order.get({ pk: 1 })).note).toBe("");
    await logIn(page, "ferret");
    await page.getByText(/^What you sent at .* was not saved/).waitFor();
    expect(await page.getByLabel("Note").inputValue()).toBe("Play it again");
    expect(await page.locator("[data-form]").last().getByRole("combobox").inputValue()).toBe(product.title);
    await press(page, "Save and continue");
    await told(page, "was changed");
    const line = await OrderLine.get({ order: 1, product });
    expect([(await Order.get({ pk: 1 })).note, line.unitPrice.toFixed(2)]).toEqual(["Play it again", "12.50"]);
    await page.reload();
    expect(await page.locator("[data-unsaved]").isVisible()).toBe(false);
  });

  it("gives back what somebody typed into a list, and asks before she loses it", async () => {
    await staff("bireli");
    const page = await shop.loggedIn("bireli", "/admin/shop/order/?o=placedAt");
    const state = page.locator("tbody select").first();
    const row = page.locator("tbody tr").first();
    const key = Number(await row.getAttribute("data-key"));
    const before = (await Order.get({ pk: key })).state;
    const wanted = before === 3 ? 2 : 3;
    await state.selectOption(String(wanted));
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.locator(".select").first().check();
    await page.locator("select[name=action]").selectOption("delete_selected");
    await page.getByRole("button", { name: "Go", exact: true }).click();
    expect(asked).toEqual(["What you changed in the list is not saved yet, and would be lost. Go on?"]);
    expect(await state.inputValue()).toBe(String(wanted));

    await page.context().clearCookies();
    await press(page, "Save changes");
    await page.getByText("nothing was saved yet").waitFor();
    await logIn(page, "bireli");
    await page.getByText(/^What you sent at .* was not saved/).waitFor();
    expect((await Order.get({ pk: key })).state).toBe(before);
    expect(await page.locator(`tr[data-key="${key}"] select`).inputValue()).toBe(String(wanted));
    await press(page, "Save changes");
    await told(page, "1 order changed");
    expect((await Order.get({ pk: key })).state).toBe(wanted);
    await page.reload();
    expect(await page.locator("[data-unsaved]").isVisible()).toBe(false);
  });

  it("saves a list when Enter is pressed in one of its fields", async () => {
    const page = await shop.loggedIn("django", "/admin/shop/stocklevel/");
    const field = page.locator("tbody input[type=number]").first();
    await field.fill("1717");
    await field.press("Enter");
    await told(page, "1 stock level changed");
    expect(await StockLevel.filter({ amount: 1717 }).count()).toBe(1);
  });

  it("offers to add again what was deleted while somebody had it open", async () => {
    const brand = await Brand.create({ name: "Di Mauro", country: "it" });
    const page = await shop.loggedIn("django", changeOf("admin", "brand", brand));
    await page.getByLabel("Name").fill("Di Mauro père");
    await brand.delete();
    await press(page, "Save");
    await page.getByText("This brand was deleted while you had it open.").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Di Mauro père");
    await press(page, "Save");
    await told(page, "“Di Mauro père” was added.");
    expect((await Brand.get({ name: "Di Mauro père" })).country).toBe("it");
  });

  it("shows a saved object as it is when somebody goes back to its form, and saves it again", async () => {
    const tag = await Tag.create({ word: "waltz" });
    const page = await shop.loggedIn("django", changeOf("admin", "tag", tag));
    await page.locator("#id_word").fill("valse");
    await press(page, "Save");
    await told(page, "“#valse” was changed.");
    await page.goBack();
    await page.locator("#id_word").waitFor();
    expect([pathOf(page), await page.locator("#id_word").inputValue()]).toEqual([
      changeOf("admin", "tag", tag),
      "valse",
    ]);
    await page.locator("#id_word").fill("valse musette");
    await press(page, "Save");
    await told(page, "“#valse musette” was changed.");
  });

  it("has room on a phone for very long words, and for those that run from right to left", async () => {
    const guitars = await Category.get({ slug: "guitars" });
    const title = "ジャズ".repeat(13) + "x".repeat(80);
    const brand = await Brand.create({ name: "جانغو راينهارت — Django!" });
    const product = await Product.create({
      title,
      slug: "very-long",
      category: guitars,
      brand,
      price: "99999999.99",
      description: `${"Nuages".repeat(3000)}\n`.repeat(3),
    });
    for (const word of ["נא", "w".repeat(30)]) await product.tags.add(await Tag.create({ word }));
    const path = changeOf("admin", "product", product);
    const page = await shop.loggedIn("django", path, { viewport: { width: 360, height: 740 } });
    const isTooWide = () =>
      page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
    expect(await isTooWide()).toBe(false);
    const direction = "getComputedStyle(document.querySelector('.combobox input')).unicodeBidi";
    expect(await page.evaluate(direction)).toBe("plaintext");
    await page.locator("#id_description").fill("y".repeat(5000));
    await press(page, "Save and continue");
    await told(page, "was changed");
    for (const at of [
      path,
      path.replace("change", "history"),
      path.replace("change", "delete"),
      "/admin/shop/product/?q=xxxx",
      "/admin/",
    ]) {
      await page.goto(at);
      expect([at, await isTooWide()]).toEqual([at, false]);
    }
    await product.delete();
  });
});

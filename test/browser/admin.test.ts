import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { atomic } from "../../src/orm/index.js";
import { password, staff } from "../admin/site.js";
import { Brand, Category, Customer, Order, OrderLine, Product, Tag } from "../admin/shop/models.js";
import { endRepricing } from "../admin/shop/reprice.js";
import { deferred } from "../deferred.js";
import { choose, logIn, ShopWindows } from "./shop-windows.js";

let shop: ShopWindows;
beforeAll(async () => {
  shop = await ShopWindows.open();
});
afterAll(() => shop.close());
afterEach(async () => {
  expect(await shop.closeWindows()).toEqual([]);
});

const list = "/admin/shop/product/";
const rowsOf = (page: Page) => page.locator("tbody th[scope=row]").allTextContents();
const told = (page: Page, text: string | RegExp) => page.locator(".notices").getByText(text).waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).first().click();
const combobox = (page: Page, name: string) => page.getByRole("combobox", { name });

describe("the admin in a browser", () => {
  it("asks who somebody is, and leads her where she wanted to go", async () => {
    const page = await shop.visitor();
    await page.goto(`${list}?status=live`);
    await logIn(page, "django", "wrong");
    await page.getByRole("alert").getByText("not the name and password").waitFor();
    await logIn(page, "django");
    await page.getByRole("heading", { name: "Products" }).waitFor();
    expect(page.url()).toBe(`${shop.server.url}${list}?status=live`);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("User name").waitFor();
    await page.goto(list);
    await page.getByLabel("User name").waitFor();
  });

  it("searches, narrows, orders and walks by dates", async () => {
    const page = await shop.loggedIn("django", list);
    await page.getByRole("searchbox", { name: "Search Products" }).fill("belleville");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=belleville/);
    expect(await rowsOf(page)).toHaveLength(await Product.filter({ title__icontains: "belleville" }).count());

    await page.goto(list);
    await page.locator(".filters").getByRole("link", { name: "Sold out" }).click();
    await page.waitForURL(/status=gone/);
    const sold = await Product.filter({ status: "gone" }).orderBy("price");
    await page.getByRole("link", { name: "Price" }).click();
    await page.waitForURL(/o=price/);
    expect(await rowsOf(page)).toEqual(sold.map(({ title }) => title));
    await page.getByRole("link", { name: "Price" }).click();
    await page.waitForURL(/o=-price/);
    expect(await rowsOf(page)).toEqual(sold.map(({ title }) => title).toReversed());

    const dates = page.getByRole("navigation", { name: "Released on" });
    await dates.getByRole("link", { name: "February 2025" }).click();
    await page.waitForURL(/month=2/);
    const inFebruary = sold.filter(({ releasedOn }) => releasedOn?.startsWith("2025-02"));
    expect(await rowsOf(page)).toEqual(inFebruary.map(({ title }) => title).toReversed());
  });

  it("chooses a range of rows with Shift, and does something with them", async () => {
    await Product.filterBy({}).update({ status: "draft" });
    const page = await shop.loggedIn("django", list);
    const boxes = page.getByRole("checkbox", { name: /^Choose (?!all)/ });
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ["Shift"] });
    await page.getByText("4 chosen").waitFor();
    await page.getByLabel("Action", { exact: true }).selectOption("put_on_sale");
    await press(page, "Go");
    await told(page, "4 products are on sale.");
    expect(await Product.filter({ status: "live" }).count()).toBe(4);
  });

  it("deletes the chosen rows once it is sure", async () => {
    await Brand.create({ name: "Zut" });
    await Brand.create({ name: "Zut alors" });
    const page = await shop.loggedIn("django", "/admin/shop/brand/?q=zut");
    await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
    await page.getByLabel("Action", { exact: true }).selectOption("delete_selected");
    await press(page, "Go");
    await page.getByText("2 brands").first().waitFor();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await told(page, "2 brands deleted.");
    expect(await Brand.filter({ name__startswith: "Zut" }).count()).toBe(0);
  });

  it("adds an object by keyboard: choosing rows by typing, with a slug that writes itself", async () => {
    const page = await shop.loggedIn("django", `${list}add/`);
    await page.locator("#id_title").fill("Rue Chaptal Nº 14 – édition");
    expect(await page.locator("#id_slug").inputValue()).toBe("rue-chaptal-no-14-edition");
    await choose(page, combobox(page, "Category").first(), "guit", "Guitars");
    expect(await combobox(page, "Category").inputValue()).toBe("Guitars");

    await combobox(page, "Brand").focus();
    await page.keyboard.type("bus");
    await page.getByRole("option", { name: "Busato" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("option").first().waitFor({ state: "detached" });
    expect(await combobox(page, "Brand").inputValue()).toBe("");

    await choose(page, combobox(page, "Tags").first(), "class", "#classic");
    await choose(page, combobox(page, "Tags").first(), "used", "#used");
    await page.getByRole("button", { name: "Take #classic away" }).click();
    await page.locator("#id_price").fill("34.50");

    // Nobody loses what she typed by a click beside it.
    const asked = page.waitForEvent("dialog");
    const left = page.getByRole("link", { name: "Coupons", exact: true }).click();
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await left;
    expect(await page.locator("#id_title").inputValue()).toContain("Rue Chaptal");

    await press(page, "Save and continue");
    await told(page, "“Rue Chaptal Nº 14 – édition” was added.");
    const made = await Product.get({ slug: "rue-chaptal-no-14-edition" });
    expect([
      made.price.toFixed(2),
      (await made.category).name,
      await made.tags.all().valuesList("word", { flat: true }),
    ]).toEqual(["34.50", "Guitars", ["used"]]);

    await page.locator("#id_title").fill("Rue Chaptal");
    await press(page, "Save and continue");
    await told(page, "“Rue Chaptal” was changed.");
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("heading", { name: "History of Rue Chaptal" }).waitFor();
    await page.getByText("Added by django").waitFor();
    await page.locator("ins").getByText("Rue Chaptal", { exact: true }).waitFor();
  });

  it("keeps a list of rows closed once it is closed, whatever is still on its way", async () => {
    const page = await shop.loggedIn("django", `${list}add/`);
    const late = deferred<void>();
    const held: string[] = [];
    await page.route(/[?&]q=bu/, async (route) => {
      held.push(route.request().url());
      await late.promise;
      await route.continue();
    });
    const brand = combobox(page, "Brand");
    await brand.focus();
    const option = page.getByRole("option", { name: "Busato" });
    await option.waitFor();
    await page.keyboard.type("bus");
    await expect.poll(() => held.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await option.waitFor({ state: "detached" });
    const answered = page.waitForResponse(/[?&]q=bu/);
    late.resolve();
    await (await answered).finished();
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    expect([
      await page.getByRole("option").count(),
      await brand.inputValue(),
      await brand.getAttribute("aria-busy"),
    ]).toEqual([0, "", null]);

    // It opens again for whoever goes on, and Escape before anything has come leaves nothing behind either.
    await page.keyboard.type("bus");
    await page.keyboard.press("Escape");
    expect(await brand.inputValue()).toBe("");
    await choose(page, brand, "bus", "Busato");
    expect(await brand.inputValue()).toBe("Busato");
  });

  it("adds and removes the rows that belong to an object", async () => {
    const customer = await Customer.create({ name: "Eddie South", email: "eddie@example.com" });
    const order = await Order.create({ customer, placedAt: new Date(0) });
    const product = await Product.all().orderBy("pk").first();
    const page = await shop.loggedIn("django", `/admin/shop/order/${String(order.pk)}/change/`);
    await page.getByRole("button", { name: "Add another order line" }).click();
    const rows = page.locator("[data-form]");
    expect(await rows.count()).toBe(2);
    const title = product?.title ?? "";
    await choose(page, rows.nth(1).getByRole("combobox"), title, title);
    await rows.nth(1).getByLabel("Quantity").fill("3");
    await rows.nth(1).getByLabel("Unit price").fill("9.90");
    await press(page, "Save and continue");
    await told(page, "was changed");
    expect((await OrderLine.get({ order })).quantity).toBe(3);

    await page.locator("[data-form]").first().getByRole("checkbox").check();
    await press(page, "Save and continue");
    await told(page, "was changed");
    expect(await OrderLine.filter({ order }).count()).toBe(0);
  });

  it("is light or dark as the reader likes, on every page from then on", async () => {
    const page = await shop.loggedIn("django", "/admin/shop/tag/add/");
    await page.locator("#id_word").fill("half a wo");
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.locator("html[data-theme=dark]").waitFor();
    // Nothing that is typed is lost by it.
    expect(await page.locator("#id_word").inputValue()).toBe("half a wo");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto("/admin/");
    await page.locator("html[data-theme=dark]").waitFor();
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.locator("html[data-theme=light]").waitFor();
    await page.goto("/admin/shop/");
    await page.locator("html[data-theme=light]").waitFor();
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.locator("html:not([data-theme])").waitFor({ state: "attached" });
    expect(await page.locator("html").getAttribute("data-theme")).toBeNull();
  });

  it("finds one of many models by typing", async () => {
    const page = await shop.loggedIn("django", "/admin/");
    const models = page.getByRole("navigation", { name: "Models" });
    const find = page.getByRole("searchbox", { name: "Find a model" });
    await find.fill("ord");
    expect(await models.getByRole("listitem").allInnerTexts()).toEqual(["Orders", "Order lines"]);
    await find.fill("nothing such");
    await models.getByText("Nothing is called so.").waitFor();
    await find.press("Escape");
    expect(await models.getByRole("listitem").count()).toBe(12);
    await find.fill("ware");
    await find.press("Enter");
    await page.getByRole("heading", { name: "Warehouses" }).waitFor();
  });

  it("changes the own password", async () => {
    await staff("stephane");
    const page = await shop.loggedIn("stephane", "/admin/");
    await page.getByRole("link", { name: "Change password" }).click();
    const change = async (old: string, chosen: string, again: string): Promise<void> => {
      await page.getByLabel("Your password now").fill(old);
      await page.getByLabel("A new password").fill(chosen);
      await page.getByLabel("The new one again").fill(again);
      await page.getByRole("button", { name: "Change password" }).click();
    };
    await change("wrong", "le jazz hot 1934", "le jazz 1934");
    await page.getByText("This is not your password.").waitFor();
    await page.getByText("The two passwords are not the same.").waitFor();
    await change(password, "le jazz hot 1934", "le jazz hot 1934");
    await told(page, "Your password was changed.");
    await page.getByRole("button", { name: "Log out" }).click();
    await logIn(page, "stephane", "le jazz hot 1934");
    await page.getByRole("heading", { name: "Hot Club Shop" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/admin/");
  });

  it("works without scripts: adding, finding, changing, deleting", async () => {
    const page = await shop.loggedIn("django", "/admin/shop/category/add/", { javaScriptEnabled: false });
    await page.getByLabel("Name").fill("Banjos");
    await page.getByLabel("Slug").fill("banjos");
    await page.getByLabel("Parent").selectOption({ label: "Instruments" });
    await press(page, "Save");
    await told(page, "“Banjos” was added.");
    await page.getByRole("searchbox", { name: "Search Categories" }).fill("banjos");
    await page.getByRole("button", { name: "Search" }).click();
    await page.locator("tbody").getByRole("link", { name: "Banjos" }).click();
    await page.getByLabel("Name").fill("Banjos and ukuleles");
    await press(page, "Save and continue");
    await told(page, "“Banjos and ukuleles” was changed.");
    expect((await (await Category.get({ slug: "banjos" })).parent)?.name).toBe("Instruments");
    await page.getByRole("link", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Yes, delete" }).click();
    await told(page, "was deleted");
    expect(await Category.filter({ slug: "banjos" }).count()).toBe(0);
  });
});

describe("the admin with several people in it", () => {
  it("loses nothing when two of them edit one object", async () => {
    await staff("grappelli");
    const product = await Product.get({ title: "Manouche guitar 1" });
    const path = `${list}${String(product.pk)}/change/`;
    const first = await shop.loggedIn("django", path);
    const second = await shop.loggedIn("grappelli", path);
    await first.getByText("grappelli is here, too").waitFor();
    await second.getByText("django is here, too").waitFor();

    await first.locator("#id_title").fill("Nuages guitar");
    await second.locator("#id_title").fill("Minor Swing guitar");
    await second.locator("#id_stock").fill("77");
    await press(first, "Save");
    await told(first, "“Nuages guitar” was changed.");
    await second.getByText("This was changed just now").waitFor();
    await press(second, "Save");
    await second.getByRole("heading", { name: "Somebody was faster" }).waitFor();
    await second.getByText("Nuages guitar", { exact: true }).waitFor();
    await second.getByText("Minor Swing guitar", { exact: true }).last().waitFor();
    expect((await Product.get({ pk: product.pk })).title).toBe("Nuages guitar");

    await second.locator("td[data-label='As it is now']").getByRole("radio").check();
    await press(second, "Save");
    await told(second, "“Nuages guitar” was changed.");
    const kept = await Product.get({ pk: product.pk });
    expect([kept.title, kept.stock]).toEqual(["Nuages guitar", 77]);
  });

  it("shows ten open lists what is written meanwhile, until all show what the database has", async () => {
    const path = "/admin/shop/tag/?o=-word";
    const first = await shop.loggedIn("django", path);
    const pages = [first];
    for (let at = 1; at < 10; at++) pages.push(await shop.another(first, path));
    for (const page of pages) await page.locator("[data-live][data-state=on]").waitFor();

    await Promise.all([
      Tag.bulkCreate(Array.from({ length: 500 }, (_, at) => new Tag({ word: `bulk ${at}` }))),
      (async () => {
        for (let at = 0; at < 300; at++) await Tag.create({ word: `single ${at}` });
      })(),
      atomic(async () => {
        for (let at = 0; at < 200; at++) await Tag.create({ word: `together ${at}` });
      }),
    ]);
    await Tag.filterBy({ word__startswith: "single 1" }).delete();
    await Tag.filterBy({ word: "together 99" }).update({ word: "zazou" });

    const shown = await Tag.all().orderBy("-word", "pk").slice(0, 100);
    const expected = [(await Tag.count()).toLocaleString("en"), ...shown.map((tag) => String(tag))];
    for (const page of pages) {
      const seen = async () => [
        (await page.locator("[data-live]").textContent())?.replace(/ tags.*/, ""),
        ...(await rowsOf(page)),
      ];
      await expect.poll(seen, { timeout: 40_000 }).toEqual(expected);
    }
  });

  it("shows how far a long action is, and its end", async () => {
    const page = await shop.loggedIn("django", list);
    await page
      .getByRole("checkbox", { name: /^Choose (?!all)/ })
      .first()
      .check();
    await page.getByLabel("Action", { exact: true }).selectOption("reprice");
    await press(page, "Go");
    await page.getByText("1 products: half of the way").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("value")).toBe("0.5");
    endRepricing();
    await page.getByText("Done.").waitFor();
    expect(await page.getByRole("progressbar").getAttribute("value")).toBe("1");
  });
});

describe("a window beside a form", () => {
  it("adds the row that a field is to refer to, and changes it", async () => {
    const page = await shop.loggedIn("django", `${list}add/`);
    const open = async (name: string) => {
      const opened = page.waitForEvent("popup");
      await page.getByRole("link", { name }).first().click();
      const window = shop.watched(await opened);
      await window.waitForLoadState();
      return window;
    };
    const adding = await open("Add another category");
    await adding.locator("#id_name").fill("Mandolins");
    const closed = adding.waitForEvent("close");
    await adding.getByRole("button", { name: "Save", exact: true }).click();
    await closed;
    await expect.poll(() => combobox(page, "Category").inputValue(), { timeout: 20_000 }).toBe("Mandolins");

    const changing = await open("Change the chosen category");
    await changing.locator("#id_name").fill("Mandolins and citterns");
    const closedAgain = changing.waitForEvent("close");
    await changing.getByRole("button", { name: "Save", exact: true }).click();
    await closedAgain;
    await expect
      .poll(() => combobox(page, "Category").inputValue(), { timeout: 20_000 })
      .toBe("Mandolins and citterns");
    const made = await Category.get({ slug: "mandolins" });
    expect(await page.locator("#id_category").inputValue()).toBe(String(made.pk));
  });

  it("is offered to those who may add or change such rows, and to nobody else", async () => {
    await staff("vola", ["shop.add_product", "shop.view_category", "shop.add_brand"]);
    const page = await shop.loggedIn("vola", `${list}add/`);
    await combobox(page, "Category").waitFor();
    expect(await page.getByRole("link", { name: "Add another brand" }).count()).toBe(1);
    expect(await page.getByRole("link", { name: /(Add another|Change the chosen) category/ }).count()).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  adminAction,
  type AdminOptions,
  column,
  listFilter,
  stackedInline,
  tabularInline,
} from "../../src/admin/index.js";
import { User } from "../../src/auth/index.js";
import type { ModelClass } from "../../src/orm/index.js";
import type { TestClient, TestSite } from "../../src/testing/index.js";
import { Address, Brand, Category, Coupon, Customer, Order, OrderLine, Product, Review, Tag } from "./shop/models.js";
import { fieldsOf, loggedIn, openShop, password, staff } from "./site.js";

/** Closes whatever it may stand in, and would run. The admin must never give it out as it is. */
const evil = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 | times: 7 }}</textarea></title>`;
const marks = ["<script>alert(1)", "<img src=x onerror", "</textarea></title>", "49"];

const options = new Map<ModelClass, AdminOptions>([
  [
    Product,
    {
      listDisplay: [
        "+text",
        "category",
        "brand",
        "description",
        "details",
        "contact",
        column("own", () => evil, { label: evil }),
      ] as never,
      listFilter: ["category", "brand__name", listFilter("x", evil, [[evil, evil]], (rows) => rows)] as never,
      searchHelpText: evil,
      emptyValue: evil,
      readonlyFields: ["views" as never, column("shown", () => evil, { label: evil })],
      fieldsets: [
        {
          title: evil,
          description: evil,
          fields: ["title", "shown", "views", ["slug", "price"], "category", "brand", "tags"],
        },
        { title: "more", collapsed: true, fields: ["description", "details", "contact", "sku", "stock", "status"] },
      ],
      inlines: [stackedInline(Review, { title: evil })],
      actions: [
        adminAction("evil", () => evil, { label: evil }),
        adminAction("sure", () => evil, { label: evil, confirm: true }),
      ],
      title: evil,
    },
  ],
  [Order, { inlines: [tabularInline(OrderLine, { readonlyFields: ["product"] })] }],
]);

let site: TestSite;
let client: TestClient;
let product: Product;
let order: Order;
beforeAll(async () => {
  site = await openShop(options);
  await staff("django");
  await User.filter({ username: "django" }).update({ firstName: evil.slice(0, 150) });
  client = await loggedIn(site, "django");
  const category = await Category.create({ name: evil.slice(0, 80), slug: "evil" });
  const brand = await Brand.create({ name: evil.slice(0, 80) });
  const tag = await Tag.create({ word: "<script>alert(1)</script>" });
  product = await Product.create({
    title: evil.slice(0, 120),
    slug: "evil",
    category,
    brand,
    price: "1",
    description: evil,
    details: { [evil]: evil },
  });
  await product.tags.add(tag);
  const customer = await Customer.create({ name: evil.slice(0, 120), email: "evil@example.com" });
  await Address.create({ customer, street: evil.slice(0, 120), city: evil.slice(0, 80), postcode: "<b>" });
  order = await Order.create({ customer, placedAt: new Date(0), note: evil });
  await OrderLine.create({ order, product, unitPrice: "1" });
  await Review.create({ product, customer, stars: 5, text: evil });
  await Coupon.create({ code: "<script>", percent: 5 });
});
afterAll(() => site.close());

function expectHarmless(where: string, text: string): void {
  expect([where, marks.filter((mark) => mark !== "49" && text.includes(mark))]).toEqual([where, []]);
  expect([where, text.includes("onerror=alert(2)>49")]).toEqual([where, false]);
}

describe("what users wrote runs nowhere", () => {
  const key = () => String(product.pk);
  const pages: readonly (readonly [string, () => string])[] = [
    ["the first page", () => "/admin/"],
    ["the page of an app", () => "/admin/shop/"],
    ["a list", () => "/admin/shop/product/"],
    ["a list with counts", () => "/admin/shop/product/?facets=1"],
    ["what is searched", () => `/admin/shop/product/?q=${encodeURIComponent(evil)}`],
    ["a filter's value", () => `/admin/shop/product/?x=${encodeURIComponent(evil)}`],
    ["a parameter that is none", () => `/admin/shop/product/?${encodeURIComponent(evil)}=1`],
    ["an order that is none", () => `/admin/shop/product/?o=${encodeURIComponent(evil)}`],
    ["a page that is none", () => `/admin/shop/product/?p=${encodeURIComponent(evil)}`],
    ["an object", () => `/admin/shop/product/${key()}/change/`],
    ["a new object that a link fills in", () => `/admin/shop/product/add/?title=${encodeURIComponent(evil)}`],
    [
      "an object in a window of its own",
      () => `/admin/shop/product/${key()}/change/?popup=${encodeURIComponent(evil)}`,
    ],
    ["an object with rows", () => `/admin/shop/order/${String(order.pk)}/change/`],
    ["what goes with an object", () => `/admin/shop/product/${key()}/delete/`],
    ["what keeps it", () => `/admin/shop/category/${String(1)}/delete/`],
    ["a history", () => `/admin/shop/product/${key()}/history/`],
    ["other lists", () => "/admin/shop/order/"],
    ["lists of tags", () => "/admin/shop/tag/"],
    ["lists of addresses", () => "/admin/shop/address/"],
    ["lists of coupons", () => "/admin/shop/coupon/"],
    ["an app that is none", () => `/admin/${encodeURIComponent(evil)}/`],
    ["a model that is none", () => `/admin/shop/${encodeURIComponent(evil)}/`],
    ["a key that is none", () => `/admin/shop/product/${encodeURIComponent(evil)}/change/`],
    ["where to go after the login", () => `/admin/login/?next=${encodeURIComponent(evil)}`],
  ];
  test.each(pages)("%s", async (where, path) => {
    const page = await client.get(path(), { headers: { accept: "text/html" } });
    expect(page.status).toBeLessThan(500);
    expectHarmless(where, page.text);
  });

  test.each([
    ["a form that is wrong", () => ({ title: evil, slug: evil, price: evil, category: evil })],
    ["an action's words", () => ({ action: "evil", key: String(product.pk), act: "1" })],
    ["an action that asks", () => ({ action: "sure", key: String(product.pk), act: "1" })],
    ["the chosen that are to be deleted", () => ({ action: "delete_selected", key: String(product.pk), act: "1" })],
  ] as const)("%s", async (where, form) => {
    const isForm = "title" in form();
    const path = isForm ? "/admin/shop/product/add/" : "/admin/shop/product/";
    const sent = await client.post(path, { form: { ...form() }, headers: { accept: "text/html" } });
    expect(sent.status).toBeLessThan(500);
    expectHarmless(where, sent.text);
    expectHarmless(where, (await client.get("/admin/shop/product/")).text);
  });

  test("two versions of a row, and what a history tells of them", async () => {
    const url = `/admin/shop/order/${String(order.pk)}/change/`;
    const opened = fieldsOf(await client.get(url));
    await Order.filter({ pk: order.pk }).update({ note: `${evil} theirs` });
    const late = await client.post(url, { form: { ...opened, note: `${evil} mine` } });
    expect(late.status).toBe(409);
    expectHarmless("the differences", late.text);
    const decided = { ...fieldsOf(late), note: `${evil} mine`, "_keep-note": "mine" };
    expect((await client.post(url, { form: decided })).status).toBe(303);
    expectHarmless("the history", (await client.get(url.replace("change", "history"))).text);
  });

  test("JSON for scripts is JSON, whatever its rows are called", async () => {
    const found = await client.get("/admin/shop/product/options/?field=brand");
    expect(found.header("content-type")).toContain("application/json");
    expect(found.header("x-content-type-options")).toBe("nosniff");
    expect((found.json() as { results: { text: string }[] }).results[0]?.text).toBe(evil.slice(0, 80));
  });

  test("every page has a policy that lets no script in but those of its files", async () => {
    const page = await client.get("/admin/shop/product/");
    expect(page.header("content-security-policy")).toMatch(/script-src 'self'/);
    const tags = page.text.replaceAll(/"[^"]*"/g, '""').match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.filter((tag) => /\s(on\w+|style)=/i.test(tag))).toEqual([]);
    expect(page.text).not.toMatch(/(href|src|action)="javascript:/i);
    expect(page.text).not.toMatch(/<script(?![^>]*(src=|nonce=))/i);
  });
});

describe("pages of other sites", () => {
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  test("cannot send forms in the name of the staff", async () => {
    const before = await Product.count();
    for (const path of [
      "/admin/shop/product/add/",
      `/admin/shop/product/${String(product.pk)}/change/`,
      `/admin/shop/product/${String(product.pk)}/delete/`,
      "/admin/shop/product/",
      "/admin/password/",
      "/admin/logout/",
      "/admin/login/",
      "/admin/theme/",
    ]) {
      const sent = await client.post(path, { form: { title: "x", confirmed: "1" }, headers: foreign });
      expect([path, sent.status]).toEqual([path, 403]);
    }
    expect(await Product.count()).toBe(before);
    expect((await client.get("/admin/")).status).toBe(200);
  });

  test("cannot open its sockets", async () => {
    const socket = client.websocket("/admin/shop/product/live/", { headers: { origin: "https://evil.example" } });
    expect((await socket.connect(20_000)).accepted).toBe(false);
  });

  test("are not where one is sent after a login or a choice", async () => {
    for (const next of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "http:evil.example",
    ]) {
      const fresh = site.client();
      const sent = await fresh.post(`/admin/login/?next=${encodeURIComponent(next)}`, {
        form: { username: "django", password },
      });
      expect([next, sent.status, sent.header("location")]).toEqual([next, 303, "/admin/"]);
      const theme = await client.post("/admin/theme/", { form: { theme: "dark", next } });
      expect([next, theme.header("location")]).toEqual([next, "/admin/"]);
    }
  });
});

describe("what was not asked for", () => {
  test("is not taken from a form: fields that are only shown, that are not on it, or that nobody edits", async () => {
    const url = `/admin/shop/product/${String(product.pk)}/change/`;
    const opened = fieldsOf(await client.get(url));
    const sent = await client.post(url, {
      form: { ...opened, views: "999", createdAt: "1999-01-01T00:00", id: "77", isFeatured: "on", weight: "5" },
    });
    expect(sent.status).toBe(303);
    const { views, createdAt, isFeatured, weight, pk } = await Product.get({ pk: product.pk });
    expect([views, createdAt.getUTCFullYear() > 2000, isFeatured, weight, pk]).toEqual([
      0n,
      true,
      false,
      null,
      product.pk,
    ]);
  });

  test("the same words for a wrong password, an unknown name and a user who is not of the staff", async () => {
    await User.createUser({ username: "visitor", password });
    const texts = await Promise.all(
      [
        ["django", "wrong"],
        ["unknown", "wrong"],
        ["visitor", password],
      ].map(async ([username = "", secret = ""]) => {
        const sent = await site.client().post("/admin/login/", { form: { username, password: secret } });
        expect(sent.status).toBe(422);
        return sent.text.replaceAll(username, "").replaceAll(/value="[^"]{20,}"/g, "");
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });

  test("pages of the staff are kept by no cache", async () => {
    expect((await client.get("/admin/shop/product/")).header("cache-control")).toBe("no-store");
  });
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type AdminOptions, LogEntry, stackedInline, tabularInline } from "../../src/admin/index.js";
import { captureQueries, type ModelClass } from "../../src/orm/index.js";
import type { TestClient, TestSite } from "../../src/testing/index.js";
import { Address, Category, Customer, Order, OrderLine, Product } from "./shop/models.js";
import { fieldsOf, loggedIn, openShop, staff } from "./site.js";

let site: TestSite;
let client: TestClient;
let product: Product;
let customer: Customer;
let order: Order;

const options = new Map<ModelClass, AdminOptions>([
  [Order, { inlines: [tabularInline(OrderLine, { extra: 1 })], saveAs: true }],
  [Customer, { inlines: [stackedInline(Address)] }],
]);

beforeEach(async () => {
  site = await openShop(options);
  await staff("django");
  client = await loggedIn(site, "django");
  const category = await Category.create({ name: "Guitars", slug: "guitars" });
  product = await Product.create({ title: "Jazz", slug: "jazz", category, price: "9" });
  customer = await Customer.create({ name: "Stéphane", email: "stephane@example.com" });
  order = await Order.create({ customer, placedAt: new Date(0) });
});
afterEach(() => site.close());

const urlOf = (one: Order): string => `/admin/shop/order/${String(one.pk)}/change/`;

describe("rows that belong to an object, on its page", () => {
  test("are added, changed and deleted with it, and its history says so", async () => {
    const opened = fieldsOf(await client.get(urlOf(order)));
    const added = { ...opened, "orderLines-0-product": String(product.pk), "orderLines-0-unitPrice": "8.50" };
    expect((await client.post(urlOf(order), { form: added })).status).toBe(303);
    expect(await OrderLine.filter({ order }).count()).toBe(1);

    const again = fieldsOf(await client.get(urlOf(order)));
    expect(again["orderLines-INITIAL_FORMS"]).toBe("1");
    const changed = { ...again, "orderLines-0-quantity": "3" };
    expect((await client.post(urlOf(order), { form: changed })).status).toBe(303);
    expect((await OrderLine.get({ order })).quantity).toBe(3);

    const last = { ...fieldsOf(await client.get(urlOf(order))), "orderLines-0-DELETE": "on" };
    expect((await client.post(urlOf(order), { form: last })).status).toBe(303);
    expect(await OrderLine.count()).toBe(0);
    const told = (await LogEntry.filter({ model: "shop.Order" })).flatMap(({ changes }) => changes);
    expect(told.map(({ field, from, to }) => [field, from, to])).toEqual([
      ["Order line", "Order line 1", ""],
      [expect.stringMatching(/^Quantity, order line/), "1", "3"],
      ["Order line", "", "Order line 1"],
    ]);
  });

  test("are made with a new object, or neither is", async () => {
    const opened = fieldsOf(await client.get("/admin/shop/order/add/"));
    const form = {
      ...opened,
      customer: String(customer.pk),
      placedAt: "2026-01-02T03:04",
      "orderLines-0-product": String(product.pk),
      "orderLines-0-unitPrice": "much",
    };
    const wrong = await client.post("/admin/shop/order/add/", { form });
    expect(wrong.status).toBe(422);
    expect(await Order.count()).toBe(1);
    const right = { ...form, "orderLines-0-unitPrice": "8" };
    expect((await client.post("/admin/shop/order/add/", { form: right })).status).toBe(303);
    expect(await OrderLine.filter({ order__customer: customer }).count()).toBe(1);
  });

  test("are copied with an object that is saved as a new one, those that are to go left out", async () => {
    const another = await Product.create({
      title: "Swing",
      slug: "swing",
      category: await product.category,
      price: "5",
    });
    await OrderLine.create({ order, product, unitPrice: "8" });
    await OrderLine.create({ order, product: another, unitPrice: "5" });
    const opened = fieldsOf(await client.get(urlOf(order)));
    const form = { ...opened, "orderLines-1-DELETE": "on", _new: "1" };
    const copied = await client.post(urlOf(order), { form });
    expect(copied.status).toBe(303);
    const copy = await Order.filter({ pk__gt: order.pk }).get();
    expect((await OrderLine.filter({ order: copy })).map(({ unitPrice }) => unitPrice.toNumber())).toEqual([8]);
    expect(await OrderLine.filter({ order }).count()).toBe(2);

    await staff("changer", ["shop.change_order", "shop.change_orderline", "shop.add_orderline"]);
    const changer = await loggedIn(site, "changer");
    const refused = await changer.post(urlOf(order), { form: { ...opened, _new: "1" } });
    expect([refused.status, await Order.count()]).toEqual([403, 2]);
  });

  test("one to one: at most one", async () => {
    const url = `/admin/shop/customer/${String(customer.pk)}/change/`;
    const opened = fieldsOf(await client.get(url));
    const form = {
      ...opened,
      "addresss-0-street": "rue Chaptal",
      "addresss-0-city": "Paris",
      "addresss-0-postcode": "75009",
    };
    expect((await client.post(url, { form })).status).toBe(303);
    expect(fieldsOf(await client.get(url))["addresss-TOTAL_FORMS"]).toBe("1");
  });

  test("somebody's newer change of one is not overwritten", async () => {
    const line = await OrderLine.create({ order, product, unitPrice: "8", quantity: 1 });
    const opened = fieldsOf(await client.get(urlOf(order)));
    await OrderLine.filter({ pk: line.pk }).update({ quantity: 7 });
    const late = await client.post(urlOf(order), { form: { ...opened, "orderLines-0-quantity": "2" } });
    expect(late.status).toBe(409);
    expect(late.text).toContain("Quantity, Order line");
    expect((await OrderLine.get({ pk: line.pk })).quantity).toBe(7);
    const name = `_keep-orderLines-${String(line.pk)}-quantity`;
    const decided = { ...opened, ...fieldsOf(late), "orderLines-0-quantity": "2", [name]: "mine" };
    expect((await client.post(urlOf(order), { form: decided })).status).toBe(303);
    expect((await OrderLine.get({ pk: line.pk })).quantity).toBe(2);
  });

  test("ask for what can be chosen once, however many rows there are", async () => {
    const queries = async (): Promise<number> => (await captureQueries(() => client.get(urlOf(order)))).queries.length;
    const category = await Category.get({ slug: "guitars" });
    const add = async (slug: string): Promise<void> => {
      const one = await Product.create({ title: slug, slug, category, price: "5" });
      await OrderLine.create({ order, product: one, unitPrice: "8" });
    };
    await add("one");
    await queries();
    const withOne = await queries();
    for (const slug of ["two", "three", "four", "five"]) await add(slug);
    expect(await queries()).toBe(withOne);
  });

  test("rows of somebody else's object cannot be sent in", async () => {
    const other = await Order.create({ customer, placedAt: new Date(0) });
    const foreign = await OrderLine.create({ order: other, product, unitPrice: "8" });
    const form = {
      ...fieldsOf(await client.get(urlOf(order))),
      "orderLines-TOTAL_FORMS": "1",
      "orderLines-INITIAL_FORMS": "1",
      "orderLines-0-KEY": String(foreign.pk),
      "orderLines-0-product": String(product.pk),
      "orderLines-0-unitPrice": "1",
      "orderLines-0-quantity": "1",
    };
    expect((await client.post(urlOf(order), { form })).status).toBe(422);
    expect((await OrderLine.get({ pk: foreign.pk })).unitPrice.toNumber()).toBe(8);
  });

  test("who may only look at them sees them and can change none", async () => {
    await OrderLine.create({ order, product, unitPrice: "8", quantity: 4 });
    await staff("viewer", ["shop.view_order", "shop.change_order", "shop.view_orderline"]);
    const viewer = await loggedIn(site, "viewer");
    const page = await viewer.get(urlOf(order));
    expect(page.text).toContain("Order line 1");
    expect(page.text).not.toContain("orderLines-0-quantity");
  });

  test("who may not even look at them does not see them", async () => {
    await staff("stranger", ["shop.change_order"]);
    const stranger = await loggedIn(site, "stranger");
    expect((await stranger.get(urlOf(order))).text).not.toContain("Order lines");
  });
});

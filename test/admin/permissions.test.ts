import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type AdminOptions, adminAction, tabularInline } from "../../src/admin/index.js";
import { User } from "../../src/auth/index.js";
import type { ModelClass } from "../../src/orm/index.js";
import type { TestClient, TestSite } from "../../src/testing/index.js";
import { Category, Order, OrderLine, Product } from "./shop/models.js";
import { fillShop } from "./shop/sample.js";
import { fieldsOf, loggedIn, openShop, password, staff } from "./site.js";

const options = new Map<ModelClass, AdminOptions>([
  [
    Product,
    {
      listEditable: ["stock" as never],
      listDisplay: ["title" as never, "stock" as never],
      actions: [
        adminAction("publish", async (rows) => `${await rows.update({ status: "live" })} published`, {
          permissions: ["change"],
        }),
      ],
    },
  ],
  [Order, { inlines: [tabularInline(OrderLine)] }],
]);

const roles = {
  nobody: undefined,
  customer: [],
  stranger: [],
  viewer: ["shop.view_product", "shop.view_category"],
  adder: ["shop.add_product"],
  changer: ["shop.change_product"],
  deleter: ["shop.view_product", "shop.delete_product"],
  master: undefined,
} as const;
type Role = keyof typeof roles;

let site: TestSite;
let product: Product;
const clients = new Map<Role, TestClient>();

beforeAll(async () => {
  site = await openShop(options);
  await fillShop({ products: 6 });
  product = await Product.create({
    title: "Alone",
    slug: "alone",
    category: await Category.get({ slug: "guitars" }),
    price: "1",
  });
  clients.set("nobody", site.client());
  await User.createUser({ username: "customer", password });
  for (const role of Object.keys(roles) as Role[]) {
    if (role === "nobody" || role === "customer") continue;
    await staff(role, roles[role]);
    clients.set(role, await loggedIn(site, role));
  }
  // Who is not of the staff cannot log in here; she may have logged in elsewhere.
  await User.filter({ username: "customer" }).update({ isStaff: true });
  clients.set("customer", await loggedIn(site, "customer"));
  await User.filter({ username: "customer" }).update({ isStaff: false });
});
afterAll(() => site.close());

const asked = async (role: Role, path: string): Promise<number> =>
  (await (clients.get(role) as TestClient).get(path.replace(":key", String(product.pk)))).status;

const everyone = Object.keys(roles) as Role[];
const may = (...those: Role[]): Record<Role, number> =>
  Object.fromEntries(
    everyone.map((role) => [role, role === "nobody" ? 303 : those.includes(role) || role === "master" ? 200 : 403]),
  ) as Record<Role, number>;

describe("who sees which page", () => {
  const staffRoles = everyone.filter((role) => role !== "nobody" && role !== "customer");
  const pages: readonly (readonly [string, Record<Role, number>])[] = [
    ["/admin/", may(...staffRoles)],
    ["/admin/password/", may(...staffRoles)],
    ["/admin/shop/product/", may("viewer", "changer", "deleter")],
    ["/admin/shop/product/add/", may("adder")],
    ["/admin/shop/product/:key/change/", may("viewer", "changer", "deleter")],
    ["/admin/shop/product/:key/delete/", may("deleter")],
    ["/admin/shop/product/:key/history/", may("viewer", "changer", "deleter")],
    ["/admin/shop/product/options/?field=category", may("viewer")],
    ["/admin/shop/brand/", may()],
    ["/admin/shop/brand/add/", may()],
    ["/admin/shop/order/", may()],
  ];
  test.each(pages)("%s", async (path, expected) => {
    const got = Object.fromEntries(
      await Promise.all(everyone.map(async (role) => [role, await asked(role, path)] as const)),
    );
    expect(got).toEqual(expected);
  });

  test("what is not there is not found, and never says more", async () => {
    for (const path of [
      "/admin/shop/lost/",
      "/admin/lost/product/",
      "/admin/shop/product/999999/change/",
      "/admin/shop/product/x/change/",
    ]) {
      expect([path, await asked("master", path)]).toEqual([path, 404]);
    }
  });

  test("pages name only what the user may use", async () => {
    const viewer = await (clients.get("viewer") as TestClient).get("/admin/shop/product/");
    expect(viewer.text).not.toContain("/add/");
    expect(viewer.text).not.toContain("delete_selected");
    expect(viewer.text).not.toContain("publish");
    expect(viewer.text).not.toContain("Brands");
    expect(viewer.text).not.toMatch(/name="row-[^"]*-stock"/);
    const form = await (clients.get("viewer") as TestClient).get(`/admin/shop/product/${String(product.pk)}/change/`);
    expect(form.text).not.toContain('name="title"');
    expect(form.text).not.toContain("_save");
    expect(form.text).toContain("Alone");
  });
});

describe("who changes what", () => {
  const send = async (role: Role, path: string, form: Record<string, string>): Promise<number> =>
    (await (clients.get(role) as TestClient).post(path.replace(":key", String(product.pk)), { form })).status;
  const full = async (): Promise<Record<string, string>> => {
    const page = await (clients.get("master") as TestClient).get(`/admin/shop/product/${String(product.pk)}/change/`);
    return fieldsOf(page);
  };

  test("nobody but those who may add, adds", async () => {
    const form = { ...(await full()), slug: "new", sku: crypto.randomUUID() };
    for (const role of everyone) {
      const isAllowed = role === "adder" || role === "master";
      const before = await Product.count();
      const status = await send(role, "/admin/shop/product/add/", {
        ...form,
        slug: `new-${role}`,
        sku: crypto.randomUUID(),
      });
      expect([role, status]).toEqual([role, isAllowed || role === "nobody" ? 303 : 403]);
      expect([role, (await Product.count()) - before]).toEqual([role, isAllowed ? 1 : 0]);
    }
  });

  test("nobody but those who may change, changes", async () => {
    for (const role of everyone) {
      const form = { ...(await full()), description: `by ${role}` };
      const isAllowed = role === "changer" || role === "master";
      const status = await send(role, "/admin/shop/product/:key/change/", form);
      expect([role, status]).toEqual([role, isAllowed || role === "nobody" ? 303 : 403]);
      const { description } = await Product.get({ pk: product.pk });
      expect([role, description === `by ${role}`]).toEqual([role, isAllowed]);
    }
  });

  test("nobody but those who may, runs an action, deletes the chosen or edits in the list", async () => {
    const key = String(product.pk);
    for (const role of everyone) {
      await Product.filter({ pk: product.pk }).update({ status: "draft" });
      const mayChange = role === "changer" || role === "master";
      await send(role, "/admin/shop/product/", { action: "publish", key, act: "1" });
      expect([role, (await Product.get({ pk: product.pk })).status === "live"]).toEqual([role, mayChange]);
      const mayDelete = role === "deleter" || role === "master";
      const form = { action: "delete_selected", key, act: "1" };
      const asks = await (clients.get(role) as TestClient).post("/admin/shop/product/", { form });
      expect([role, asks.text.includes("Yes, delete")]).toEqual([role, mayDelete]);
      if (!mayDelete) {
        await send(role, "/admin/shop/product/", { ...form, confirmed: "1" });
        await send(role, "/admin/shop/product/:key/delete/", {});
        expect([role, await Product.filter({ pk: product.pk }).exists()]).toEqual([role, true]);
      }
      if (!mayChange) expect([role, await send(role, "/admin/shop/product/", { save: "1" })]).not.toEqual([role, 200]);
    }
  });

  test("a permission on one model takes nothing along that the user may not delete", async () => {
    await staff("pruner", ["shop.view_customer", "shop.delete_customer"]);
    const pruner = await loggedIn(site, "pruner");
    const order = await Order.all().selectRelated("customer").first();
    const url = `/admin/shop/customer/${String(order?.customer.pk)}/delete/`;
    expect((await pruner.get(url)).text).toContain("which you may not delete");
    expect((await pruner.post(url)).status).toBe(200);
    expect(await Order.filter({ pk: order?.pk ?? 0 }).exists()).toBe(true);
  });
});

describe("what is said to whom", () => {
  test("who is refused reads why within the admin, in a browser; programs get the bare answer", async () => {
    const viewer = clients.get("viewer") as TestClient;
    const headers = { accept: "text/html" };
    const page = await viewer.get("/admin/shop/brand/", { headers });
    expect([page.status, page.text.includes("You may not see brands."), page.text.includes("Products")]).toEqual([
      403,
      true,
      true,
    ]);
    const lost = await viewer.get("/admin/shop/product/?lost=1", { headers });
    expect([lost.status, lost.text.includes("is no filter of this list")]).toEqual([400, true]);
    expect((await viewer.get("/admin/shop/brand/")).text).not.toContain("Products");
  });

  test("who was logged out meanwhile is told that nothing was saved", async () => {
    const path = `/admin/shop/product/${String(product.pk)}/change/?popup=1`;
    const sent = await site.client().post(path, { form: { title: "Lost" } });
    const login = sent.header("location") ?? "";
    expect([sent.status, login]).toEqual([303, `/admin/login/?next=${encodeURIComponent(path)}&ended=1`]);
    expect((await site.client().get(login)).text).toContain("nothing was saved");
  });
});

describe("who hears what", () => {
  const sockets = ["/admin/shop/product/live/", "/admin/shop/product/:key/live/"];
  test.each(sockets)("%s", async (path) => {
    for (const role of everyone) {
      const socket = (clients.get(role) as TestClient).websocket(path.replace(":key", String(product.pk)));
      const isAllowed = ["viewer", "changer", "deleter", "master"].includes(role);
      const { accepted } = await socket.connect(20_000);
      expect([role, accepted]).toEqual([role, isAllowed]);
      if (accepted) await socket.disconnect();
    }
  });

  test("a list is told of changes, and of none of their contents", async () => {
    const socket = (clients.get("viewer") as TestClient).websocket("/admin/shop/product/live/");
    await socket.connect(20_000);
    await Product.filter({ pk: product.pk }).update({ stock: 5 });
    const row = await Product.get({ pk: product.pk });
    await row.assign({ stock: 6 }).save();
    expect(JSON.parse(String(await socket.receive(20_000)))).toEqual({ type: "admin.changed" });
    await socket.disconnect();
  });
});

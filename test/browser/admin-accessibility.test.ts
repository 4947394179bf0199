import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { Customer, Order, Product } from "../admin/shop/models.js";
import { logIn, ShopWindows } from "./shop-windows.js";

let shop: ShopWindows;
beforeAll(async () => {
  shop = await ShopWindows.open();
});
afterAll(() => shop.close());
afterEach(async () => {
  expect(await shop.closeWindows()).toEqual([]);
});

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Fault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What keeps people from using the page, in words; nothing at best. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const { violations } = await page.evaluate<{ violations: readonly Fault[] }>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`));
}

/** The name of everything that Tab reaches, with whether it shows that it has the focus; cut when it comes around. */
const tabStop = `(() => {
  const { activeElement: here } = document;
  if (!here || here === document.body) return null;
  const style = getComputedStyle(here);
  const isShown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = here.getBoundingClientRect();
  return { what: here.outerHTML.slice(0, 120), isShown, isThere: box.width > 0 && box.height > 0 };
})()`;

describe("the admin's pages", () => {
  it.each([
    ["light on a desk", "light", { width: 1400, height: 900 }],
    ["dark on a phone", "dark", { width: 390, height: 844 }],
  ] as const)("keep nobody from using them, %s", async (_look, colorScheme, viewport) => {
    const product = await Product.all().orderBy("pk").first();
    const customer = await Customer.all().orderBy("pk").first();
    const order = await Order.all().orderBy("pk").first();
    const page = await shop.visitor({ colorScheme, viewport });
    const found: Record<string, readonly string[]> = {};
    const look = async (name: string): Promise<void> => {
      const wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      const faults = await faultsOf(page);
      if (faults.length > 0 || Number(wider) > 0)
        found[name] = [`${String(Math.max(0, Number(wider)))} px too wide`, ...faults];
    };
    await page.goto("/admin/");
    await look("login");
    await logIn(page, "django");
    await page.getByRole("heading", { name: "Hot Club Shop" }).waitFor();
    await look("index");
    const change = `/admin/shop/product/${String(product?.pk)}`;
    const pages = {
      list: "/admin/shop/product/",
      filters: "/admin/shop/product/?status=live&facets=1&o=-price&year=2025",
      empty: "/admin/shop/product/?q=nothing+like+it",
      "a list that is edited": "/admin/shop/order/",
      change: `${change}/change/`,
      "rows below": `/admin/shop/order/${String(order?.pk)}/change/`,
      delete: `/admin/shop/customer/${String(customer?.pk)}/delete/`,
      history: `${change}/history/`,
      password: "/admin/password/",
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path);
      await page.locator("h1").waitFor();
      await look(name);
    }
    await page.goto(`${change}/change/`);
    await page.getByRole("combobox", { name: "Category" }).click();
    await page.getByRole("option").first().waitFor();
    await look("combobox");
    await page.keyboard.press("Escape");
    await page.locator("#id_title").fill("");
    await page.locator("#id_slug").fill("no slug!");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await look("errors");
    await page.goto(`${change}/change/`);
    await page.locator("#id_title").fill("Nuages");
    await Product.filterBy({ pk: product?.pk }).update({ title: `Guitar ${colorScheme} ${viewport.width}` });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Somebody was faster" }).waitFor();
    await look("conflict");
    expect(found).toEqual({});
  });
});

describe("the keyboard", () => {
  it.each(["/admin/shop/product/?status=live", "/admin/shop/order/1/change/"])(
    "reaches everything on %s, and always shows where it is",
    async (path) => {
      const page = await shop.loggedIn("django", path);
      const hidden: string[] = [];
      const seen = new Set<string>();
      for (let at = 0; at < 150; at++) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate<{ what: string; isShown: boolean; isThere: boolean } | null>(tabStop);
        if (stop === null) break;
        seen.add(stop.what);
        if (!stop.isShown || !stop.isThere) hidden.push(stop.what);
      }
      expect(hidden).toEqual([]);
      expect(seen.size).toBeGreaterThan(20);
    },
  );
});

import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Coupon } from "../admin/shop/models.js";
import { reprice } from "../admin/shop/reprice.js";
import { logIn, ShopWindows } from "./shop-windows.js";

let shop: ShopWindows;
beforeAll(async () => {
  // As many rows as there are kinds of them: the tools look at each.
  shop = await ShopWindows.open({ products: 8 });
});
afterAll(() => shop.close());

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

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

type Walk = (page: Page) => Promise<void>;
const product = "/admin/shop/product/1";
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true }).click();
const open =
  (path: string): Walk =>
  async (page) => {
    await page.goto(path);
    await page.locator("h1").waitFor();
  };

const walks: Readonly<Record<string, Walk>> = {
  index: open("/admin/"),
  list: open("/admin/shop/product/"),
  filters: open("/admin/shop/product/?status=live&facets=1&o=-price&year=2025"),
  "empty list": open("/admin/shop/product/?q=nothing+like+it"),
  "list that is edited": open("/admin/shop/order/"),
  "rows below": open("/admin/shop/order/1/change/"),
  delete: open("/admin/shop/customer/1/delete/"),
  history: open(`${product}/history/`),
  "background tasks": async (page) => {
    await reprice.enqueue({ model: "shop.Product", keys: [] }, { delayMs: 3_600_000 });
    await open("/admin/_tasks/?queue=default&state=delayed")(page);
    await page.getByRole("button", { name: "Cancel" }).first().waitFor();
  },
  password: open("/admin/password/"),
  refused: open("/admin/shop/product/999999/change/"),
  "models found by typing": async (page) => {
    await open("/admin/shop/tag/")(page);
    const menu = page.getByRole("button", { name: "Menu" });
    if (await menu.isVisible()) await menu.click();
    await page.getByRole("searchbox", { name: "Find a model" }).fill("order");
  },
  combobox: async (page) => {
    await open(`${product}/change/`)(page);
    await page.getByRole("combobox", { name: "Category" }).click();
    await page.getByRole("option").first().waitFor();
  },
  errors: async (page) => {
    await open("/admin/shop/coupon/1/change/")(page);
    await page.getByLabel("Code").fill("");
    await save(page);
    await page.getByRole("alert").waitFor();
  },
  conflict: async (page) => {
    await open("/admin/shop/coupon/1/change/")(page);
    const { code } = await Coupon.get({ pk: 1 });
    await page.getByLabel("Code").fill("SWING35");
    await Coupon.filterBy({ pk: 1 }).update({ code: `${code}X` });
    await save(page);
    await page.getByRole("heading", { name: "Somebody was faster" }).waitFor();
  },
};

describe.each([
  ["light, on a desk", "light", { width: 1400, height: 900 }],
  ["dark, on a phone", "dark", { width: 390, height: 844 }],
] as const)("a page of the admin that is %s", (_look, colorScheme, viewport) => {
  let page: Page;
  beforeAll(async () => {
    page = await shop.visitor({ colorScheme, viewport });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto("/admin/");
  });
  afterAll(async () => {
    expect(await shop.closeWindows()).toEqual([]);
  });
  const faults = async (): Promise<readonly string[]> => {
    const wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    const found = await faultsOf(page);
    return Number(wider) > 0 ? [...found, `${String(wider)} px too wide`] : found;
  };

  it("keeps nobody from using it: login", async () => {
    expect(await faults()).toEqual([]);
    await logIn(page, "django");
    await page.getByRole("heading", { name: "Hot Club Shop" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/admin/");
  });

  it.each(Object.keys(walks))("keeps nobody from using it: %s", async (name) => {
    await walks[name]?.(page);
    expect(await faults()).toEqual([]);
  });
});

describe("the keyboard", () => {
  afterAll(async () => {
    expect(await shop.closeWindows()).toEqual([]);
  });

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

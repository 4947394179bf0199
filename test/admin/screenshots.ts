/**
 * `npm run screenshots [name …]`: pictures of the admin's pages in `screenshots/`, light and dark, on a desk and on a
 * phone. Look at them after each change of the admin's templates and styles.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium, type Page } from "playwright-core";

import { LiveServer } from "../../src/testing/index.js";
import { findChromium } from "../services/chromium.js";
import { password, shopProject, staff } from "./site.js";
import { endRepricing, reprice } from "./shop/reprice.js";
import { shopOptions } from "./shop/options.js";
import { fillShop } from "./shop/sample.js";
import { Brand, Coupon, Order, Product } from "./shop/models.js";

const folder = fileURLToPath(new URL("../../screenshots/", import.meta.url));
const media = await mkdtemp(join(tmpdir(), "shop-media-"));
const wanted = new Set(process.argv.slice(2));

const server = await LiveServer.start(shopProject(shopOptions, { tasks: [reprice] }), {
  databaseUrl: "sqlite::memory:",
  mediaRoot: media,
});
await staff("django");
await fillShop();
const products = await Product.all().orderBy("pk").slice(0, 2);
const order = await Order.all().orderBy("pk").first();
const product = `/admin/shop/product/${String(products[0]?.pk)}`;
const orderUrl = `/admin/shop/order/${String(order?.pk)}`;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** What is pressed or typed on a page before its picture is taken. */
type Walk = (page: Page) => Promise<void>;
const open =
  (path: string): Walk =>
  async (page) => {
    await page.goto(server.url + path);
    await page.locator("main").waitFor();
  };
const save = (page: Page) => page.locator("button[name=_save]").last().click();

const walks: Readonly<Record<string, Walk>> = {
  index: open("/admin/"),
  list: open("/admin/shop/product/"),
  filters: open("/admin/shop/product/?status=live&facets=1&q=guitar&o=-price&year=2025"),
  editing: open("/admin/shop/order/"),
  empty: open("/admin/shop/product/?q=nothing+like+it"),
  change: open(`${product}/change/`),
  combobox: async (page) => {
    await open(`${product}/change/`)(page);
    await page.getByRole("combobox", { name: "Category" }).click();
    await page.getByRole("option").first().waitFor();
  },
  errors: async (page) => {
    await open(`${product}/change/`)(page);
    await page.locator("#id_title").fill("");
    await page.locator("#id_slug").fill("no slug!");
    await page.locator("#id_price").fill("");
    await save(page);
    await page.getByRole("alert").waitFor();
  },
  inlines: open(`${orderUrl}/change/`),
  conflict: async (page) => {
    await open(`${product}/change/`)(page);
    await page.locator("#id_title").fill("Nuages guitar, signed by Django himself");
    await page.locator("#id_description").fill("A guitar as it was played in the rue Chaptal.");
    await Product.filterBy({ pk: products[0]?.pk }).update({
      title: `Manouche guitar ${Math.floor(Math.random() * 100)}`,
    });
    await save(page);
    await page.getByRole("heading", { name: "Somebody was faster" }).waitFor();
  },
  delete: open(`/admin/shop/customer/1/delete/`),
  history: async (page) => {
    await open(`${product}/change/`)(page);
    await page.locator("#id_title").fill(`Minor Swing guitar ${Math.floor(Math.random() * 100)}`);
    await save(page);
    await page.getByText("was changed").waitFor();
    await open(`${product}/history/`)(page);
  },
  progress: async (page) => {
    await open("/admin/shop/product/")(page);
    await page
      .getByLabel(/^Choose /)
      .nth(1)
      .check();
    await page.getByLabel("Action", { exact: true }).selectOption("reprice");
    await page.getByRole("button", { name: "Go" }).click();
    await page.getByText("half of the way").waitFor();
  },
  password: open("/admin/password/"),
  menu: async (page) => {
    await open("/admin/shop/order/")(page);
    const button = page.getByRole("button", { name: "Menu" });
    if (await button.isVisible()) await button.click();
    await page.getByRole("searchbox", { name: "Find a model" }).fill("or");
  },
  refused: open("/admin/shop/product/999999/change/"),
  gone: async (page) => {
    const brand = await Brand.create({ name: "Di Mauro", country: "it" });
    await open(`/admin/shop/brand/${String(brand.pk)}/change/`)(page);
    await page.locator("#id_name").fill("Di Mauro père");
    await brand.delete();
    await save(page);
    await page.getByText("was deleted while you had it open").waitFor();
  },
  protected: open("/admin/shop/category/2/delete/"),
  first: async (page) => {
    await Coupon.filterBy({}).delete();
    await open("/admin/shop/coupon/")(page);
  },
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const colorScheme of ["light", "dark"] as const) {
  for (const [device, width, height] of [
    ["desk", 1400, 900],
    ["phone", 390, 844],
  ] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height }, isMobile: width < 500 });
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && say(`${page.url()}: ${message.text()}`));
    page.on("pageerror", (error) => say(`${page.url()}: ${error.message}`));
    page.on("dialog", (dialog) => void dialog.accept());
    const shoot = async (name: string): Promise<void> => {
      if (wanted.size > 0 && !wanted.has(name)) return;
      const wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      if (Number(wider) > 0) say(`${name} is ${String(wider)} px wider than the ${device}`);
      // On a phone the whole page: what stays in sight while one scrolls stands where it ends.
      const whole = Number(await page.evaluate("document.documentElement.scrollHeight"));
      if (device === "phone") await page.setViewportSize({ width, height: Math.max(height, whole) });
      await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`) });
      await page.setViewportSize({ width, height });
    };
    await page.goto(`${server.url}/admin/`);
    await shoot("login");
    await page.getByLabel("User name").fill("django");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    for (const [name, walk] of Object.entries(walks)) {
      if (wanted.size > 0 && !wanted.has(name)) continue;
      await walk(page);
      await shoot(name);
    }
    await context.close();
    endRepricing();
  }
}
await browser.close();
await server.close();
await rm(media, { recursive: true, force: true });
say(`pictures are in ${folder}`);

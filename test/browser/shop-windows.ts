import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";

import { LiveServer } from "../../src/testing/index.js";
import { password, shopProject, staff } from "../admin/site.js";
import { backstageSite } from "../admin/shop/backstage.js";
import { shopOptions } from "../admin/shop/options.js";
import { reprice } from "../admin/shop/reprice.js";
import { fillShop } from "../admin/shop/sample.js";
import { openBrowser } from "./browser.js";

/** A window, with what went wrong in its scripts and what the Content-Security-Policy kept it from. */
export type Window = Page & { readonly faults: string[] };

/** The shop with its admin on a server, and browsers to look at it. */
export class ShopWindows {
  readonly server: LiveServer;
  readonly #browser: Browser;
  readonly #media: string;
  readonly #windows: Window[] = [];
  /** The visitors who have logged in already: they need not do it again, and have the scripts at hand. */
  readonly #known = new Map<string, BrowserContext>();

  private constructor(server: LiveServer, browser: Browser, media: string) {
    this.server = server;
    this.#browser = browser;
    this.#media = media;
  }

  /** `isDouble`: with a second admin at `/back/`, and templates of its own. */
  static async open({ products = 24, isDouble = false } = {}): Promise<ShopWindows> {
    const media = await mkdtemp(join(tmpdir(), "shop-media-"));
    const templates = new URL("../admin/shop/templates/", import.meta.url);
    const more = isDouble ? { templates, backstage: backstageSite() } : {};
    const project = shopProject(shopOptions, { tasks: [reprice], ...more });
    const server = await LiveServer.start(project, { databaseUrl: "sqlite::memory:", mediaRoot: media });
    await staff("django");
    await fillShop({ products });
    return new ShopWindows(server, await openBrowser(), media);
  }

  /** A new visitor. */
  async visitor(options: BrowserContextOptions = {}): Promise<Window> {
    const context = await this.#browser.newContext({ baseURL: this.server.url, ...options });
    return this.watched(await context.newPage());
  }

  /** `page`, whose faults are noted. */
  watched(page: Page): Window {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      // What the server refuses is what some tests are about; anything else on the console is a fault.
      if (message.type() === "error" && !/(status of|response code:) 4\d\d/.test(message.text()))
        faults.push(message.text());
    });
    const window = Object.assign(page, { faults });
    this.#windows.push(window);
    return window;
  }

  /** One of the staff, at `path`: logged in once, and from then on known to the browser. */
  async loggedIn(username: string, path: string, options: BrowserContextOptions = {}): Promise<Window> {
    const name = `${username} ${JSON.stringify(options)}`;
    const known = this.#known.get(name);
    if (known !== undefined) {
      const page = this.watched(await known.newPage());
      await page.goto(path);
      return page;
    }
    const page = await this.visitor(options);
    await page.goto(path);
    await logIn(page, username);
    // With its load, the page's scripts have run, too: what they do is there.
    await page.waitForURL(({ pathname }) => !pathname.endsWith("/login/"));
    this.#known.set(name, page.context());
    return page;
  }

  /** Makes the browser forget that `username` has logged in, where a test ends that. */
  forget(username: string): void {
    for (const name of this.#known.keys()) if (name.startsWith(`${username} `)) this.#known.delete(name);
  }

  /** Another window of the same person as `page`'s. */
  async another(page: Page, path: string): Promise<Window> {
    const window = this.watched(await page.context().newPage());
    await window.goto(path);
    return window;
  }

  /** What went wrong in all the windows until now; closes them. */
  async closeWindows(): Promise<readonly string[]> {
    const windows = this.#windows.splice(0);
    const faults = windows.flatMap((window) => window.faults);
    const known = new Set(this.#known.values());
    const strangers = this.#browser.contexts().filter((context) => !known.has(context));
    await Promise.all(strangers.map((context) => context.close()));
    await Promise.all([...known].flatMap((context) => context.pages()).map((page) => page.close()));
    return faults;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
    await rm(this.#media, { recursive: true, force: true });
  }
}

/** Types into a combobox, and takes what it then offers as `text`, and alone, by keyboard. */
export async function choose(page: Page, box: Locator, typed: string, text: string): Promise<void> {
  await box.focus();
  await page.keyboard.type(typed);
  // Those of comboboxes: the lists of the page have options, too.
  const offered = page.locator("[role=option]:visible");
  const option = offered.getByText(text, { exact: true });
  await option.waitFor();
  // The list may still be of fewer letters: it is that of all of them when nothing else is in it.
  await expect.poll(() => offered.count(), { timeout: 20_000 }).toBe(1);
  await page.keyboard.press("ArrowDown");
  await page.locator("[role=option][aria-selected=true]").getByText(text, { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await option.waitFor({ state: "hidden" });
}

export async function logIn(page: Page, username: string, secret = password): Promise<void> {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
}

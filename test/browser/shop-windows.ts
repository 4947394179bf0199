import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";

import { LiveServer } from "../../src/testing/index.js";
import { password, shopProject, staff } from "../admin/site.js";
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

  private constructor(server: LiveServer, browser: Browser, media: string) {
    this.server = server;
    this.#browser = browser;
    this.#media = media;
  }

  static async open({ products = 24 } = {}): Promise<ShopWindows> {
    const media = await mkdtemp(join(tmpdir(), "shop-media-"));
    const project = shopProject(shopOptions, { tasks: [reprice] });
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

  /** One of the staff, at `path`. */
  async loggedIn(username: string, path: string, options: BrowserContextOptions = {}): Promise<Window> {
    const page = await this.visitor(options);
    await page.goto(path);
    await logIn(page, username);
    // With its load, the page's scripts have run, too: what they do is there.
    await page.waitForURL(({ pathname }) => !pathname.endsWith("/login/"));
    return page;
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
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
    return faults;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
    await rm(this.#media, { recursive: true, force: true });
  }
}

export async function logIn(page: Page, username: string, secret = password): Promise<void> {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
}

import { type Browser, chromium, type Page } from "playwright-core";

import { chromiumPath } from "../services/index.js";

/** A headless Chromium. Several windows are several visitors: each has cookies of its own. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A new visitor's window, whose script errors fail the test that calls `errors`. */
export async function openWindow(browser: Browser, url: string): Promise<Page & { readonly scriptErrors: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const scriptErrors: string[] = [];
  page.on("pageerror", (error) => scriptErrors.push(error.message));
  await page.goto(url);
  return Object.assign(page, { scriptErrors });
}

import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { freePort } from "../project/free-port.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { postgresUrl, type PrivateServer, startRedis } from "../services/index.js";
import { openBrowser, openWindow } from "./browser.js";

const project = fileURLToPath(new URL("../../examples/chat/project.ts", import.meta.url));

let browser: Browser;
let directory: string;
const processes: HotclubProcess[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "chat-"));
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await Promise.all(processes.splice(0).map((process) => process.stop()));
  await rm(directory, { recursive: true, force: true });
});

function hotclub(args: readonly string[], environment: Record<string, string> = {}): HotclubProcess {
  const process = new HotclubProcess([...args, "--project", project], { directory, environment });
  processes.push(process);
  return process;
}

const say = async (page: Page, text: string): Promise<void> => {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.keyboard.press("Enter");
};
const hears = (page: Page, text: string) => page.getByRole("log").getByText(text, { exact: true }).waitFor();
const connected = (page: Page) => page.locator("#status").filter({ hasText: /^$/ }).waitFor({ state: "attached" });
const isHere = (page: Page, name: string) => page.locator("#here").getByText(name, { exact: true }).waitFor();
const rename = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel("Your name").fill(name);
  const loaded = page.waitForEvent("load");
  await page.getByRole("button", { name: "Change" }).click();
  await loaded;
};

describe("the chat, in one process on SQLite and memory", () => {
  it("lets two windows talk; who joins later sees what was said", async () => {
    const url = await hotclub(["serve", "--port", "0"]).url();
    const django = await openWindow(browser, `${url}/rooms/lobby/`);
    await rename(django, "Django");
    await connected(django);
    await say(django, "Anybody for <b>Nuages</b>?");
    await hears(django, "Anybody for <b>Nuages</b>?");

    const stephane = await openWindow(browser, `${url}/rooms/lobby/`);
    await hears(stephane, "Anybody for <b>Nuages</b>?");
    await rename(stephane, "Stéphane");
    await connected(stephane);
    await isHere(stephane, "Django");
    await isHere(django, "Stéphane");

    await stephane.getByLabel("Message", { exact: true }).pressSequentially("Bien ");
    await django.getByText("Stéphane is typing").waitFor();
    await say(stephane, "Bien sûr");
    await hears(django, "Bien sûr");
    await hears(stephane, "Bien sûr");

    await stephane.context().close();
    await django.locator("#here").getByText("Stéphane").waitFor({ state: "detached" });
    expect(django.scriptErrors).toEqual([]);
  });

  it("brings its windows back by itself when the server was stopped and started", async () => {
    const port = String(await freePort());
    const first = hotclub(["serve", "--port", port]);
    const url = await first.url();
    const windows = [
      await openWindow(browser, `${url}/rooms/lobby/`),
      await openWindow(browser, `${url}/rooms/lobby/`),
    ] as const;
    for (const window of windows) await connected(window);
    await say(windows[0], "before");
    await hears(windows[1], "before");

    expect(await first.stop()).toBe(0);
    for (const window of windows) await window.getByText("The line is lost").waitFor();
    await say(windows[0], "written while the line was lost");

    await hotclub(["serve", "--port", port]).url();
    for (const window of windows) await hears(window, "written while the line was lost");
    await say(windows[1], "after");
    for (const window of windows) await hears(window, "after");
    expect(windows.flatMap(({ scriptErrors }) => scriptErrors)).toEqual([]);
  });

  it("works by keyboard, and opens new rooms", async () => {
    const url = await hotclub(["serve", "--port", "0"]).url();
    const page = await openWindow(browser, url);
    await page.getByLabel("Open a room").focus();
    await page.keyboard.type("Rue Norvins");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Rue Norvins" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/rooms/rue-norvins/");
    await connected(page);
    // The field has the focus from the start.
    await page.keyboard.type("first line");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Enter");
    await hears(page, "first line\nsecond line");
  });

  it.each([
    ["a phone", { width: 360, height: 640 }],
    ["a desk", { width: 1280, height: 800 }],
  ])("fits on %s: nothing is cut off, and the field is in sight", async (_what, viewport) => {
    const url = await hotclub(["serve", "--port", "0"]).url();
    const page = await openWindow(browser, `${url}/rooms/lobby/`);
    await page.setViewportSize(viewport);
    await connected(page);
    for (let i = 0; i < 30; i++) await say(page, `line ${i} ${"long".repeat(40)}`);
    await page.getByText(`line 29 ${"long".repeat(40)}`).waitFor();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(overflow).toBe(0);
    expect(await page.getByRole("button", { name: "Send" }).boundingBox()).toMatchObject({
      y: expect.toSatisfy((y: number) => y < viewport.height - 30) as number,
    });
  });
});

describe("the same chat, as two web processes and a worker on Redis and PostgreSQL", () => {
  let redis: PrivateServer;
  let site: Server;
  beforeAll(async () => {
    redis = await startRedis();
    site = createServer((_request, response) => response.end("<title>Minor Swing</title>"));
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    site.close();
    await redis.stop();
  });

  it("lets windows on different processes talk, and shows what the worker found out", async () => {
    const linked = `127.0.0.1:${(site.address() as AddressInfo).port}`;
    const environment = {
      REDIS_URL: redis.url,
      DATABASE_URL: await postgresUrl(),
      SECRET_KEY: "the same key for all processes of a site",
      CHAT_LINK_HOSTS: linked,
    };
    const [one, two] = await Promise.all([
      hotclub(["serve", "--port", "0"], environment).url(),
      hotclub(["serve", "--port", "0"], environment).url(),
      hotclub(["worker"], environment).line("chat works"),
    ]);
    const django = await openWindow(browser, `${one}/rooms/lobby/`);
    const stephane = await openWindow(browser, `${two}/rooms/lobby/`);
    await rename(django, "Django");
    await rename(stephane, "Stéphane");
    await connected(django);
    await connected(stephane);
    await isHere(django, "Stéphane");
    await isHere(stephane, "Django");

    const text = `Listen: http://${linked}/swing`;
    await say(django, text);
    await hears(stephane, text);
    for (const window of [django, stephane]) await hears(window, "Minor Swing");
    await say(stephane, "Merci");
    await hears(django, "Merci");

    const late = await openWindow(browser, `${two}/rooms/lobby/`);
    await hears(late, text);
    await hears(late, "Minor Swing");
    expect([django, stephane, late].flatMap(({ scriptErrors }) => scriptErrors)).toEqual([]);
  });
});

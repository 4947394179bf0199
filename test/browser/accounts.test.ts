import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { Mailer, mailers, memoryMail } from "../../src/mail/index.js";
import type { Project } from "../../src/project/index.js";
import { passwordProblems } from "../../src/security/index.js";
import { LiveServer } from "../../src/testing/index.js";
import { openBrowser } from "./browser.js";

// Not imported by its name: it says for its whole program who its users are, and this program has others.
const file = fileURLToPath(new URL("../../examples/chat/project.ts", import.meta.url));
const { default: project } = (await import(/* @vite-ignore */ file)) as { default: Project };

const password = "manoir de mes reves";
const waitMs = { timeout: 30_000 };

/** A picture of one pixel. */
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let server: LiveServer;
let browser: Browser;
let page: Page;
let media: string;
const mails = memoryMail();
const faults: string[] = [];

beforeAll(async () => {
  media = await mkdtemp(join(tmpdir(), "chat-media-"));
  server = await LiveServer.start(project, {
    databaseUrl: "sqlite::memory:",
    redisUrl: null,
    mediaRoot: media,
    secretKey: "k".repeat(32),
    logLevel: "silent",
    allowedHosts: [],
  });
  mailers.set("default", new Mailer({ engine: mails, from: "chat@example.com" }));
  // The list of common passwords takes its time to load, which no page is to wait for.
  await passwordProblems(password);
  browser = await openBrowser();
  page = await (await browser.newContext({ baseURL: server.url })).newPage();
  page.setDefaultTimeout(waitMs.timeout);
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(media, { recursive: true, force: true });
});

interface Fault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What keeps people from using the page; nothing at best. */
async function barriers(): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const options = JSON.stringify({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const { violations } = await page.evaluate<{ violations: readonly Fault[] }>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

const open = async (path: string): Promise<void> => {
  await page.goto(path);
  expect([path, await barriers()]).toEqual([path, []]);
};
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

/** One visitor's way; each step goes on where the one before it ended. */
describe("an account, from the first visit on", () => {
  it("is made, and what is wrong with it is said at its field", async () => {
    await open("/accounts/sign-up/");
    await page.getByLabel("User name").fill("django");
    await page.getByLabel("E-mail address").fill("django@example.com");
    await page.getByLabel("Password", { exact: false }).first().fill("django");
    await page.getByLabel("Password again").fill("other");
    await page.locator("form button").last().click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    expect(await barriers()).toEqual([]);
    await page.getByLabel("Password", { exact: false }).first().fill(password);
    await page.getByLabel("Password again").fill(password);
    await page.locator("form button").last().click();
    await page.getByRole("button", { name: "Log out" }).waitFor();
    expect(await barriers()).toEqual([]);
  });

  it("gets a picture; what is none is refused, and the page says so", async () => {
    await open("/profile/");
    const script = { name: "me.png", mimeType: "image/png", buffer: Buffer.from("<script>alert(1)</script>") };
    await page.getByLabel("Picture").setInputFiles(script);
    await press("Keep this picture");
    await page.locator(".errors").first().waitFor();
    expect(await barriers()).toEqual([]);
    await page.getByLabel("Picture").setInputFiles({ name: "me.png", mimeType: "image/png", buffer: png });
    await press("Keep this picture");
    const picture = page.getByAltText("Your picture");
    // It is there before it is loaded.
    const width = () => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width).toBe(1);
  });

  it("is left, and entered again with the right password alone", async () => {
    await page.goto("/");
    await press("Log out");
    await page.getByRole("link", { name: "Log in" }).first().waitFor();
    await open("/accounts/login/?next=/profile/");
    await page.getByLabel("User name").fill("django");
    await page.getByLabel("Password").fill("wrong");
    await press("Log in");
    await page.locator(".errors").first().waitFor();
    expect(await barriers()).toEqual([]);
    await page.getByLabel("Password").fill(password);
    await press("Log in");
    await page.waitForURL("**/profile/");
  });

  it("gets a new password by a link in a mail, which counts once", async () => {
    await page.goto("/");
    await press("Log out");
    await open("/accounts/login/");
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await page.waitForURL("**/accounts/reset/");
    expect(await barriers()).toEqual([]);
    await page.getByLabel("E-mail address").fill("django@example.com");
    await press("Send the link");
    await page.waitForURL("**/accounts/reset/sent/");
    expect(await barriers()).toEqual([]);
    const mail = await vi.waitUntil(() => mails.outbox.at(-1), waitMs);
    expect(mail.to.map(String).join()).toContain("django@example.com");
    const link = new URL(/https?:\/\/\S+/.exec(mail.text ?? "")?.[0] ?? "").pathname;
    await page.goto(link);
    // The secret is not in the address any more, where histories and other sites would find it.
    expect(page.url()).not.toContain(link);
    expect(await barriers()).toEqual([]);
    const fields = page.locator('input[type="password"]');
    await fields.first().fill("minor swing at the hot club");
    await fields.last().fill("minor swing at the hot club");
    await page.locator("form button").last().click();
    await page.waitForURL("**/accounts/reset/done/");
    expect(await barriers()).toEqual([]);
    await page.goto(link);
    expect(await page.locator('input[type="password"]').count()).toBe(0);
    expect(await barriers()).toEqual([]);

    await page.goto("/accounts/login/?next=/profile/");
    await page.getByLabel("User name").fill("django");
    await page.getByLabel("Password").fill("minor swing at the hot club");
    await press("Log in");
    await page.waitForURL("**/profile/");
  });

  it("opens a room of its own, and changes its password", async () => {
    await open("/accounts/password/");
    const fields = page.locator('input[type="password"]');
    await fields.nth(0).fill("minor swing at the hot club");
    await fields.nth(1).fill(password);
    await fields.nth(2).fill(password);
    await page.locator("form button").last().click();
    await page.waitForURL("**/accounts/password/done/");
    expect(await barriers()).toEqual([]);
    await page.goto("/profile/");
    await page.getByRole("heading", { name: "django" }).waitFor();
  });

  it("was walked without a fault in a script, or against the Content-Security-Policy", () => {
    expect(faults).toEqual([]);
  });
});

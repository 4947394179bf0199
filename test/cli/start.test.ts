import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { scratch } from "../project/scratch.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("npm start serves the chat from its own folder, as the README says", async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
  expect(scripts.start).toBe("node scripts/build.mjs && cd examples/chat && node ../../dist/cli/main.js serve");
  const directory = join(root, "examples/chat");
  const environment = { PORT: "0", DATABASE_URL: `sqlite:${await scratch()}/db.sqlite3`, SECRET_KEY: "k".repeat(32) };
  const server = new HotclubProcess(["serve"], { directory, environment });
  const page = await fetch(await server.url());
  expect(await page.text()).toContain("Lobby");
  expect(await server.stop()).toBe(0);
});

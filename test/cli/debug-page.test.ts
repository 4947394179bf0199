import { afterEach, describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { defineProject, defineSettings, env, http, HttpConsumer } from ${JSON.stringify(builtIndex)};
  const settings = defineSettings({ mailPassword: env.string("MAIL_PASSWORD", { default: "" }) });
  class Broken extends HttpConsumer {
    get(): never {
      const where: string = "postgres://shop:db-pass-1@db/shop";
      throw new Error("cannot reach " + where + " nor mail with " + settings.mailPassword);
    }
  }
  export default defineProject({ name: "broken", settings, routes: [http("/broken/", Broken, { name: "broken" })] });
`;

const processes: HotclubProcess[] = [];
afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop();
});

async function serve(environment: Readonly<Record<string, string>>) {
  const directory = await scratch({ "project.ts": project });
  const process = new HotclubProcess(["serve", "--port", "0"], { directory, environment });
  processes.push(process);
  return process;
}

const secret = ["mail", "secret", "77"].join("-");
const headers = { accept: "text/html" };

describe("a project that fails", () => {
  it("shows a developer the line of TypeScript, and none of its secrets", async () => {
    const process = await serve({ DEBUG: "1", MAIL_PASSWORD: secret, SECRET_KEY: "0123456789".repeat(4) });
    const response = await fetch(`${await process.url()}/broken/?token=abcdefgh`, { headers });
    const page = await response.text();
    expect(response.status).toBe(500);
    expect(page).toMatch(/<mark> +7 {8}throw new Error\(&quot;cannot reach &quot;/);
    for (const part of ["project.ts:7", "/broken/", "allowedHosts", "mailPassword", "[hidden]"])
      expect(page).toContain(part);
    for (const part of [secret, "db-pass-1", "0123456789012345", "abcdefgh"]) expect(page).not.toContain(part);
    expect(response.headers.get("content-security-policy")).toMatch(/'nonce-[\w-]{22}'/);
  });

  it("shows visitors nothing of itself", async () => {
    const process = await serve({ NODE_ENV: "production", SECRET_KEY: "0123456789".repeat(4) });
    const page = await (await fetch(`${await process.url()}/broken/`, { headers })).text();
    expect(page).toContain("<h1>Internal Server Error</h1>");
    expect(page).not.toMatch(/cannot reach|project\.ts|db-pass|Node\.js/);
  });

  it("does not start with DEBUG in production", async () => {
    const process = await serve({ NODE_ENV: "production", DEBUG: "1", SECRET_KEY: "0123456789".repeat(4) });
    expect(await process.exited).toBe(1);
    expect(process.lines.join("\n")).toContain("DEBUG must be off where NODE_ENV is production");
  });

  it("writes one line for each request into its log", async () => {
    const process = await serve({});
    await fetch(`${await process.url()}/nowhere/?secret=1`);
    const line = JSON.parse(await process.line("GET /nowhere/ 404")) as object;
    expect(line).toMatchObject({ method: "GET", path: "/nowhere/", status: 404, client: "127.0.0.1" });
    expect(JSON.stringify(line)).not.toContain("secret");
  });
});

import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { freePort } from "../project/free-port.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { helloProject, scratch } from "../project/scratch.js";

const processes: HotclubProcess[] = [];
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill("SIGKILL")));
});

async function run(
  args: readonly string[],
  options: { files?: Record<string, string>; environment?: Record<string, string> } = {},
) {
  const directory = await scratch(options.files ?? { "project.ts": helloProject });
  const process = new HotclubProcess(args, { directory, environment: options.environment ?? {} });
  processes.push(process);
  return { process, directory };
}

describe("hotclub serve", () => {
  it("finds the project, prints its address, serves it, and ends on SIGTERM with 0", async () => {
    const { process } = await run(["serve", "--port", "0"]);
    const response = await fetch(await process.url());
    expect(await response.text()).toBe("hello world");
    expect(await process.stop()).toBe(0);
  });

  it("finds the project that package.json names", async () => {
    const files = {
      "package.json": '{ "type": "module", "hotclub": { "project": "./web/site.ts" } }',
      "web/site.ts": helloProject,
    };
    const { process } = await run(["serve", "--port", "0"], { files });
    expect(await (await fetch(await process.url())).text()).toBe("hello world");
  });

  it("reads .env", async () => {
    const files = { "project.ts": helloProject, ".env": "GREETED=Django\n" };
    const { process } = await run(["serve", "--port", "0"], { files });
    expect(await (await fetch(await process.url())).text()).toBe("hello Django");
  });

  it("makes a secret key once and keeps it to itself", async () => {
    const { process, directory } = await run(["serve", "--port", "0"]);
    await process.url();
    const path = join(directory, ".hotclub", "secret-key");
    const key = await readFile(path, "utf8");
    expect(key).toHaveLength(43);
    expect((await stat(path)).mode & 0o077).toBe(0);
    await process.stop();
    const again = new HotclubProcess(["serve", "--port", "0"], { directory });
    processes.push(again);
    await again.url();
    expect(await readFile(path, "utf8")).toBe(key);
  });

  it("logs a failed request with its id, and tells the client only the id", async () => {
    const environment = { TRUSTED_PROXIES: "loopback" };
    const { process } = await run(["serve", "--port", "0"], { environment });
    const response = await fetch(`${await process.url()}/broken/`, { headers: { "x-request-id": "my-id" } });
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("Internal Server Error (request my-id)");
    const line = JSON.parse(await process.line("a request failed")) as { requestId: string; err: { message: string } };
    expect(line).toMatchObject({ requestId: "my-id", err: { message: "the secret" } });
  });

  it("answers a body over the limit with 413 and goes on", async () => {
    const { process } = await run(["serve", "--port", "0"], { environment: { MAX_BODY_BYTES: "1000" } });
    const url = await process.url();
    const post = (size: number) => fetch(url, { method: "POST", body: "x".repeat(size) });
    expect((await post(1001)).status).toBe(413);
    expect(await (await post(1000)).text()).toBe("1000");
  });

  it("answers a request for another host with 400", async () => {
    const { process } = await run(["serve", "--port", "0"], { environment: { ALLOWED_HOSTS: "example.com" } });
    const response = await fetch(await process.url());
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("ALLOWED_HOSTS");
  });
});

describe("hotclub serve says in one line what to do", () => {
  async function failure(
    args: readonly string[],
    options: { files?: Record<string, string>; environment?: Record<string, string> },
  ) {
    const { process } = await run(args, options);
    expect(await process.exited).toBe(1);
    return process.lines.filter((line) => !line.startsWith("{"));
  }

  it("about a port in use", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    try {
      expect(await failure(["serve", "--port", String(port)], {})).toEqual([
        `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another with PORT.`,
      ]);
    } finally {
      other.close();
    }
  });

  it("about a Redis that is not there", async () => {
    const port = await freePort();
    const lines = await failure(["serve"], { environment: { REDIS_URL: `redis://127.0.0.1:${port}` } });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`127.0.0.1:${port}`);
    expect(lines[0]).toContain("REDIS_URL");
  });

  it("about a PostgreSQL that is not there, without its password", async () => {
    const port = await freePort();
    const withModel = helloProject
      .replace("HttpConsumer }", "HttpConsumer, Model, f }")
      .replace('name: "hello",', 'name: "hello", models: [class Note extends Model { text = f.text() }],');
    const lines = await failure(["serve"], {
      files: { "project.ts": withModel },
      environment: { DATABASE_URL: `postgres://me:secret@127.0.0.1:${port}/site` },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`127.0.0.1:${port}`);
    expect(lines[0]).toContain("DATABASE_URL");
    expect(lines[0]).not.toContain("secret");
  });

  it("about settings, all of them at once", async () => {
    expect(await failure(["serve"], { environment: { PORT: "http", LOG_LEVEL: "loud" } })).toEqual([
      "2 settings are missing or wrong:",
      '  - PORT: is not a whole number: "http"',
      '  - LOG_LEVEL: is not one of trace, debug, info, warn, error, fatal, silent: "loud"',
    ]);
  });

  it("about a secret key that production needs", async () => {
    const lines = await failure(["serve"], { environment: { NODE_ENV: "production" } });
    expect(lines.join("\n")).toContain("SECRET_KEY: is required in production");
  });

  it("about a project that is not there, or is none", async () => {
    expect((await failure(["serve"], { files: {} }))[0]).toContain("--project");
    expect((await failure(["serve"], { files: { "project.ts": "export default {}" } }))[0]).toContain("defineProject");
    expect((await failure(["serve", "--project", "gone.ts"], {}))[0]).toContain("there is no such file");
    const common = { "package.json": "{}", "project.ts": helloProject };
    expect((await failure(["serve"], { files: common }))[0]).toContain('"type": "module"');
  });
});

describe("hotclub worker", () => {
  it("says that it needs Redis", async () => {
    const { process } = await run(["worker"]);
    expect(await process.exited).toBe(1);
    expect(process.lines[0]).toContain("REDIS_URL");
  });
});

import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";

import { toError } from "hotclub/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { CertificateFiles } from "../protocol/self-signed.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";
import { serversHere } from "../protocol/servers-here.js";

const processes: HotclubProcess[] = [];
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill("SIGKILL")));
});

/** Says which process answers; dies, or dawdles, when asked to. */
const site = `
  import { defineProject, defineSettings, http, HttpConsumer, websocket, WebSocketConsumer } from ${JSON.stringify(builtIndex)};
  class Who extends HttpConsumer {
    get() { return this.text(process.pid + " " + (process.env.GREETED ?? "")); }
  }
  class Die extends HttpConsumer {
    get() { setImmediate(() => process.exit(3)); return this.text("dying"); }
  }
  class Slow extends HttpConsumer {
    async get() {
      console.log("slow began");
      await new Promise((resolve) => setTimeout(resolve, Number(this.request.query.get("ms"))));
      return this.text("done");
    }
  }
  export default defineProject({
    name: "site",
    settings: defineSettings(),
    routes: [http("/", Who), http("/die/", Die), http("/slow/", Slow)],
  });
`;

async function run(
  args: readonly string[],
  options: { files?: Record<string, string>; environment?: Record<string, string> } = {},
) {
  const directory = await scratch({ "project.js": site, ...options.files });
  const process = new HotclubProcess(["serve", ...args], { directory, environment: options.environment ?? {} });
  processes.push(process);
  return { process, directory };
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  readonly connection: string | undefined;
}

/** One request; a connection of its own unless `agent` keeps them. */
async function ask(url: string, options: { agent?: Agent; socketPath?: string; ca?: Buffer } = {}): Promise<Answer> {
  const { agent = false, socketPath } = options;
  const request = get(url, { agent, ...(socketPath !== undefined && { socketPath }) });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.setEncoding("utf8");
  let text = "";
  for await (const piece of response) text += piece as string;
  return { status: response.statusCode, text, connection: response.headers.connection };
}

/**
 * As `ask`, and again where a new connection was reset: on uws, one that has not been accepted yet when its listener
 * closes is lost (docs/topics/deployment.md says what the system can do about it).
 */
async function askAgain(url: string, options: { agent?: Agent } = {}): Promise<Answer> {
  for (;;) {
    try {
      return await ask(url, options);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ECONNRESET") throw thrown;
    }
  }
}

async function pidOf(url: string): Promise<string> {
  return (await askAgain(url)).text.split(" ")[0] ?? "";
}

/** Asks until `count` processes have answered, and gives their ids. */
async function pids(url: string, count: number, except: ReadonlySet<string> = new Set()): Promise<Set<string>> {
  const seen = new Set<string>();
  while (seen.size < count) {
    const pid = await pidOf(url);
    if (!except.has(pid)) seen.add(pid);
  }
  return seen;
}

/** The common name in the certificate that is served on a port. */
async function certificateName(port: number): Promise<string | undefined> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return typeof name === "string" ? name : undefined;
}

describe.each(serversHere)("hotclub serve with several processes on the server %s", (server) => {
  let process: HotclubProcess;
  let directory: string;
  let url: string;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "hotclub-"));
    await writeFile(join(directory, "package.json"), '{ "type": "module" }');
    await writeFile(join(directory, "project.js"), site);
    const environment = { SERVER: server, SHUTDOWN_TIMEOUT_MS: "1000" };
    process = new HotclubProcess(["serve", "--port", "0", "--processes", "2"], { directory, environment });
    url = await process.url();
  });
  afterAll(async () => {
    await process.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  it("shares one port", async () => {
    before = await pids(url, 2);
    expect(before.size).toBe(2);
  });

  it("starts a process that died again", async () => {
    expect((await ask(`${url}/die/`)).text).toBe("dying");
    await process.line('"code":3');
    before = new Set([...before, ...(await pids(url, 1, before))]);
    expect(before.size).toBe(3);
  });

  it("replaces them one by one on SIGHUP, with new settings, while every request is answered", async () => {
    await writeFile(join(directory, ".env"), "GREETED=anew\n");
    const client = server === "uws" ? askAgain : ask;
    const over = new AbortController();
    let answered = 0;
    const agents = Array.from({ length: 4 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const clients = agents.map(async (agent) => {
      while (!over.signal.aborted) {
        expect((await client(url, { agent })).status).toBe(200);
        answered += 1;
      }
    });
    process.signal("SIGHUP");
    await process.line("all processes were replaced");
    const after = await pids(url, 2, before);
    over.abort();
    await Promise.all(clients);
    for (const agent of agents) agent.destroy();
    expect(after.size).toBe(2);
    expect((await ask(url)).text).toContain("anew");
    expect(answered).toBeGreaterThan(100);
  });

  it("answers on SIGTERM what has begun, cuts what takes longer than it may, and ends with 0", async () => {
    const [short, long] = [ask(`${url}/slow/?ms=300`), ask(`${url}/slow/?ms=60000`)];
    const cut = long.catch(toError);
    await process.count("slow began", 2);
    const stopped = process.stop();
    expect((await short).text).toBe("done");
    expect(await cut).toMatchObject({ message: "socket hang up" });
    expect(await stopped).toBe(0);
    await expect(ask(url)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("hotclub serve with several processes", () => {
  it("goes on with those it has when a new one does not start, and waits ever longer to replace one that died", async () => {
    const { process, directory } = await run(["--port", "0", "--processes", "1"]);
    const url = await process.url();
    const pid = await pidOf(url);
    await writeFile(join(directory, "project.js"), "process.exit(7);");
    process.signal("SIGHUP");
    await process.line("the new process did not start");
    expect(await pidOf(url)).toBe(pid);
    await ask(`${url}/die/`);
    await process.count('"code":7', 2);
    const waits = process.lines.flatMap((line) => /"inMs":(\d+)/.exec(line)?.[1] ?? []);
    expect(waits.slice(0, 3)).toEqual(["0", "200", "400"]);
    await writeFile(join(directory, "project.js"), site);
    process.signal("SIGHUP");
    await process.line("all processes were replaced");
    expect((await ask(url)).status).toBe(200);
  });

  it("says why when the first of them cannot start, and ends", async () => {
    const { process } = await run(["--processes", "2"], { files: { "project.js": "throw new Error('no good');" } });
    expect(await process.exited).toBe(1);
    expect(process.lines.join("\n")).toContain("no good");
  });

  it("leaves no process behind when it is killed itself", async () => {
    const { process } = await run(["--port", "0", "--processes", "2"]);
    const url = await process.url();
    await pids(url, 2);
    await process.kill("SIGKILL");
    await expect(
      (async () => {
        for (;;) await ask(url);
      })(),
    ).rejects.toThrow(/ECONN|hang up/);
  });

  it("shares a Unix socket, and removes it at the end", async () => {
    const { process, directory } = await run(["--unix-socket", "site.sock", "--processes", "2"]);
    await process.line("is served at unix:");
    const socketPath = join(directory, "site.sock");
    const first = await ask("http://localhost/", { socketPath });
    expect(first.status).toBe(200);
    let second = first;
    while (second.text === first.text) second = await ask("http://localhost/", { socketPath });
    expect(await process.stop()).toBe(0);
    await expect(ask("http://localhost/", { socketPath })).rejects.toThrow("ENOENT");
  });

  it("speaks TLS, and takes a new certificate on SIGHUP", async () => {
    const tls = await CertificateFiles.create("first");
    try {
      const environment = { TLS_CERT_FILE: tls.certFile, TLS_KEY_FILE: tls.keyFile };
      const { process } = await run(["--port", "0", "--processes", "1"], { environment });
      const port = Number(/https:\/\/[^\s"]+:(\d+)/.exec(await process.line("is served at"))?.[1]);
      expect(await certificateName(port)).toBe("first");
      await tls.exchange("second");
      process.signal("SIGHUP");
      await process.line("all processes were replaced");
      // A process that is leaving may still cut a handshake short.
      while ((await certificateName(port).catch(() => "")) !== "second");
    } finally {
      await tls.remove();
    }
  });

  it("refuses sockets without Redis", async () => {
    const live = site.replace("routes: [", 'routes: [websocket("/ws/", class Echo extends WebSocketConsumer {}), ');
    const { process } = await run(["--processes", "2"], { files: { "project.js": live } });
    expect(await process.exited).toBe(1);
    expect(process.lines.join("\n")).toContain("REDIS_URL");
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { channelLayers, MemoryChannelLayer } from "hotclub/layers";
import { type Listening, type ListenOptions, loadServer } from "hotclub/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { CertificateFiles } from "../protocol/self-signed.js";
import { alphabet, application } from "./site.js";
import { curl, pathOf, pythonWebSockets, runTool, type ToolOutcome, wrk } from "../services/clients.js";
import { serversHere } from "../protocol/servers-here.js";

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

describe.each(serversHere)("the server %s and clients that others wrote", (name) => {
  let directory = "";
  const open: Listening[] = [];

  beforeAll(async () => {
    channelLayers.set("default", new MemoryChannelLayer());
    directory = await mkdtemp(join(tmpdir(), "hotclub-interop-"));
  });
  afterEach(async () => {
    for (const listening of open.splice(0)) await listening.close({ timeoutMs: 500 });
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    await channelLayers.closeAll();
  });

  async function served(options: ListenOptions = {}): Promise<Listening> {
    const listening = await (await loadServer(name)).listen(application, options);
    open.push(listening);
    return listening;
  }

  describe("curl", () => {
    async function ask(args: readonly string[], input?: string): Promise<ToolOutcome> {
      const outcome = await runTool(
        await pathOf(curl),
        ["--silent", "--show-error", "--max-time", "15", ...args],
        input,
      );
      expect([outcome.code, outcome.errors]).toEqual([0, ""]);
      return outcome;
    }

    it("gets pages, several over one connection", async () => {
      const { url } = await served();
      const target = `${url}/hello/`;
      const { output } = await ask(["--write-out", " %{http_code} %{num_connects}\n", target, target, target]);
      expect(output).toBe("hello 200 1\nhello 200 0\nhello 200 0\n");
      expect((await ask(["--head", target])).output).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*content-length: 5\r\n/i);
    });

    it("uploads: with a length, in chunks, and after 100 Continue", async () => {
      const { url } = await served();
      const path = join(directory, "upload");
      const body = Buffer.alloc(3_000_000, "0123456789");
      await writeFile(path, body);
      const told = JSON.stringify({ bytes: body.length, hash: sha256(body) });
      const target = `${url}/upload/`;
      expect((await ask(["--data-binary", `@${path}`, "-H", "Expect:", target])).output).toBe(told);
      expect((await ask(["--data-binary", `@${path}`, "-H", "Expect: 100-continue", target])).output).toBe(told);
      const chunked = ["-X", "POST", "-H", "Transfer-Encoding: chunked", "--data-binary", "@-"];
      expect((await ask([...chunked, target], "in chunks")).output).toBe(
        JSON.stringify({ bytes: 9, hash: sha256("in chunks") }),
      );
      const form = await ask(["-F", "title=A & B", "-F", `file=@${path};filename=up.bin`, `${url}/form/`]);
      expect(form.output).toBe(JSON.stringify({ title: "A & B", name: "up.bin", size: body.length }));
    });

    it("resumes a download, and reads a stream to its end", async () => {
      const { url } = await served();
      const path = join(directory, "download");
      await writeFile(path, alphabet.subarray(0, 400_000));
      await ask(["--continue-at", "-", "--output", path, `${url}/file/`]);
      const { output: digest } = await runTool("sha256sum", [path]);
      expect(digest.split(" ")[0]).toBe(sha256(alphabet));
      expect((await ask(["--range", "0-2,26-27", `${url}/file/`])).output).toContain("abcdefghijklmnopqrstuvwxyzab");
      const { output } = await ask(["--no-buffer", `${url}/stream/?count=200`]);
      expect(output).toBe(Array.from({ length: 200 }, (_, i) => `piece ${i}\n`).join(""));
    });

    it("comes over TLS and over a Unix socket", async () => {
      const tls = await CertificateFiles.create("localhost");
      try {
        const secure = await served({ tls });
        const args = ["--cacert", tls.certFile, `https://localhost:${secure.port}/hello/`];
        expect((await ask(args)).output).toBe("hello");
      } finally {
        await tls.remove();
      }
      const unixSocket = join(directory, "site.sock");
      await served({ unixSocket });
      expect((await ask(["--unix-socket", unixSocket, "http://localhost/hello/"])).output).toBe("hello");
    });
  });

  it("wrk gets an answer to every request", async () => {
    const { url } = await served();
    const { code, output } = await runTool(await pathOf(wrk), ["-t", "1", "-c", "64", "-d", "1s", `${url}/hello/`]);
    expect(code).toBe(0);
    expect(output).not.toMatch(/Socket errors|Non-2xx/);
    expect(Number(/(\d+) requests in/.exec(output)?.[1])).toBeGreaterThan(100);
  });

  it.each([false, true])("Python's websockets talks as it likes (compression: %s)", async (compression) => {
    const { port } = await served({ webSocket: { compression, maxMessageBytes: 200_000 } });
    const script = fileURLToPath(new URL("websockets-client.py", import.meta.url));
    const { code, output, errors } = await runTool(await pathOf(pythonWebSockets), [
      script,
      `ws://127.0.0.1:${port}/echo/`,
    ]);
    expect([code, errors]).toEqual([0, ""]);
    expect(output.trim().split("\n")).toEqual([
      "subprotocol echo",
      `compressed ${compression ? "True" : "False"}`,
      "text True",
      "bytes True",
      "fragments True",
      "large True",
      "pong True",
      "closed by server 4321 as you wish",
      "too large 1009",
      "refused 404",
    ]);
  });
});

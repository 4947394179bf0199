import { mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { expect } from "vitest";

import { expectAlive, type Harness, request } from "../protocol-server/harness.js";

const score = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index % 251));
const written = new Date("2024-05-16T20:00:00.500Z");

export function describeFiles({ test, serve, cleanUp }: Harness): void {
  class Score extends HttpConsumer<{ name: string }> {
    get() {
      return this.file(this.params.name, { root: String(this.scope.state["root"]) });
    }
  }

  async function site() {
    const root = await mkdtemp(join(tmpdir(), "hotclub-test-"));
    cleanUp(() => rm(root, { recursive: true }));
    const path = join(root, "score.pdf");
    await writeFile(path, score);
    await utimes(path, written, written);
    await writeFile(join(root, "empty.txt"), "");
    await symlink("/etc/hostname", join(root, "way-out.txt"));
    const served = await serve(createApplication({ routes: [http("/:name<path>", Score)] }), { state: { root } });
    const get = (headers: Record<string, string> = {}, target = "score.pdf", method = "GET"): Promise<Response> =>
      fetch(`${served.listening.url}/${target}`, { method, headers });
    return { served, path, get };
  }

  const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

  test("a file comes whole, with what tells its version", async () => {
    const { get } = await site();
    const response = await get();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/pdf",
      "content-length": "300000",
      "accept-ranges": "bytes",
      "last-modified": "Thu, 16 May 2024 20:00:00 GMT",
      "x-content-type-options": "nosniff",
      etag: expect.stringMatching(/^"[\w-]+"$/) as string,
    });
    expect((await bytesOf(response)).equals(score)).toBe(true);
  });

  test("HEAD tells the length of a file without its bytes", async () => {
    const { served } = await site();
    const connection = await served.connect();
    for (const [target, length] of [
      ["/score.pdf", "300000"],
      ["/empty.txt", "0"],
    ] as const) {
      connection.send(request("HEAD", target));
      expect((await connection.response({ isHead: true })).header("content-length")).toBe(length);
    }
  });

  test("an empty file is a file", async () => {
    const { get } = await site();
    const response = await get({}, "empty.txt");
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "0", ""]);
    expect((await get({ range: "bytes=0-" }, "empty.txt")).status).toBe(416);
  });

  test("a part of a file is a part, with its place", async () => {
    const { get } = await site();
    for (const [range, first, end] of [
      ["bytes=0-99", 0, 100],
      ["bytes=100000-", 100_000, 300_000],
      ["bytes=-1000", 299_000, 300_000],
      ["bytes=299999-400000", 299_999, 300_000],
      ["bytes=0-50,10-120", 0, 121],
    ] as const) {
      const response = await get({ range });
      expect([range, response.status]).toEqual([range, 206]);
      expect(response.headers.get("content-range")).toBe(`bytes ${first}-${end - 1}/300000`);
      expect(response.headers.get("content-length")).toBe(String(end - first));
      expect((await bytesOf(response)).equals(score.subarray(first, end))).toBe(true);
    }
  });

  test("several parts of a file come as parts of one body", async () => {
    const { get } = await site();
    const response = await get({ range: "bytes=200000-200009,0-9,-5" });
    expect(response.status).toBe(206);
    const boundary = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(response.headers.get("content-type") ?? "")?.[1];
    const body = await bytesOf(response);
    expect(response.headers.get("content-length")).toBe(String(body.length));
    const parts = body.toString("latin1").split(`--${boundary}`);
    expect(parts).toHaveLength(5);
    expect(parts[4]).toBe("--\r\n");
    const places = [
      [200_000, 200_010],
      [0, 10],
      [299_995, 300_000],
    ] as const;
    for (const [index, [first, end]] of places.entries()) {
      const content = score.subarray(first, end).toString("latin1");
      const head = `\r\ncontent-type: application/pdf\r\ncontent-range: bytes ${first}-${end - 1}/300000\r\n\r\n`;
      expect(parts[index + 1]).toBe(`${head}${content}\r\n`);
    }
  });

  test("a part that is not there is 416, with the length that is", async () => {
    const { get } = await site();
    const response = await get({ range: "bytes=300000-" });
    expect([response.status, response.headers.get("content-range")]).toEqual([416, "bytes */300000"]);
  });

  test("a range that cannot be understood is not looked at", async () => {
    const { get } = await site();
    for (const range of ["bytes=9-1", "bytes=a-b", "lines=0-1", "bytes=", `bytes=${"0-0,".repeat(100)}1-1`]) {
      const response = await get({ range });
      expect([range, response.status]).toEqual([range, 200]);
      await response.body?.cancel();
    }
  });

  test("a part is sent only of the version that the client has", async () => {
    const { get } = await site();
    const { headers } = await get({}, "score.pdf", "HEAD");
    const range = "bytes=0-9";
    const status = async (ifRange: string): Promise<number> => {
      const response = await get({ range, "if-range": ifRange });
      await response.body?.cancel();
      return response.status;
    };
    expect(await status(headers.get("etag") ?? "")).toBe(206);
    expect(await status(headers.get("last-modified") ?? "")).toBe(206);
    expect(await status('"another"')).toBe(200);
    expect(await status(`W/${headers.get("etag")}`)).toBe(200);
    expect(await status("Thu, 16 May 2024 19:59:59 GMT")).toBe(200);
  });

  test("a client that has the file is told so", async () => {
    const { get } = await site();
    const { headers } = await get({}, "score.pdf", "HEAD");
    const etag = headers.get("etag") ?? "";
    for (const condition of [
      { "if-none-match": etag },
      { "if-none-match": `"a", W/${etag}` },
      { "if-none-match": "*" },
      { "if-modified-since": "Thu, 16 May 2024 20:00:00 GMT" },
      { "if-none-match": etag, "if-modified-since": "Thu, 16 May 2004 20:00:00 GMT" },
    ]) {
      const response = await get(condition);
      expect([condition, response.status]).toEqual([condition, 304]);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
  });

  test("a client that wants another version gets 412", async () => {
    const { get } = await site();
    expect((await get({ "if-match": '"another"' })).status).toBe(412);
    expect((await get({ "if-unmodified-since": "Thu, 16 May 2024 19:59:59 GMT" })).status).toBe(412);
  });

  test("nothing outside of the root is found, by steps or by links", async () => {
    const { served } = await site();
    const connection = await served.connect();
    for (const target of ["/%2e%2e/etc/hostname", "/..%2f..%2fetc%2fhostname", "/%2fetc%2fhostname", "/way-out.txt"]) {
      connection.send(request("GET", target));
      expect([target, (await connection.response()).status]).toEqual([target, 404]);
    }
    for (const target of ["/%00", "/score.pdf%00.txt", "/", "/nothing.txt", "/score.pdf/"]) {
      connection.send(request("GET", target));
      expect([target, (await connection.response()).status]).toEqual([target, 404]);
    }
  });

  test("a file that becomes shorter while it is sent cuts its connection", async () => {
    const { served, path } = await site();
    await writeFile(path, Buffer.alloc(40_000_000));
    const connection = await served.connect();
    connection.socket.pause();
    connection.send(request("GET", "/score.pdf"));
    await new Promise((resolve) => connection.socket.once("readable", resolve));
    await truncate(path, 100);
    connection.socket.resume();
    expect((await connection.response()).isWhole).toBe(false);
    await expectAlive(served, "/empty.txt");
  });
}

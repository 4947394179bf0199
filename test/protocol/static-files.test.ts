import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Listening, loadServer, StaticFiles, type StaticFilesOptions } from "hotclub/protocol";

import { RawConnection, type RawResponse } from "./raw-connection.js";

describe("static files", () => {
  let root = "";
  const open: Listening[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hotclub-static-"));
    await mkdir(join(root, "public/css"), { recursive: true });
    await mkdir(join(root, "more"));
    await writeFile(join(root, "secret.txt"), "secret");
    await writeFile(join(root, "public/css/site.css"), "body {}");
    await writeFile(join(root, "public/photo.jpg"), Buffer.from([0xff, 0xd8]));
    await writeFile(join(root, "public/.env"), "secret");
    await writeFile(join(root, "more/only-here.js"), "1;");
    await writeFile(join(root, "more/photo.jpg"), "not this one");
  });
  afterAll(async () => {
    for (const listening of open) await listening.close();
    await rm(root, { recursive: true });
  });

  async function serve(options: Partial<StaticFilesOptions> = {}): Promise<Listening> {
    const files = new StaticFiles({ directories: [join(root, "public"), join(root, "more")], ...options });
    const server = await loadServer();
    const listening = await server.listen((scope, send) => {
      if (scope.type !== "http" || !files.serves(scope.path)) {
        return { handle: () => send({ type: "http.response", status: 418 }) };
      }
      return files.application(scope, send);
    });
    open.push(listening);
    return listening;
  }

  async function ask(listening: Listening, method: string, target: string, ...headers: string[]): Promise<RawResponse> {
    const connection = await RawConnection.open({ port: listening.port, host: listening.host });
    connection.send([`${method} ${target} HTTP/1.1`, "Host: test", ...headers, "", ""].join("\r\n"));
    const response = await connection.response({ isHead: method === "HEAD" });
    connection.destroy();
    return response;
  }

  it("come with their type, and the first directory that has them counts", async () => {
    const listening = await serve();
    const css = await ask(listening, "GET", "/static/css/site.css");
    expect([css.status, css.body, css.header("content-type")]).toEqual([200, "body {}", "text/css; charset=utf-8"]);
    expect([css.header("x-content-type-options"), css.header("cache-control")]).toEqual([
      "nosniff",
      "public, max-age=3600",
    ]);
    const photo = await ask(listening, "GET", "/static/photo.jpg");
    expect([photo.body, photo.header("content-type")]).toEqual(["\xff\xd8", "image/jpeg"]);
    expect((await ask(listening, "GET", "/static/only-here.js")).status).toBe(200);
    const head = await ask(listening, "HEAD", "/static/css/site.css");
    expect([head.status, head.header("content-length")]).toEqual([200, "7"]);
  });

  it("are not sent again to whoever has them", async () => {
    const listening = await serve();
    const etag = (await ask(listening, "GET", "/static/css/site.css")).header("etag") ?? "";
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await ask(listening, "GET", "/static/css/site.css", `If-None-Match: ${given}`);
      expect([given, again.status, again.body]).toEqual([given, 304, ""]);
    }
    expect((await ask(listening, "GET", "/static/css/site.css", 'If-None-Match: "other"')).status).toBe(200);
  });

  it("are looked at anew for each request when that is asked for", async () => {
    const listening = await serve({ reload: true });
    await writeFile(join(root, "public/changing.txt"), "one");
    const first = await ask(listening, "GET", "/static/changing.txt");
    await writeFile(join(root, "public/changing.txt"), "two");
    const second = await ask(listening, "GET", "/static/changing.txt");
    expect([first.body, second.body, second.header("cache-control")]).toEqual(["one", "two", "no-cache"]);
  });

  it("are read only", async () => {
    const listening = await serve();
    const response = await ask(listening, "DELETE", "/static/css/site.css");
    expect([response.status, response.header("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("are found only within their directories", async () => {
    const listening = await serve();
    for (const target of [
      "/static/../secret.txt",
      "/static/%2e%2e/secret.txt",
      "/static/..%2fsecret.txt",
      "/static/css/../../secret.txt",
      "/static/css/%2e%2e%2f%2e%2e%2fsecret.txt",
      "/static//etc/passwd",
      "/static/%2fetc%2fpasswd",
      "/static/..%5csecret.txt",
      "/static/.env",
      "/static/css",
      "/static/css/",
      "/static/",
      "/static/css/site.css%00.txt",
      "/static/nothing.css",
    ]) {
      const response = await ask(listening, "GET", target);
      expect([target, response.status]).toEqual([target, 404]);
    }
    expect((await ask(listening, "GET", "/elsewhere")).status).toBe(418);
  });

  it("cannot be escaped from by any path", async () => {
    const listening = await serve();
    const piece = fc.constantFrom("..", ".", "%2e", "%2f", "%5c", "/", "\\", "css", "secret.txt", "public", "%00", "");
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const response = await ask(listening, "GET", `/static/${pieces.join("")}`);
        expect(response.body).not.toContain("secret");
      }),
    );
  });
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Application } from "hotclub/core";
import { type Listening, loadServer } from "hotclub/protocol";
import {
  collectStatic,
  StaticFiles,
  type StaticFilesOptions,
  StaticFinder,
  type StaticManifest,
} from "hotclub/static-files";

import { RawConnection, type RawResponse } from "../protocol/raw-connection.js";

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
    expect([response.status, response.header("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
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

describe("collected static files", () => {
  const open: Listening[] = [];
  let root = "";
  let manifest: StaticManifest;
  const style = "body { color: red }\n".repeat(100);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "hotclub-collected-"));
    await mkdir(join(root, "source"));
    await writeFile(join(root, "source/site.css"), style);
    await writeFile(join(root, "source/film.bin"), Buffer.alloc(3_000_000, "0123456789"));
    await writeFile(join(root, "secret.txt"), "secret");
    const finder = new StaticFinder([join(root, "source")]);
    ({ manifest } = await collectStatic({ finder, root: join(root, "collected") }));
    await writeFile(join(root, "collected/site.000000000000.css"), "of the last release");
    await symlink(join(root, "secret.txt"), join(root, "collected/link.txt"));
  });
  afterAll(async () => {
    for (const listening of open) await listening.close();
    await rm(root, { recursive: true });
  });

  async function url(options: Partial<StaticFilesOptions> = {}): Promise<string> {
    const files = new StaticFiles({ directories: [join(root, "collected")], manifest, ...options });
    const listening = await (await loadServer()).listen(files.application as Application);
    open.push(listening);
    return `${listening.url}/static/`;
  }

  /** With the body as it is sent; `fetch` would undo its coding. */
  function ask(
    target: string,
    headers: Record<string, string> = {},
  ): Promise<{ response: IncomingMessage; body: Buffer }> {
    return new Promise((resolve, reject) => {
      get(target, { headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => resolve({ response, body: Buffer.concat(pieces) }));
      }).on("error", reject);
    });
  }

  it("never expire under the name with the hash, and do under the other", async () => {
    const base = await url();
    const hashed = await fetch(base + manifest.files["site.css"]);
    expect(await hashed.text()).toBe(style);
    expect(hashed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await fetch(`${base}site.css`)).headers.get("cache-control")).toBe("public, max-age=3600");
  });

  it("come compressed as the client likes it, each variant with a tag of its own", async () => {
    const target = (await url()) + manifest.files["site.css"];
    const tags = new Set<string | undefined>();
    for (const [accepted, coding, undo] of [
      ["gzip, deflate, br", "br", brotliDecompressSync],
      ["gzip", "gzip", gunzipSync],
      ["br;q=0.5, gzip", "gzip", gunzipSync],
      ["identity", undefined, Buffer.from],
      ["br;q=0", undefined, Buffer.from],
    ] as const) {
      const { response, body } = await ask(target, { "accept-encoding": accepted });
      expect([accepted, response.headers["content-encoding"]]).toEqual([accepted, coding]);
      expect(undo(body).toString()).toBe(style);
      expect(response.headers["content-type"]).toBe("text/css; charset=utf-8");
      expect(response.headers.vary).toBe("accept-encoding");
      tags.add(response.headers.etag);
      const again = await ask(target, { "accept-encoding": accepted, "if-none-match": response.headers.etag ?? "" });
      expect([again.response.statusCode, again.body.length]).toEqual([304, 0]);
    }
    expect(tags.size).toBe(3);
  });

  it("come in parts, small ones from memory and large ones from the disk", async () => {
    const base = await url();
    const part = await ask(`${base}site.css`, { range: "bytes=5-9", "accept-encoding": "br" });
    expect([part.response.statusCode, part.body.toString()]).toEqual([206, style.slice(5, 10)]);
    expect(part.response.headers["content-encoding"]).toBeUndefined();
    const large = await ask(`${base}film.bin`, { range: "bytes=2999990-" });
    expect([large.response.statusCode, large.body.toString()]).toEqual([206, "0123456789"]);
    expect((await ask(`${base}film.bin`)).body).toHaveLength(3_000_000);
    expect((await ask(`${base}film.bin`, { range: "bytes=3000000-" })).response.statusCode).toBe(416);
  });

  it("of the last release are there for its pages, and the manifest and what links lead to are not", async () => {
    const base = await url();
    const old = await fetch(`${base}site.000000000000.css`);
    expect([await old.text(), old.headers.get("cache-control")]).toEqual([
      "of the last release",
      "public, max-age=31536000, immutable",
    ]);
    for (const name of ["staticfiles.json", "link.txt", "../secret.txt", "%2e%2e/secret.txt"]) {
      expect([name, (await ask(base + name)).response.statusCode]).toEqual([name, 404]);
    }
  });

  it("may be used by pages of other sites where they have a host of their own", async () => {
    expect((await fetch(`${await url({ isShared: true })}site.css`)).headers.get("access-control-allow-origin")).toBe(
      "*",
    );
    expect((await fetch(`${await url()}site.css`)).headers.get("access-control-allow-origin")).toBeNull();
  });
});

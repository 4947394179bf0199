import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, normalize, sep } from "node:path";

import mime from "mime";

import type { Application, HeaderLine, HttpScope, Send } from "../core/index.js";

/** How files are found and cached. */
export interface StaticFilesOptions {
  /** Where the files lie; the first directory that has a file gives it. */
  readonly directories: readonly string[];
  /** The path that the files are served under, with slashes at both ends. Default `/static/`. */
  readonly prefix?: string;
  /** Whether a file is looked at again for each request. Default false: it is read once and kept. */
  readonly reload?: boolean;
  /** How long clients may use a file without asking again, in seconds. Default 3,600; 0 when `reload`. */
  readonly maxAgeS?: number;
  /** How many bytes of files are kept in memory. Default 64 MiB; beyond that they are read anew. */
  readonly maxCacheBytes?: number;
}

interface StaticFile {
  readonly body: Buffer;
  readonly headers: readonly HeaderLine[];
  readonly etag: string;
}

/** Serves the files of some directories by GET and HEAD. Nothing outside of them can be reached. */
export class StaticFiles {
  readonly #directories: readonly string[];
  readonly #prefix: string;
  readonly #reload: boolean;
  readonly #cacheControl: string;
  readonly #maxCacheBytes: number;
  readonly #cache = new Map<string, StaticFile>();
  #cachedBytes = 0;

  constructor(options: StaticFilesOptions) {
    const { directories, prefix = "/static/", reload = false, maxCacheBytes = 67_108_864 } = options;
    this.#directories = directories;
    this.#prefix = prefix;
    this.#reload = reload;
    this.#maxCacheBytes = maxCacheBytes;
    const maxAgeS = options.maxAgeS ?? (reload ? 0 : 3600);
    this.#cacheControl = maxAgeS === 0 ? "no-cache" : `public, max-age=${maxAgeS}`;
  }

  /** Whether a request for `path` (decoded) is for these files. */
  serves(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** Answers every request of an `http` scope: 200, 304, 404 or 405. */
  readonly application: Application<HttpScope> = (scope, send) => ({
    handle: (message) => (message.type === "http.request" ? this.#answer(scope, send) : undefined),
  });

  async #answer(scope: HttpScope, send: Send): Promise<void> {
    if (scope.method !== "GET" && scope.method !== "HEAD") {
      await send({ type: "http.response", status: 405, headers: [["allow", "GET, HEAD"]], body: "" });
      return;
    }
    const file = await this.#find(scope.path.slice(this.#prefix.length));
    if (file === undefined) {
      const headers: HeaderLine[] = [["content-type", "text/plain; charset=utf-8"]];
      await send({ type: "http.response", status: 404, headers, body: "Not Found" });
      return;
    }
    const isKnown = matchesEtag(scope.headers.get("if-none-match"), file.etag);
    await send({
      type: "http.response",
      status: isKnown ? 304 : 200,
      headers: file.headers,
      body: isKnown ? "" : file.body,
    });
  }

  async #find(name: string): Promise<StaticFile | undefined> {
    if (!isPlainFileName(name)) return undefined;
    const cached = this.#cache.get(name);
    if (cached !== undefined) return cached;
    for (const directory of this.#directories) {
      const path = join(directory, normalize(name));
      const info = await stat(path).catch(() => undefined);
      if (info?.isFile() !== true) continue;
      const file = this.#describe(path, await readFile(path));
      this.#keep(name, file);
      return file;
    }
    return undefined;
  }

  #describe(path: string, body: Buffer): StaticFile {
    const type = mime.getType(path) ?? "application/octet-stream";
    const isText = /^text\/|[/+](?:json|javascript|xml)$/.test(type);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const headers: HeaderLine[] = [
      ["content-type", isText ? `${type}; charset=utf-8` : type],
      ["cache-control", this.#cacheControl],
      ["etag", etag],
      ["x-content-type-options", "nosniff"],
    ];
    return { body, headers, etag };
  }

  #keep(name: string, file: StaticFile): void {
    if (this.#reload || this.#cachedBytes + file.body.length > this.#maxCacheBytes) return;
    this.#cache.set(name, file);
    this.#cachedBytes += file.body.length;
  }
}

/** No parent directory, no absolute or hidden file, no other separator, no NUL. */
function isPlainFileName(name: string): boolean {
  if (name === "" || name.includes("\0") || name.includes("\\") || (sep !== "/" && name.includes(sep))) return false;
  return name.split("/").every((segment) => segment !== "" && !segment.startsWith("."));
}

/** Whether `If-None-Match` names `etag`, weakly compared (RFC 9110 §13.1.2). */
function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((given) => given.trim().replace(/^W\//, "") === etag);
}

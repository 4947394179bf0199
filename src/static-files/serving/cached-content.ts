import { readFile } from "node:fs/promises";

import { type Content, entityTagOf } from "../../consumers/index.js";

/** A file that is kept in memory. */
export class CachedContent implements Content {
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, lastModified: Date) {
    this.#bytes = bytes;
    this.size = bytes.byteLength;
    this.lastModified = lastModified;
    this.etag = entityTagOf(bytes);
  }

  async *read(first: number, last: number): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(this.#bytes.subarray(first, last + 1));
  }
}

/** Files beyond this are read from the disk as they are sent. */
const maxFileBytes = 1_048_576;

/** Files in memory, up to a limit; what does not fit is not kept. */
export class ContentCache {
  readonly #maxBytes: number;
  readonly #contents = new Map<string, CachedContent>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(path: string): CachedContent | undefined {
    return this.#contents.get(path);
  }

  /** Reads a file and keeps it, or gives `undefined` where there is no room for it. */
  async load(path: string, size: number, lastModified: Date): Promise<CachedContent | undefined> {
    if (size > maxFileBytes || this.#bytes + size > this.#maxBytes) return undefined;
    const content = new CachedContent(await readFile(path), lastModified);
    // Two requests may have asked for it at once.
    if (!this.#contents.has(path)) this.#bytes += content.size;
    this.#contents.set(path, content);
    return content;
  }
}

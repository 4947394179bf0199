import type { Content } from "../consumers/index.js";

/**
 * A file of a storage, opened: what a consumer's `this.file(content)` sends, with ranges and conditions. Whoever opens it
 * closes it; `bytes()` and `text()` do so by themselves, and `stream()` at its end.
 */
export class StoredContent implements Content {
  /** In the storage. */
  readonly name: string;
  readonly #content: Content;

  constructor(name: string, content: Content) {
    this.name = name;
    this.#content = content;
  }

  get size(): number {
    return this.#content.size;
  }

  get type(): string | undefined {
    return this.#content.type;
  }

  get etag(): string | undefined {
    return this.#content.etag;
  }

  get lastModified(): Date | undefined {
    return this.#content.lastModified;
  }

  read(first: number, last: number): AsyncIterable<Uint8Array> {
    return this.#content.read(first, last);
  }

  async close(): Promise<void> {
    await this.#content.close?.();
  }

  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.size > 0) yield* this.read(0, this.size - 1);
    } finally {
      await this.close();
    }
  }

  /** All of it, in memory. */
  async bytes(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** All of it, as UTF-8. */
  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }
}

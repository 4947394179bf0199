import { randomBytes } from "node:crypto";

import type { ByteRange } from "./byte-ranges.js";
import type { Content } from "./content.js";

/** Several parts of a content as one body of type `multipart/byteranges` (RFC 9110 §14.6). */
export class ByterangesBody {
  readonly type: string;
  /** In bytes, boundaries included. */
  readonly size: number;
  readonly #content: Content;
  readonly #ranges: readonly ByteRange[];
  readonly #heads: readonly Buffer[];
  readonly #end: Buffer;

  constructor(content: Content, type: string, ranges: readonly ByteRange[]) {
    const boundary = randomBytes(18).toString("base64url");
    this.type = `multipart/byteranges; boundary=${boundary}`;
    this.#content = content;
    this.#ranges = ranges;
    this.#heads = ranges.map((range) =>
      Buffer.from(
        `\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, content.size)}\r\n\r\n`,
      ),
    );
    this.#end = Buffer.from(`\r\n--${boundary}--\r\n`);
    this.size =
      this.#heads.reduce((total, head) => total + head.length, this.#end.length) +
      ranges.reduce((total, { first, last }) => total + last - first + 1, 0);
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const [index, { first, last }] of this.#ranges.entries()) {
      yield this.#heads[index] ?? Buffer.alloc(0);
      yield* this.#content.read(first, last);
    }
    yield this.#end;
  }
}

/** `bytes 0-99/1234` */
export function contentRange({ first, last }: ByteRange, size: number): string {
  return `bytes ${first}-${last}/${size}`;
}

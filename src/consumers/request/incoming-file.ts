import type { FileFacts } from "./uploaded-file.js";

/** A file of a form while it comes in. */
export class IncomingFile implements FileFacts {
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #onBytes: (bytes: number) => void;

  /** `onBytes` is told of every piece that is read, and may throw. */
  constructor({ field, name, type }: FileFacts, source: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void) {
    this.field = field;
    this.name = name;
    this.type = type;
    this.#source = source;
    this.#onBytes = onBytes;
  }

  /**
   * Its bytes as they come; the client is held back while nobody asks for the next. To be read once, and before the
   * handler that was given the file returns: what is left is dropped then.
   */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of this.#source) {
      this.#onBytes(piece.length);
      yield piece;
    }
  }
}

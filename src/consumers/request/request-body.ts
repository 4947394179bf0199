import { BodyTooLarge, type RequestHeaders } from "../../core/index.js";
import { BodyUsed, ClientGone } from "../errors.js";

/** How much of a body may wait for somebody to read it before the client is held back, in bytes. */
const highWaterBytes = 65_536;

/** What a request reads its body from. */
export interface BodyReader {
  /**
   * The whole body, at most `maxBytes`; the same at every call, and without a promise where it is here. Throws or rejects
   * with `BodyTooLarge`, `ClientGone` or `BodyUsed`.
   */
  read(maxBytes: number): Uint8Array | Promise<Uint8Array>;
  /**
   * The pieces of the body as they come; the client is held back while nobody asks for the next. Rejects with
   * `ClientGone`, with `BodyTooLarge` beyond `maxBytes`, and with `BodyUsed` when the body was read before.
   */
  stream(maxBytes: number): AsyncIterable<Uint8Array>;
}

const nothing = new Uint8Array(0);

/** The body of a request that has none. */
export const emptyBody: BodyReader = {
  read: () => nothing,
  async *stream() {},
};

/** The body of one request as it arrives, piece by piece. It is read once: whole, and kept, or as a stream. */
export class RequestBody implements BodyReader {
  readonly #headers: RequestHeaders;
  #pieces: Uint8Array[] = [];
  /** How much waits in `#pieces`. */
  #bytes = 0;
  #isWhole = false;
  #isGone = false;
  /** What still comes is not kept. */
  #isDropped = false;
  #isStreamed = false;
  #reading: Uint8Array | Promise<Uint8Array> | undefined;
  #onProgress: (() => void) | undefined;
  #held: Promise<void> | undefined;
  #onRelease: (() => void) | undefined;

  constructor(headers: RequestHeaders) {
    this.#headers = headers;
  }

  /** Takes a piece. A promise asks to hold the next one back until somebody reads. */
  push(piece: Uint8Array, moreBody: boolean): void | Promise<void> {
    this.#isWhole = !moreBody;
    if (!this.#isDropped && piece.length > 0) {
      this.#pieces.push(piece);
      this.#bytes += piece.length;
    }
    this.#onProgress?.();
    if (this.#isWhole || this.#isDropped || this.#reading !== undefined || this.#bytes < highWaterBytes) return;
    this.#held ??= new Promise((resolve) => {
      this.#onRelease = resolve;
    });
    return this.#held;
  }

  #release(): void {
    this.#onRelease?.();
    this.#held = undefined;
    this.#onRelease = undefined;
  }

  /** The client has gone, and nothing more comes. */
  abandon(): void {
    this.#isGone = true;
    this.#onProgress?.();
    this.#release();
  }

  /** Nobody reads any more: what came is forgotten, and what still comes is not kept. */
  drop(): void {
    this.#isDropped = true;
    this.#pieces = [];
    this.#bytes = 0;
    this.#onProgress?.();
    this.#release();
  }

  read(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (this.#reading !== undefined) return this.#reading;
    if (this.#isStreamed) throw new BodyUsed({ before: "as a stream" });
    this.#refuseAnnounced(maxBytes);
    this.#release();
    return (this.#reading = this.#isWhole ? this.#whole(maxBytes) : this.#readRest(maxBytes));
  }

  async #readRest(maxBytes: number): Promise<Uint8Array> {
    while (!this.#isWhole) {
      if (this.#isGone || this.#isDropped) throw new ClientGone();
      if (this.#bytes > maxBytes) this.#refuse(maxBytes);
      await this.#progress();
    }
    return this.#whole(maxBytes);
  }

  #whole(maxBytes: number): Uint8Array {
    if (this.#bytes > maxBytes) this.#refuse(maxBytes);
    const [only] = this.#pieces;
    const whole = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    return whole;
  }

  async *stream(maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#reading !== undefined) throw new BodyUsed({ before: "as a whole" });
    if (this.#isStreamed) throw new BodyUsed({ before: "as a stream" });
    this.#isStreamed = true;
    this.#refuseAnnounced(maxBytes);
    for (let streamed = 0; ;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#bytes -= piece.length;
        streamed += piece.length;
        if (streamed > maxBytes) this.#refuse(maxBytes);
        if (this.#bytes < highWaterBytes) this.#release();
        yield piece;
      } else if (this.#isGone || this.#isDropped) {
        throw new ClientGone();
      } else if (this.#isWhole) {
        return;
      } else {
        await this.#progress();
      }
    }
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#onProgress = resolve;
    });
  }

  /** What the client announces is believed where it is too much, so that a large body is refused before it comes. */
  #refuseAnnounced(maxBytes: number): void {
    if (Number(this.#headers.get("content-length") ?? 0) > maxBytes) this.#refuse(maxBytes);
  }

  #refuse(maxBytes: number): never {
    this.drop();
    throw new BodyTooLarge({ maxBytes });
  }
}

import { BodyTooLarge, HeaderLines, type RequestHeaders } from "../../core/index.js";
import { ClientGone } from "../errors.js";

/** How much of a body may wait for somebody to read it before the client is held back, in bytes. */
const highWaterBytes = 65_536;

/** The body of one request as it arrives, piece by piece. */
export class RequestBody {
  /** Shared by all requests without a body. */
  static readonly empty = new RequestBody(new HeaderLines());
  static {
    void RequestBody.empty.push(new Uint8Array(0), false);
  }

  readonly #headers: RequestHeaders;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;
  #isWhole = false;
  #isGone = false;
  #isRefused = false;
  #reading: Promise<Uint8Array> | undefined;
  #onProgress: (() => void) | undefined;
  #release: (() => void) | undefined;

  constructor(headers: RequestHeaders) {
    this.#headers = headers;
  }

  /** Takes a piece. A promise asks to hold the next one back until somebody reads. */
  push(piece: Uint8Array, moreBody: boolean): void | Promise<void> {
    if (this.#isRefused) return;
    if (piece.length > 0) this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#isWhole = !moreBody;
    this.#onProgress?.();
    if (this.#isWhole || this.#reading !== undefined || this.#bytes < highWaterBytes) return;
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** The client has gone, and nothing more comes. */
  abandon(): void {
    this.#isGone = true;
    this.#onProgress?.();
    this.#release?.();
  }

  /** The whole body, at most `maxBytes`; the same at every call. Rejects with `BodyTooLarge` or `ClientGone`. */
  read(maxBytes: number): Promise<Uint8Array> {
    this.#reading ??= this.#readAll(maxBytes);
    return this.#reading;
  }

  async #readAll(maxBytes: number): Promise<Uint8Array> {
    // What the client announces is believed where it is too much, so that a large body is refused before it comes.
    if (Number(this.#headers.get("content-length") ?? 0) > maxBytes) this.#refuse(maxBytes);
    this.#release?.();
    while (!this.#isWhole) {
      if (this.#isGone) throw new ClientGone();
      if (this.#bytes > maxBytes) this.#refuse(maxBytes);
      await new Promise<void>((resolve) => {
        this.#onProgress = resolve;
      });
    }
    if (this.#bytes > maxBytes) this.#refuse(maxBytes);
    const [only] = this.#pieces;
    return this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
  }

  /** What came is forgotten, and what still comes is not kept. */
  #refuse(maxBytes: number): never {
    this.#isRefused = true;
    this.#pieces.length = 0;
    this.#release?.();
    throw new BodyTooLarge({ maxBytes });
  }
}

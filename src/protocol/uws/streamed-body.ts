import type { HttpResponse } from "uWebSockets.js";

import type { HttpBody } from "../http-messages.js";
import { byteLength } from "../response-message.js";

/** Writes a response body in pieces, one at a time, and says when the client has taken a piece. */
export abstract class StreamedBody {
  protected readonly response: HttpResponse;
  #release: (() => void) | undefined;

  constructor(response: HttpResponse) {
    this.response = response;
  }

  /** Writes a piece; the caller has corked the response. Returns whether all of it left. */
  protected abstract tryWrite(body: HttpBody): boolean;
  /** The client has read on. Returns whether everything has left now. */
  protected abstract tryAgain(): boolean;
  /** Whether the library ends the response with the last byte of `body`: from then on it must not be touched. */
  abstract endsWith(body: HttpBody): boolean;

  /** Whether a piece waits for the client. */
  get isBehind(): boolean {
    return this.#release !== undefined;
  }

  /** A promise means that the client is behind; it resolves when it caught up or is gone, and never rejects. */
  write(body: HttpBody): void | Promise<void> {
    let isAllOut = true;
    this.response.cork(() => {
      isAllOut = this.tryWrite(body);
    });
    if (isAllOut) return;
    this.response.onWritable(() => this.retry());
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** Tries to write what is left. Returns whether everything is out. */
  retry(): boolean {
    if (this.#release === undefined) return true;
    const isAllOut = this.tryAgain();
    if (isAllOut) this.abandon();
    return isAllOut;
  }

  /** Nobody waits for the client any longer. */
  abandon(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }
}

/** A body of unknown length, in chunked coding; what the client does not read at once waits in the library. */
export class ChunkedBody extends StreamedBody {
  protected override tryWrite(body: HttpBody): boolean {
    return this.response.write(body);
  }

  protected override tryAgain(): boolean {
    return true;
  }

  override endsWith(): boolean {
    return false;
  }
}

/** A body whose length is known; the library takes what fits and wants the rest again. */
export class MeasuredBody extends StreamedBody {
  readonly #length: number;
  #begin = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(response: HttpResponse, length: number) {
    super(response);
    this.#length = length;
  }

  protected override tryWrite(body: HttpBody): boolean {
    this.#begin = this.response.getWriteOffset();
    this.#bytes = typeof body === "string" ? Buffer.from(body) : body;
    return this.#try(this.#bytes);
  }

  protected override tryAgain(): boolean {
    return this.#try(this.#bytes.subarray(this.response.getWriteOffset() - this.#begin));
  }

  #try(bytes: Uint8Array): boolean {
    const [isTaken, isComplete] = this.response.tryEnd(bytes, this.#length);
    return isTaken || isComplete;
  }

  override endsWith(body: HttpBody): boolean {
    return this.response.getWriteOffset() + byteLength(body) >= this.#length;
  }
}

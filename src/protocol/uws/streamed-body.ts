import type { HttpResponse } from "uWebSockets.js";

import type { HttpBody } from "../http-messages.js";

/** Writes a response body in pieces, holding the writer back while the client is behind. */
export abstract class StreamedBody {
  protected readonly response: HttpResponse;
  #pending: Promise<void> | undefined;
  #release: (() => void) | undefined;

  constructor(response: HttpResponse) {
    this.response = response;
  }

  /** Writes a piece; the caller has corked the response. Returns whether all of it left. */
  protected abstract tryWrite(body: HttpBody): boolean;
  /** The client has read on and `offset` bytes of the body are out. Returns whether everything left. */
  protected abstract tryAgain(offset: number): boolean;
  /** Ends the body; the caller has corked the response. */
  abstract end(closesConnection: boolean): void;

  /** A promise means that the client is behind; it resolves when it caught up or is gone, and never rejects. */
  write(body: HttpBody): void | Promise<void> {
    if (this.#pending !== undefined) return this.#pending.then(() => this.write(body));
    if (this.#isGone) return;
    let isAllOut = true;
    this.response.cork(() => {
      isAllOut = this.tryWrite(body);
    });
    if (isAllOut) return;
    this.#pending = new Promise((resolve) => {
      this.#release = () => {
        this.#pending = undefined;
        resolve();
      };
      this.response.onWritable((offset) => {
        const isDrained = this.tryAgain(offset);
        if (isDrained) this.#release?.();
        return isDrained;
      });
    });
    return this.#pending;
  }

  #isGone = false;

  /** The client has gone: nobody waits for it any longer. */
  abandon(): void {
    this.#isGone = true;
    this.#release?.();
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

  override end(closesConnection: boolean): void {
    this.response.end(undefined, closesConnection);
  }
}

/** A body whose `Content-Length` is announced; the library takes what fits and wants the rest again. */
export class MeasuredBody extends StreamedBody {
  readonly #length: number;
  #begin = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #isComplete = false;

  constructor(response: HttpResponse, length: number) {
    super(response);
    this.#length = length;
  }

  protected override tryWrite(body: HttpBody): boolean {
    this.#begin = this.response.getWriteOffset();
    this.#bytes = typeof body === "string" ? Buffer.from(body) : body;
    return this.#try(this.#bytes);
  }

  protected override tryAgain(offset: number): boolean {
    return this.#try(this.#bytes.subarray(offset - this.#begin));
  }

  #try(bytes: Uint8Array): boolean {
    const [isTaken, isComplete] = this.response.tryEnd(bytes, this.#length);
    this.#isComplete = isComplete;
    return isTaken || isComplete;
  }

  override end(): void {
    // Less than announced was written: a client must not take the rest of the connection for the body.
    if (!this.#isComplete) this.response.close();
  }
}

import type { HttpBody } from "../../protocol/index.js";
import { HttpResponse, type ResponseOptions } from "./response.js";

/** Options of `openStream`. */
export interface OpenStreamOptions extends ResponseOptions {
  /** The media type. Default `application/octet-stream`. */
  readonly type?: string;
}

/** Where a stream puts what it is given; the consumer that opened it. */
export interface StreamOutlet {
  /** Sends status and headers. */
  begin(stream: ResponseStream): void;
  /** Sends a piece. A promise means that the client is behind. */
  write(piece: HttpBody): void | Promise<void>;
  /** Ends the response. */
  end(): void | Promise<void>;
}

/** A response that is written piece by piece, whenever there is something to write. */
export class ResponseStream extends HttpResponse {
  override readonly type = "http.response.start";
  readonly #outlet: StreamOutlet;
  #phase: "ready" | "open" | "over" = "ready";
  #bytes = 0;

  constructor(outlet: StreamOutlet, { type = "application/octet-stream", ...options }: OpenStreamOptions = {}) {
    super("", options);
    this.#outlet = outlet;
    this.setDefaultHeader("content-type", type);
  }

  /** Whether something can be written: it was not ended, and the client is there. */
  get isOpen(): boolean {
    return this.#phase !== "over";
  }

  /** Whether status and headers have been sent. */
  get hasBegun(): boolean {
    return this.#phase !== "ready";
  }

  /** How much of the body was written, in bytes. */
  get bytesWritten(): number {
    return this.#bytes;
  }

  /**
   * Sends a piece, and before the first one status and headers. A promise means that the client is behind: await it to
   * go at its pace. What is written to a stream that is over is dropped.
   */
  write(piece: HttpBody): void | Promise<void> {
    if (this.#phase === "over" || piece.length === 0) return;
    // A head that cannot be sent throws here, and then nothing has begun.
    if (this.#phase === "ready") this.#outlet.begin(this);
    if (!this.isOpen) return;
    this.#phase = "open";
    this.#bytes += typeof piece === "string" ? Buffer.byteLength(piece) : piece.byteLength;
    return this.#outlet.write(piece);
  }

  /** Ends the response; again is no error. */
  end(): void | Promise<void> {
    if (this.#phase === "over") return;
    if (this.#phase === "ready") this.#outlet.begin(this);
    if (!this.isOpen) return;
    this.#phase = "over";
    return this.#outlet.end();
  }

  /** The client has gone, or the connection is about to be cut: nothing more is sent. */
  abandon(): void {
    this.#phase = "over";
  }
}

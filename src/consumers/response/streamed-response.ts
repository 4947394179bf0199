import type { ReadableStream } from "node:stream/web";

import type { HttpBody } from "../../protocol/index.js";
import { HttpResponse, type ResponseOptions } from "./response.js";

/** Where the pieces of a body come from. They go out as they are: text as UTF-8. */
export type BodySource = AsyncIterable<HttpBody> | ReadableStream<HttpBody>;

/** Options of `stream`. */
export interface StreamOptions extends ResponseOptions {
  /** The media type. Default `application/octet-stream`. */
  readonly type?: string;
  /** Called once, when nothing more is read from the source: all was sent, it failed, or the client has gone. */
  readonly onEnd?: () => void | Promise<void>;
}

/** A response whose body is read from a source while it is sent, at the client's pace. */
export class StreamedResponse extends HttpResponse {
  override readonly type = "http.response.start";
  readonly source: BodySource;
  readonly #onEnd: (() => void | Promise<void>) | undefined;
  #isOver = false;

  constructor(source: BodySource, { type = "application/octet-stream", onEnd, ...options }: StreamOptions = {}) {
    super("", options);
    this.source = source;
    this.#onEnd = onEnd;
    this.setDefaultHeader("content-type", type);
  }

  /** Nothing more is read from the source. */
  async over(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#onEnd?.();
  }
}

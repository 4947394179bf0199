import { Readable } from "node:stream";

import type { HttpBody } from "../../protocol/index.js";
import type { ResponseStream } from "./response-stream.js";
import type { BodySource, StreamedResponse } from "./streamed-response.js";

interface Reader {
  next(): Promise<IteratorResult<HttpBody, unknown>>;
  /** Tells the source that nobody reads any more. */
  cancel(): Promise<unknown> | undefined;
}

const cancelled = Symbol("cancelled");

/** Moves a streamed response from its source to its client, at the client's pace. */
export class Pump {
  readonly #response: StreamedResponse;
  readonly #stream: ResponseStream;
  #isCancelled = false;
  #onCancel: ((outcome: typeof cancelled) => void) | undefined;

  constructor(response: StreamedResponse, stream: ResponseStream) {
    this.#response = response;
    this.#stream = stream;
  }

  /** The client has gone: what is awaited is awaited no longer, and the source is told. */
  cancel(): void {
    this.#isCancelled = true;
    this.#onCancel?.(cancelled);
  }

  /** Resolves when all was sent or the client has gone. Rejects with what the source throws. */
  async run(): Promise<void> {
    const reader = readerOf(this.#response.source);
    let isDone = false;
    try {
      for (;;) {
        const step = await this.#next(reader);
        if (step === cancelled) return;
        if (step.done === true) break;
        const written = this.#stream.write(step.value);
        if (written !== undefined) await written;
      }
      isDone = true;
      await this.#stream.end();
    } catch (error) {
      if (!this.#isCancelled) throw error;
    } finally {
      // A source that is busy ends when it looks up; nobody waits for that, and nobody hears its last words.
      if (!isDone) void reader.cancel()?.catch(() => {});
      await this.#response.over();
    }
  }

  #next(reader: Reader): Promise<IteratorResult<HttpBody, unknown> | typeof cancelled> {
    if (this.#isCancelled) return Promise.resolve(cancelled);
    return new Promise((resolve, reject) => {
      this.#onCancel = resolve;
      reader.next().then(resolve, reject);
    });
  }
}

function readerOf(source: BodySource): Reader {
  if ("getReader" in source) {
    const reader = source.getReader();
    return { next: () => reader.read(), cancel: () => reader.cancel() };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    cancel: () => {
      // Its iterator would wait for the next piece first.
      if (source instanceof Readable) source.destroy();
      return iterator.return?.();
    },
  };
}

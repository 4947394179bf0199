import type { Send } from "../../../core/index.js";
import type { HttpResponseBodyMessage } from "../../../protocol/index.js";
import { CompressionBehind } from "../../errors.js";
import { PieceCompressor } from "./compressor.js";
import type { ContentCoding } from "./content-coding.js";

/** How much may wait to be compressed and sent for an application that does not wait for its client, in bytes. */
const maxWaitingBytes = 1_048_576;

/** Compresses the pieces of a streamed response in their order, each when the one before it was taken. */
export class CompressedStream {
  readonly #compressor: PieceCompressor;
  readonly #send: Send;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;

  constructor(coding: ContentCoding, send: Send) {
    this.#compressor = new PieceCompressor(coding);
    this.#send = send;
  }

  /** Resolves when the client can take more. Throws `CompressionBehind` when too much waits. */
  push({ body = "", moreBody = false }: HttpResponseBodyMessage): Promise<void> {
    const piece = typeof body === "string" ? Buffer.from(body) : body;
    if (this.#waitingBytes > 0 && this.#waitingBytes + piece.byteLength > maxWaitingBytes)
      throw new CompressionBehind({ maxBytes: maxWaitingBytes });
    this.#waitingBytes += piece.byteLength;
    this.#last = this.#last.then(async () => {
      const output = moreBody ? await this.#compressor.push(piece) : await this.#compressor.end(piece);
      await this.#send({ type: "http.response.body", body: output, moreBody });
      this.#waitingBytes -= piece.byteLength;
    });
    return this.#last;
  }
}

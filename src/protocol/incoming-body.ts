import type { HttpScope } from "../core/index.js";
import type { HttpRequestMessage } from "./http-messages.js";

/** A request body that is not all here yet, and what came of it while the application was busy. */
export class IncomingBody {
  /** The scope of an application that starts with the first piece; gone when it has started. */
  scope: HttpScope | undefined;
  /** How much is to come, in bytes; `Infinity` when that is not known. */
  left: number;
  /** Whether the library was asked to stop reading. */
  isHeld = false;
  /** Whether somebody looks after the client's pace. */
  isPaced = false;
  #pieces: HttpRequestMessage[] = [];
  #bytes = 0;

  constructor(scope: HttpScope, length: number) {
    this.scope = scope;
    this.left = length;
  }

  /** Keeps a piece for later. Returns how many bytes are kept now. */
  keep(piece: HttpRequestMessage): number {
    this.#pieces.push(piece);
    this.#bytes += piece.body.byteLength;
    return this.#bytes;
  }

  /** The next piece that was kept. */
  next(): HttpRequestMessage | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#bytes -= piece.body.byteLength;
    return piece;
  }

  /** Forgets what was kept. */
  drop(): void {
    this.#pieces = [];
    this.#bytes = 0;
  }
}

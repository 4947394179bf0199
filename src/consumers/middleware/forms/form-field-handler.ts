import type { Handler, Message } from "../../../core/index.js";
import type { HttpRequestMessage } from "../../../protocol/index.js";
import { findField, maxFieldOffset } from "./form-field.js";

/**
 * Holds a request back until a field of its form is known, or known to be missing, and then gives everything to the
 * handler that `decide` chooses by the field's value. Keeps no more of the body than the beginning.
 */
export class FormFieldHandler implements Handler {
  readonly #contentType: string;
  readonly #name: string;
  readonly #decide: (value: string | undefined) => Handler;
  #held: HttpRequestMessage[] = [];
  #heldBytes = 0;
  /** From how many bytes on to look again: a body that comes byte by byte must not cost a look for each. */
  #nextLook = 0;
  #inner: Handler | undefined;

  constructor(contentType: string, name: string, decide: (value: string | undefined) => Handler) {
    this.#contentType = contentType;
    this.#name = name;
    this.#decide = decide;
  }

  handle(message: Message): void | Promise<void> {
    if (this.#inner !== undefined) return this.#inner.handle(message);
    // A client that goes before anything is decided has asked for nothing.
    if (message.type !== "http.request") return;
    const { body, moreBody } = message as HttpRequestMessage;
    this.#held.push(message as HttpRequestMessage);
    this.#heldBytes += body.length;
    if (moreBody && this.#heldBytes < this.#nextLook) return;
    this.#nextLook = Math.min(2 * this.#heldBytes, maxFieldOffset);
    const beginning = Buffer.concat(this.#held.map((held) => held.body)).subarray(0, maxFieldOffset);
    const found = findField(this.#contentType, beginning, !moreBody, this.#name);
    if (found === "unknown") return;
    this.#inner = this.#decide(found === "missing" ? undefined : found.value);
    return this.#release(this.#inner);
  }

  /** A handler that is behind gets one piece at a time; the server holds back what follows. */
  async #release(inner: Handler): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const message of held) await inner.handle(message);
  }
}

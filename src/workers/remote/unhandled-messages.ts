import type { Message } from "../../core/index.js";

/** A message on its way to a consumer. */
export interface Unhandled {
  /** Its place in the order of arrival. */
  readonly n: number;
  readonly message: Message;
  /** The alias of the layer that it came over, if it did. */
  readonly layer: string | undefined;
  /** How many messages the consumer has sent while it handled this one. */
  answers: number;
  /** How many of its answers are not to be sent, because they were before another process took over. */
  skipped: number;
}

/**
 * What a consumer in another process was given and has not handled. Whoever takes over from that process gets all of it
 * again, in order; what was sent in answer by then is not sent twice.
 */
export class UnhandledMessages implements Iterable<Unhandled> {
  readonly #messages = new Map<number, Unhandled>();
  #last = 0;

  get size(): number {
    return this.#messages.size;
  }

  add(message: Message, layer?: string): Unhandled {
    this.#last += 1;
    const unhandled = { n: this.#last, message, layer, answers: 0, skipped: 0 };
    this.#messages.set(this.#last, unhandled);
    return unhandled;
  }

  /**
   * The `n`th is handled, and so is what came before it the same way: the messages of the client are handled in order,
   * and middleware may have kept some of them to itself.
   */
  handled(n: number): void {
    const done = this.#messages.get(n);
    if (done === undefined) return;
    for (const earlier of this.#messages.values()) {
      if (earlier.n > n) break;
      if ((earlier.layer === undefined) === (done.layer === undefined)) this.#messages.delete(earlier.n);
    }
  }

  /** Whether an answer to the `n`th message is to be sent: not where it was sent before a takeover. */
  answers(n: number): boolean {
    const asked = this.#messages.get(n);
    if (asked === undefined) return true;
    asked.answers += 1;
    return asked.answers > asked.skipped;
  }

  /** Another process goes on. */
  takenOver(): void {
    for (const message of this.#messages.values()) {
      message.skipped = Math.max(message.skipped, message.answers);
      message.answers = 0;
    }
  }

  has(n: number): boolean {
    return this.#messages.has(n);
  }

  clear(): void {
    this.#messages.clear();
  }

  [Symbol.iterator](): Iterator<Unhandled> {
    return this.#messages.values();
  }
}

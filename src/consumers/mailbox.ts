import type { Message } from "../core/index.js";

/** Who sent a message: the protocol server (or worker) that owns the scope, or the channel layer. */
export type Origin = "protocol" | "layer";

interface Waiting {
  readonly message: Message;
  readonly origin: Origin;
}

/**
 * Hands the messages of one scope to its consumer one at a time, in order of arrival. A message that finds the
 * consumer idle is handled at once, without a promise or a queue.
 */
export abstract class Mailbox {
  /** Most mailboxes never hold anything; the queue is made when one does. */
  #queue: Waiting[] | undefined;
  #isBusy = false;
  #isHoldingLayer = false;
  #idle: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  /** Handles one message. It must neither throw nor reject. */
  protected abstract handleNext(message: Message, origin: Origin): void | Promise<void>;

  /** How many messages wait. */
  get size(): number {
    return this.#queue?.length ?? 0;
  }

  /** How many messages from `origin` wait. */
  waitingFrom(origin: Origin): number {
    let count = 0;
    for (const waiting of this.#queue ?? []) if (waiting.origin === origin) count += 1;
    return count;
  }

  post(message: Message, origin: Origin): void {
    if (this.#isBusy || (origin === "layer" && this.#isHoldingLayer)) {
      (this.#queue ??= []).push({ message, origin });
      return;
    }
    const handled = this.handleNext(message, origin);
    if (handled !== undefined) this.#waitFor(handled);
  }

  /** Whether nothing waits and nothing runs. */
  isIdle(): boolean {
    return !this.#isBusy && this.size === 0;
  }

  /** Settles when nothing waits and nothing runs; `undefined` when that is so now. */
  whenIdle(): Promise<void> | undefined {
    if (this.isIdle()) return undefined;
    this.#idle ??= new Promise((resolve) => {
      this.#onIdle = resolve;
    });
    return this.#idle;
  }

  /** Lets messages from the layer wait until `releaseLayer`. */
  holdLayer(): void {
    this.#isHoldingLayer = true;
  }

  /** Handles what came from the layer meanwhile. */
  releaseLayer(): void {
    if (!this.#isHoldingLayer) return;
    this.#isHoldingLayer = false;
    if (!this.#isBusy) this.#handleWaiting();
  }

  /** Forgets what waits: all of it, or what came from `origin`. Returns how much that was. */
  drop(origin?: Origin): number {
    const before = this.size;
    if (before > 0) this.#queue = this.#queue?.filter((waiting) => origin !== undefined && waiting.origin !== origin);
    if (!this.#isBusy && this.size === 0) this.#becomeIdle();
    return before - this.size;
  }

  #waitFor(handled: Promise<void>): void {
    this.#isBusy = true;
    void handled.then(() => {
      this.#isBusy = false;
      this.#handleWaiting();
    });
  }

  #handleWaiting(): void {
    for (;;) {
      const next = this.#takeNext();
      if (next === undefined) return this.#becomeIdle();
      const handled = this.handleNext(next.message, next.origin);
      if (handled !== undefined) return this.#waitFor(handled);
    }
  }

  #takeNext(): Waiting | undefined {
    const queue = this.#queue;
    if (queue === undefined || queue.length === 0) return undefined;
    if (!this.#isHoldingLayer) return queue.shift();
    const index = queue.findIndex((waiting) => waiting.origin === "protocol");
    return index < 0 ? undefined : queue.splice(index, 1)[0];
  }

  #becomeIdle(): void {
    if (this.size > 0) return;
    this.#onIdle?.();
    this.#idle = undefined;
    this.#onIdle = undefined;
  }
}

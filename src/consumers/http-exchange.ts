import type { LaterResponse } from "./response/later-response.js";
import type { Pump } from "./response/pump.js";
import type { ResponseStream } from "./response/response-stream.js";

/** What a consumer keeps of a request that it did not answer at once. */
export class HttpExchange {
  /** Settles when the response is complete; rejects when the connection must be cut instead. */
  readonly outcome: Promise<void>;
  /** Why the connection must be cut. */
  failure: Error | undefined;
  pump: Pump | undefined;
  stream: ResponseStream | undefined;
  /** Called when it is over, for whoever watches over it. */
  unwatched: (() => void) | undefined;
  #later: LaterResponse | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** A response follows later. `onTimeout` is called when it is due; `unwatch` ends the look-out for a stop. */
  wait(later: LaterResponse, onTimeout: () => void, unwatch: () => void): void {
    this.#later = later;
    this.#timer = setTimeout(onTimeout, later.timeoutMs);
    this.#unwatch = unwatch;
  }

  /** What was to come later, once. */
  takeLater(): LaterResponse | undefined {
    const later = this.#later;
    this.#stopWaiting();
    return later;
  }

  #stopWaiting(): void {
    this.#later = undefined;
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  #end(): void {
    this.#stopWaiting();
    this.unwatched?.();
    this.unwatched = undefined;
  }

  /** The client has gone. */
  cancel(): void {
    this.#stopWaiting();
    this.stream?.abandon();
    this.pump?.cancel();
  }

  /** The response is complete, or nobody is there for it any more. */
  finish(): void {
    this.#end();
    this.#resolve();
  }

  /** The response cannot be completed. */
  fail(failure: Error): void {
    this.#end();
    this.failure = failure;
    this.stream?.abandon();
    this.pump?.cancel();
    // Where nobody waits for the outcome, the next message is answered with the failure.
    this.outcome.catch(() => {});
    this.#reject(failure);
  }
}

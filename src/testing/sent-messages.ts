import { toError, type Message } from "../core/index.js";
import { NothingReceived } from "./errors.js";

/** What an application has sent, for a test to take one by one. */
export class SentMessages {
  readonly #messages: Message[] = [];
  #failure: Error | undefined;
  /** Those who wait for something to come, in the order in which they asked. */
  readonly #waiting = new Set<() => void>();

  add(message: Message): void {
    this.#messages.push(message);
    this.#tell();
  }

  /** The application threw: the next `take` that finds nothing throws it (T1). */
  fail(thrown: unknown): void {
    this.#failure = toError(thrown);
    this.#tell();
  }

  /** The next message. Rejects with `NothingReceived` after `timeoutMs`, which leaves the application running. */
  async take(expected: string, timeoutMs: number): Promise<Message> {
    const end = performance.now() + timeoutMs;
    // What came may have been for another who waits.
    for (let left = timeoutMs; this.#hasNothing && left > 0; left = end - performance.now()) await this.#changed(left);
    const message = this.#messages.shift();
    if (message !== undefined) return message;
    throw this.#failure ?? new NothingReceived({ expected, timeoutMs });
  }

  /** Throws what the application threw, if it did. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Whether nothing comes for `forMs`. */
  async isSilent(forMs: number): Promise<boolean> {
    // Another who waits may have taken what came.
    const came = !this.#hasNothing || (await this.#changed(forMs));
    if (this.#failure !== undefined) throw this.#failure;
    return !came;
  }

  get #hasNothing(): boolean {
    return this.#messages.length === 0 && this.#failure === undefined;
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Whether something came before the time was up. */
  #changed(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (came: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(came);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), timeoutMs);
      this.#waiting.add(wake);
    });
  }
}

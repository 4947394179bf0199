import { toError, type Message } from "../core/index.js";
import { NothingReceived } from "./errors.js";

/** What an application has sent, for a test to take one by one. */
export class SentMessages {
  readonly #messages: Message[] = [];
  #failure: Error | undefined;
  #onChange: (() => void) | undefined;

  add(message: Message): void {
    this.#messages.push(message);
    this.#onChange?.();
  }

  /** The application threw: the next `take` that finds nothing throws it (T1). */
  fail(thrown: unknown): void {
    this.#failure = toError(thrown);
    this.#onChange?.();
  }

  /** The next message. Rejects with `NothingReceived` after `timeoutMs`, which leaves the application running. */
  async take(expected: string, timeoutMs: number): Promise<Message> {
    if (this.#messages.length === 0 && this.#failure === undefined) await this.#changed(timeoutMs);
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
    if (this.#messages.length === 0 && this.#failure === undefined) await this.#changed(forMs);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#messages.length === 0;
  }

  #changed(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onChange = () => {
        clearTimeout(timer);
        this.#onChange = undefined;
        resolve();
      };
    });
  }
}

import type { Application, Handler, Message, Scope } from "../core/index.js";
import { NothingReceived } from "./errors.js";
import { patienceMs } from "./patience.js";
import { SentMessages } from "./sent-messages.js";

/**
 * Talks to any application in messages: what the communicators for requests and sockets do in friendlier words.
 *
 * What the application throws is thrown by the next call that waits for it. A wait that times out leaves the
 * application running.
 */
export class ApplicationCommunicator {
  readonly #application: Application;
  readonly #scope: Scope;
  readonly #sent = new SentMessages();
  #handler: Handler | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(application: Application, scope: Scope) {
    this.#application = application;
    this.#scope = scope;
  }

  /** Gives the application a message; the first one starts it. */
  sendInput(message: Message): void {
    try {
      this.#handler ??= this.#application(this.#scope, (sent) => this.#sent.add(sent));
      const handled = this.#handler.handle(message);
      if (handled !== undefined) this.#watch(handled);
    } catch (thrown) {
      this.#sent.fail(thrown);
    }
  }

  /** The next message of the application. Rejects with `NothingReceived` when none comes in time. */
  receiveOutput(timeoutMs = patienceMs()): Promise<Message> {
    return this.#sent.take("a message", timeoutMs);
  }

  /** Whether nothing comes for `forMs`. */
  receiveNothing(forMs = 50): Promise<boolean> {
    return this.#sent.isSilent(forMs);
  }

  /** Resolves when everything that was given is handled. Rejects with what the application throws, or `NothingReceived`. */
  async wait(timeoutMs = patienceMs()): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new NothingReceived({ expected: "the end of what runs", timeoutMs })), timeoutMs);
    });
    try {
      while (this.#running.size > 0) await Promise.race([Promise.all(this.#running), timeUp]);
      this.#sent.throwFailure();
    } finally {
      clearTimeout(timer);
    }
  }

  #watch(handled: Promise<void>): void {
    const settled = handled
      .catch((thrown: unknown) => this.#sent.fail(thrown))
      .finally(() => this.#running.delete(settled));
    this.#running.add(settled);
  }
}

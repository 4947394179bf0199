import { ThreadLacks } from "../errors.js";
import { reviveError } from "../tasks/error-info.js";
import type { Lent } from "./lent.js";
import type { ThreadAnswerOrder, ThreadQuestion } from "./thread-messages.js";

interface Asking {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Told apart over all runs: an answer that comes late is nobody's. */
let lastNumber = 0;

/** The thread's end of what a run was lent. */
export class Borrowings {
  readonly #ask: (question: ThreadQuestion) => void;
  readonly #askings = new Map<number, Asking>();
  readonly #borrowed = new Map<string, Promise<object>>();

  /** `ask` sends a question to the process. */
  constructor(ask: (question: ThreadQuestion) => void) {
    this.#ask = ask;
  }

  /** What the run was lent under a name; asked for once. */
  get(name: string): Promise<object> {
    let borrowed = this.#borrowed.get(name);
    if (borrowed === undefined) this.#borrowed.set(name, (borrowed = this.#borrow(name)));
    return borrowed;
  }

  hear({ number, value, error }: ThreadAnswerOrder): void {
    const asking = this.#askings.get(number);
    this.#askings.delete(number);
    if (error === undefined) asking?.resolve(value);
    else asking?.reject(reviveError(error));
  }

  async #borrow(name: string): Promise<object> {
    const { values, methods, refused } = (await this.#question(name, undefined, [])) as Omit<Lent, "call">;
    const thing: Record<string, unknown> = { ...values };
    const define = (method: string, value: (...args: unknown[]) => unknown): void => {
      // Not enumerable, as a class's methods are not.
      Object.defineProperty(thing, method, { value });
    };
    for (const method of methods) define(method, (...args) => this.#question(name, method, args));
    for (const method of refused) {
      define(method, () => {
        throw new ThreadLacks({ what: `run.${name}.${method}()` });
      });
    }
    return Object.freeze(thing);
  }

  async #question(name: string, method: string | undefined, args: readonly unknown[]): Promise<unknown> {
    lastNumber += 1;
    const number = lastNumber;
    return new Promise((resolve, reject) => {
      // Throws, and so rejects, where an argument cannot be sent.
      this.#ask({ type: "ask", number, name, method, args });
      this.#askings.set(number, { resolve, reject });
    });
  }
}

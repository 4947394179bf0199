import type { TaskScope } from "../../core/index.js";
import { errorInfo } from "../tasks/error-info.js";
import { lendTo, type Lent } from "./lent.js";
import type { ThreadAnswerOrder, ThreadQuestion } from "./thread-messages.js";

/** The process's end of what a run in a thread was lent: looked for when it is first asked for, once. */
export class Loans {
  readonly #scope: TaskScope;
  readonly #lent = new Map<string, Promise<Lent>>();

  constructor(scope: TaskScope) {
    this.#scope = scope;
  }

  /** Hands the answer to `tell`, which may throw for what a thread cannot be sent; then it gets that error instead. */
  async answer(question: ThreadQuestion, tell: (order: ThreadAnswerOrder) => void): Promise<void> {
    const { number } = question;
    try {
      tell({ type: "answer", number, value: await this.#find(question) });
    } catch (thrown) {
      tell({ type: "answer", number, error: errorInfo(thrown) });
    }
  }

  async #find({ name, method, args }: ThreadQuestion): Promise<unknown> {
    let lending = this.#lent.get(name);
    if (lending === undefined) this.#lent.set(name, (lending = lendTo(this.#scope, name)));
    const lent = await lending;
    if (method === undefined) return { values: lent.values, methods: lent.methods, refused: lent.refused };
    // What a thread runs is the project's own code, but its messages are checked as any others.
    if (!lent.methods.includes(method)) throw new TypeError(`${name}.${method} is not to be called`);
    return lent.call(method, args);
  }
}

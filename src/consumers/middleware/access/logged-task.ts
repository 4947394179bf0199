import type { Handler, Message, Send, TaskScope } from "../../../core/index.js";
import type { AccessRules } from "./access-rules.js";

/** A run of a task that has a line in the log when it ends. */
export class LoggedTask implements Handler {
  readonly #scope: TaskScope;
  readonly #outer: Send;
  readonly #rules: AccessRules;
  readonly #startedAt = performance.now();
  #inner: Handler | undefined;
  #isLogged = false;

  constructor(scope: TaskScope, outer: Send, rules: AccessRules) {
    this.#scope = scope;
    this.#outer = outer;
    this.#rules = rules;
  }

  /** What `next` throws is logged, and thrown on. */
  enter(next: () => Handler): Handler {
    try {
      this.#inner = next();
    } catch (thrown) {
      this.#log("failed");
      throw thrown;
    }
    return this;
  }

  handle(message: Message): void | Promise<void> {
    try {
      const handled = this.#inner?.handle(message);
      return handled === undefined ? undefined : this.#watch(handled);
    } catch (thrown) {
      this.#log("failed");
      throw thrown;
    }
  }

  async #watch(handled: Promise<void>): Promise<void> {
    try {
      await handled;
    } catch (thrown) {
      this.#log("failed");
      throw thrown;
    }
  }

  readonly send: Send = (message) => {
    if (message.type === "task.completed") this.#log("completed");
    else if (message.type === "task.failed") this.#log("failed");
    return this.#outer(message);
  };

  #log(outcome: "completed" | "failed"): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    const { id, name, queue, attempt, requestId } = this.#scope;
    const durationMs = Math.round(performance.now() - this.#startedAt);
    const isBad = outcome === "failed" || durationMs >= this.#rules.slowMs;
    if (!isBad && !this.#rules.wants(this.#scope)) return;
    const fields = this.#rules.fields?.(this.#scope);
    const line = { requestId, task: name, taskId: id, queue, attempt, outcome, durationMs, ...fields };
    const log = this.#rules.logger();
    if (isBad) log.warn(line, `TASK ${name} ${outcome}`);
    else log.info(line, `TASK ${name} ${outcome}`);
  }
}

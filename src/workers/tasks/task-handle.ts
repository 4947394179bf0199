import type { TaskBackend, TaskRef, TaskStatus } from "../backend.js";
import { TaskFailed, TaskNotSent, TaskResultTimeout } from "../errors.js";
import { reviveError } from "./error-info.js";

/** Options of `TaskHandle.result`. */
export interface ResultOptions {
  /** How long to wait, in milliseconds. No limit unless given. */
  readonly timeoutMs?: number;
}

/** A task's result as it comes back: a task that returns nothing has the result `null`. */
export type TaskResult<Result> = Result extends undefined | void ? null : Result;

/** A task that was enqueued. From its id any process can make another: `notify.handle(id)`. */
export class TaskHandle<Result = unknown> implements TaskRef {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly #backend: TaskBackend;
  readonly #isSent: () => boolean;

  constructor(backend: TaskBackend, task: TaskRef & { readonly name: string }, isSent: () => boolean = () => true) {
    this.id = task.id;
    this.name = task.name;
    this.queue = task.queue;
    this.#backend = backend;
    this.#isSent = isSent;
  }

  /**
   * What the task returned, as soon as it has. Rejects with `TaskFailed` when it has failed for good, with
   * `TaskResultTimeout` after `timeoutMs`, with `TaskGone` when the queue does not know it (any more), and with
   * `TaskNotSent` when its transaction has not committed.
   */
  async result({ timeoutMs }: ResultOptions = {}): Promise<TaskResult<Result>> {
    this.#requireSent();
    const end = await this.#waitForEnd(timeoutMs);
    if (end.state === "succeeded") return end.result as TaskResult<Result>;
    const { name, message, code } = end.error;
    const params = { task: this.name, id: this.id, name, message, errorCode: code };
    throw new TaskFailed(params, { cause: reviveError(end.error) });
  }

  /** Where the task is now. Rejects with `TaskGone` and `TaskNotSent` as `result` does. */
  async status(): Promise<TaskStatus> {
    this.#requireSent();
    return this.#backend.status(this);
  }

  #waitForEnd(timeoutMs: number | undefined) {
    if (timeoutMs === undefined) return this.#backend.waitForEnd(this);
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new TaskResultTimeout({ task: this.name, id: this.id, timeoutMs })),
      timeoutMs,
    );
    return this.#backend.waitForEnd(this, abort.signal).finally(() => clearTimeout(timer));
  }

  #requireSent(): void {
    if (!this.#isSent()) throw new TaskNotSent({ task: this.name, id: this.id });
  }
}

import type { TaskBackend, TaskRef, TaskStatus } from "../backend.js";
import { TaskCancelled, TaskFailed, TaskNotSent, TaskResultTimeout } from "../errors.js";
import { departed, type Departure } from "./departure.js";
import { reviveError } from "./error-info.js";
import type { PlainData } from "./plain-data.js";

/** Options of `TaskHandle.result`. */
export interface ResultOptions {
  /** How long to wait, in milliseconds. No limit unless given. */
  readonly timeoutMs?: number;
}

/** A task's result as it comes back: a task that returns nothing has the result `null`. */
export type TaskResult<Result> = Result extends undefined | void ? null : Result;

/** A task that was enqueued. From its id any process can make another: `notify.handle(id)`. */
export class TaskHandle<Result = unknown> implements TaskRef {
  readonly name: string;
  readonly queue: string;
  readonly #id: string;
  readonly #backend: TaskBackend;
  readonly #departure: Departure;

  constructor(backend: TaskBackend, task: TaskRef & { readonly name: string }, departure: Departure = departed) {
    this.#id = task.id;
    this.name = task.name;
    this.queue = task.queue;
    this.#backend = backend;
    this.#departure = departure;
  }

  /** The task's id; where another had its unique key, the other's. (Inside a transaction that is known at the commit.) */
  get id(): string {
    return this.#departure.idOf(this.#id);
  }

  /**
   * What the task returned, as soon as it has. Rejects with `TaskFailed` when it has failed for good, with
   * `TaskCancelled` when it was cancelled, with `TaskResultTimeout` after `timeoutMs`, with `TaskGone` when the queue does not know it (any more), and with
   * `TaskNotSent` when its transaction has not committed.
   */
  async result({ timeoutMs }: ResultOptions = {}): Promise<TaskResult<Result>> {
    this.#requireSent();
    const end = await this.#waitForEnd(timeoutMs);
    if (end.state === "succeeded") return end.result as TaskResult<Result>;
    if (end.state === "cancelled") throw new TaskCancelled({ task: this.name, id: this.id });
    const { name, message, code } = end.error;
    const params = { task: this.name, id: this.id, name, message, errorCode: code };
    throw new TaskFailed(params, { cause: reviveError(end.error) });
  }

  /** Where the task is now. Rejects with `TaskGone` and `TaskNotSent` as `result` does. */
  async status(): Promise<TaskStatus> {
    this.#requireSent();
    return this.#backend.status(this);
  }

  /**
   * What the task reports while it runs, from now on and beginning with the last: `for await (const value of
   * handle.progress())`. Ends when the task is over, however that is; reports that follow quickly may be skipped. Throws
   * as `status` does.
   */
  async *progress({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<PlainData, void> {
    this.#requireSent();
    // What a task has before it reports anything.
    let last = "0";
    for await (const { progress } of this.#backend.changes(this, signal)) {
      const text = JSON.stringify(progress) ?? "null";
      if (text === last) continue;
      last = text;
      yield progress;
    }
  }

  /**
   * Ends the task: at once where it waits; where it runs, its signal is aborted, and what it throws then ends it as
   * cancelled. False where it is over already. Rejects as `status` does.
   */
  async cancel(): Promise<boolean> {
    this.#requireSent();
    return this.#backend.cancel(this);
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
    if (!this.#departure.isDone) throw new TaskNotSent({ task: this.name, id: this.id });
  }
}

import {
  endStates,
  type TaskDelivery,
  type TaskEnd,
  type TaskJob,
  type TaskListing,
  type TaskState,
  type TaskStatus,
} from "../backend.js";
import type { PlainData } from "../tasks/plain-data.js";
import type { TaskErrorInfo } from "../tasks/task-messages.js";

interface EndListener {
  resolve(end: TaskEnd): void;
  reject(reason: Error): void;
}

/** A task that is kept in this process, from its coming until its end is forgotten. */
export class TaskEntry {
  readonly job: TaskJob;
  readonly enqueuedAt = Date.now();
  /** As text, so that who enqueued it cannot change it any more: what runs is what a queue elsewhere would give. */
  readonly #args: string | undefined;
  readonly #waiting = new Set<EndListener>();
  readonly #watching = new Set<() => void>();
  #abandoned: Error | undefined;
  #state: TaskState = "waiting";
  /** When it is to run, where it waits for a time. */
  runAt: number | null = null;
  attempts = 0;
  failures = 0;
  #progress: PlainData = 0;
  #startedAt: number | null = null;
  #finishedAt: number | null = null;
  #error: TaskErrorInfo | null = null;
  #end: TaskEnd | undefined;

  constructor(job: TaskJob) {
    this.job = job;
    this.#args = JSON.stringify(job.args);
  }

  get state(): TaskState {
    return this.#state;
  }

  set state(state: TaskState) {
    this.#state = state;
    this.#tellChange();
  }

  get finishedAt(): number | null {
    return this.#finishedAt;
  }

  get args(): unknown {
    return this.#args === undefined ? undefined : JSON.parse(this.#args);
  }

  /** Begins a run. */
  start(): TaskDelivery {
    this.state = "running";
    this.attempts += 1;
    this.#startedAt = Date.now();
    const { id, name, queue, retries, requestId, carried, expiresAt } = this.job;
    const progress = async (value: PlainData) => {
      this.#progress = copyOf(value);
      this.#tellChange();
    };
    const counts = { attempt: this.attempts, failures: this.failures, retries };
    return { id, name, queue, args: this.args, requestId, carried, expiresAt, ...counts, progress };
  }

  fail(error: TaskErrorInfo): void {
    this.failures += 1;
    this.#error = error;
  }

  finish(end: TaskEnd): void {
    this.#end = end.state === "succeeded" ? { state: "succeeded", result: copyOf(end.result) } : end;
    this.#finishedAt = Date.now();
    this.state = end.state;
    for (const listener of this.#waiting) listener.resolve(this.#end);
    this.#waiting.clear();
  }

  /** There will be no end. */
  abandon(reason: Error): void {
    this.#abandoned = reason;
    this.#tellChange();
    for (const listener of this.#waiting) listener.reject(reason);
    this.#waiting.clear();
  }

  /** The end, as soon as there is one. */
  waitForEnd(signal: AbortSignal | undefined): Promise<TaskEnd> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise((resolve, reject) => {
      const listener: EndListener = {
        resolve(end) {
          signal?.removeEventListener("abort", giveUp);
          resolve(end);
        },
        reject,
      };
      const giveUp = () => {
        this.#waiting.delete(listener);
        reject(signal?.reason as Error);
      };
      this.#waiting.add(listener);
      if (signal?.aborted) giveUp();
      else signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** The status now and after each change, until the end. */
  async *changes(signal: AbortSignal | undefined): AsyncGenerator<TaskStatus, void> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#abandoned !== undefined) throw this.#abandoned;
      const changed = this.#nextChange(signal);
      yield this.status();
      if (endStates.has(this.#state)) return;
      await changed;
    }
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const tell = () => {
        this.#watching.delete(tell);
        signal?.removeEventListener("abort", tell);
        resolve();
      };
      this.#watching.add(tell);
      signal?.addEventListener("abort", tell, { once: true });
    });
  }

  #tellChange(): void {
    for (const tell of this.#watching) tell();
  }

  listing(): TaskListing {
    const { id, queue, name, priority, requestId = null, carried = null } = this.job;
    return { ...this.status(), id, queue, name, args: this.args, priority, runAt: this.runAt, requestId, carried };
  }

  status(): TaskStatus {
    return {
      state: this.state,
      attempts: this.attempts,
      progress: this.#progress,
      enqueuedAt: this.enqueuedAt,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      error: this.#error,
    };
  }
}

function copyOf(value: PlainData): PlainData {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as PlainData);
}

import type { TaskDelivery, TaskEnd, TaskJob, TaskState, TaskStatus } from "../backend.js";
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
  state: TaskState = "waiting";
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

  get finishedAt(): number | null {
    return this.#finishedAt;
  }

  /** Begins a run. */
  start(): TaskDelivery {
    this.state = "running";
    this.attempts += 1;
    this.#startedAt = Date.now();
    const { id, name, queue, retries, requestId } = this.job;
    const args: unknown = this.#args === undefined ? undefined : JSON.parse(this.#args);
    const progress = async (value: PlainData) => {
      this.#progress = copyOf(value);
    };
    return { id, name, queue, args, requestId, attempt: this.attempts, failures: this.failures, retries, progress };
  }

  fail(error: TaskErrorInfo): void {
    this.failures += 1;
    this.#error = error;
  }

  finish(end: TaskEnd): void {
    this.#end = end.state === "succeeded" ? { state: "succeeded", result: copyOf(end.result) } : end;
    this.state = end.state;
    this.#finishedAt = Date.now();
    for (const listener of this.#waiting) listener.resolve(this.#end);
    this.#waiting.clear();
  }

  /** There will be no end. */
  abandon(reason: Error): void {
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

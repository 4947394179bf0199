import { AsyncLocalStorage } from "node:async_hooks";

import { type Application, getLogger } from "../../core/index.js";
import type { RunOutcome, TaskDelivery, TaskExecutor } from "../backend.js";
import { defaultBackoff } from "../tasks/backoff.js";
import type { StopReason } from "../tasks/task-messages.js";
import type { Task } from "../tasks/task.js";
import type { ThreadPool } from "../threads/thread-pool.js";
import { RunningTask, type RunLimits } from "./running-task.js";

const unknownTaskLimits: RunLimits = {
  timeoutMs: undefined,
  backoff: defaultBackoff,
  retryIf: undefined,
  announce: false,
  thread: undefined,
};

const returned: RunOutcome = { type: "returned" };

/** Not a closure for each run. */
function start(run: RunningTask, application: Application): void {
  run.start(application);
}

/** Runs what the queues deliver, each run as a scope of `application`. */
export class TaskRunner implements TaskExecutor {
  readonly #application: Application;
  readonly #tasks: ReadonlyMap<string, Task>;
  readonly #threads: ThreadPool;
  readonly #running = new Map<string, RunningTask>();
  /** A run begins where the worker did: what wakes a queue may be a request, another run or a transaction's end. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #isAbandoned = false;

  /** `threads` are those that `application` runs in, where a task says so. */
  constructor(application: Application, tasks: ReadonlyMap<string, Task>, threads: ThreadPool) {
    this.#application = application;
    this.#tasks = tasks;
    this.#threads = threads;
  }

  /** How many runs are not over. */
  get size(): number {
    return this.#running.size;
  }

  execute(delivery: TaskDelivery): Promise<RunOutcome> {
    if (this.#isAbandoned) return Promise.resolve(returned);
    const limits = this.#tasks.get(delivery.name)?.options ?? unknownTaskLimits;
    const { thread } = limits;
    return new Promise((resolve) => {
      const run = new RunningTask(delivery, limits, getLogger(), (outcome) => {
        if (this.#running.get(delivery.id) === run) this.#running.delete(delivery.id);
        if (thread !== undefined) this.#threads.release(delivery);
        resolve(outcome);
      });
      this.#running.set(delivery.id, run);
      if (thread === undefined) this.#outside(start, run, this.#application);
      else void this.#threads.reserve(delivery, thread).then(() => this.#outside(start, run, this.#application));
    });
  }

  stop(id: string, reason: StopReason): void {
    this.#running.get(id)?.stop(reason);
  }

  /** Asks every run to end: those that throw now go back to their queues, as does everything that still arrives. */
  stopAll(): void {
    this.#isAbandoned = true;
    for (const run of this.#running.values()) run.stop("shutdown");
  }

  /** Ends what runs in threads, which then goes back to its queue. */
  endThreads(): Promise<void> {
    return this.#threads.close();
  }

  /** Returns what has not ended to its queue. How many those were. */
  abandonAll(): number {
    const runs = [...this.#running.values()];
    for (const run of runs) run.abandon();
    return runs.length;
  }
}

import type { Backoff } from "./tasks/backoff.js";
import type { PlainData } from "./tasks/plain-data.js";
import type { StopReason, TaskErrorInfo } from "./tasks/task-messages.js";

/** Which task: its id and the queue that it is in. */
export interface TaskRef {
  readonly id: string;
  readonly queue: string;
}

/** A task on its way into a queue: plain data, so that it can be kept anywhere (an outbox, say) and enqueued later. */
export interface TaskJob extends TaskRef {
  readonly name: string;
  /** Checked; `undefined` where the task takes none. */
  readonly args: PlainData;
  /** Not before this time, in milliseconds since 1970; `undefined` for at once. */
  readonly runAt: number | undefined;
  readonly retries: number;
  readonly backoff: Required<Backoff>;
  /** Of the request that enqueued it; `undefined` where there was none. */
  readonly requestId: string | undefined;
}

/** A task handed to a worker for one run. */
export interface TaskDelivery extends TaskRef {
  readonly name: string;
  readonly args: unknown;
  readonly requestId: string | undefined;
  /** 1 for the first run; counts every start, also those whose worker died. */
  readonly attempt: number;
  /** How many earlier runs have failed. */
  readonly failures: number;
  /** How many failures are followed by another run. */
  readonly retries: number;
  /** Makes progress visible to `status`. */
  progress(value: PlainData): Promise<void>;
}

/** How a run ended, for the backend to record. */
export type RunOutcome =
  | { readonly type: "completed"; readonly result: PlainData }
  /** `retryInMs` is `null` where this failure is the last. */
  | { readonly type: "failed"; readonly error: TaskErrorInfo; readonly retryInMs: number | null }
  /** Not done and not failed: another worker is to run it, and no retry is spent. */
  | { readonly type: "returned" };

/** Runs what a backend delivers. */
export interface TaskExecutor {
  /** Runs a task to its end. Never rejects. */
  execute(delivery: TaskDelivery): Promise<RunOutcome>;
  /** Asks a run to end, where it is not over. */
  stop(id: string, reason: StopReason): void;
}

/** What a worker asks of a backend. */
export interface ConsumeOptions {
  readonly queues: readonly string[];
  /** How many tasks of each queue run at once. */
  readonly concurrency: number;
  readonly executor: TaskExecutor;
}

/** A worker's hold on its queues. */
export interface TaskConsumption {
  /**
   * Takes nothing more from the queues. Resolves when everything that was taken has its outcome recorded. (A backend
   * whose queues die with this process goes on with what is due.)
   */
  stop(): Promise<void>;
}

/** Where a task is: `delayed` until its time or its retry comes, then `waiting` for a worker. */
export type TaskState = "delayed" | "waiting" | "running" | "succeeded" | "failed";

/** What a backend knows about a task. Times are in milliseconds since 1970. */
export interface TaskStatus {
  readonly state: TaskState;
  /** How many runs have begun. */
  readonly attempts: number;
  /** What the task last reported; 0 before that. */
  readonly progress: PlainData;
  readonly enqueuedAt: number;
  /** When the last run began. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** What the last run that failed has failed with. */
  readonly error: TaskErrorInfo | null;
}

/** How a task ended. */
export type TaskEnd =
  | { readonly state: "succeeded"; readonly result: PlainData }
  | { readonly state: "failed"; readonly error: TaskErrorInfo };

/**
 * Keeps tasks until a worker has run them, and their ends for a set time.
 *
 * - **At least once**: what `enqueue` has resolved for is run, also when the worker dies meanwhile; then it runs again.
 *   (Except where the class says that its queue dies with the process.)
 * - A task whose id is already known is not added a second time, so that `enqueue` can be repeated safely.
 * - Methods reject with `TaskBackendUnavailable` when the queue's server cannot be reached, within the backend's
 *   timeout, and with `TaskBackendClosed` after `close`.
 */
export interface TaskBackend {
  /**
   * Connects to the queue's server, so that a wrong address is known at start. Again is no error. Without it, the
   * first call that needs the server connects.
   */
  connect(): Promise<void>;

  /** Adds tasks. Resolves when the queue has all of them. When it rejects, some may be in the queue. */
  enqueue(jobs: readonly TaskJob[]): Promise<void>;

  /**
   * The end of a task, as soon as it has one. Rejects with `TaskGone` where the queue does not know it, and with the
   * reason of `signal` once that is aborted. Lives through the loss of a connection.
   */
  waitForEnd(task: TaskRef, signal?: AbortSignal): Promise<TaskEnd>;

  /** Rejects with `TaskGone` where the queue does not know the task. */
  status(task: TaskRef): Promise<TaskStatus>;

  /** Begins to hand the tasks of some queues to `executor`. Resolves when it has begun. */
  consume(options: ConsumeOptions): Promise<TaskConsumption>;

  /** Ends all connections, consumptions first. Again is no error. */
  close(): Promise<void>;
}

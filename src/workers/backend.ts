import type { Carried } from "../core/index.js";
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
  /** 0 is first; those of a larger number wait until none of a smaller one is due. */
  readonly priority: number;
  /** Where it has not begun by this time, in milliseconds since 1970, it fails without a run. */
  readonly expiresAt: number | undefined;
  readonly unique: UniqueKey | undefined;
  readonly concurrency: ConcurrencyLimit | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** Of the request that enqueued it; `undefined` where there was none. */
  readonly requestId: string | undefined;
  /** What goes along from who enqueued it; `undefined` for nothing. */
  readonly carried: Carried | undefined;
}

/** While one task has a key, others of the same key are not added to the queue. */
export interface UniqueKey {
  readonly key: string;
  /** The task has the key until it starts, until it is over, or for so many milliseconds. */
  readonly until: "start" | "end" | number;
}

/** Of the tasks of one key in a queue, no more than `max` run at once; the others wait. */
export interface ConcurrencyLimit {
  readonly key: string;
  readonly max: number;
}

/** Of the tasks of one key in a queue, no more than `max` start in a window of `perMs`, which the first start opens. */
export interface RateLimit {
  readonly key: string;
  readonly max: number;
  readonly perMs: number;
}

/** A task handed to a worker for one run. */
export interface TaskDelivery extends TaskRef {
  readonly name: string;
  readonly args: unknown;
  readonly requestId: string | undefined;
  readonly carried: Carried | undefined;
  /** 1 for the first run; counts every start, also those whose worker died. */
  readonly attempt: number;
  /** How many earlier runs have failed. */
  readonly failures: number;
  /** How many failures are followed by another run. */
  readonly retries: number;
  readonly expiresAt: number | undefined;
  /** Makes progress visible to `status`. */
  progress(value: PlainData): Promise<void>;
}

/** How a run ended, for the backend to record. */
export type RunOutcome =
  | { readonly type: "completed"; readonly result: PlainData }
  /** `retryInMs` is `null` where this failure is the last. */
  | { readonly type: "failed"; readonly error: TaskErrorInfo; readonly retryInMs: number | null }
  /** Not done and not failed: another worker is to run it, and no retry is spent. */
  | { readonly type: "returned" }
  /** It was asked to end, and did. */
  | { readonly type: "cancelled" };

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

/** Where a task is: `delayed` until its time, its retry or the next window of its rate, then `waiting` for a worker and for others of its key. */
export type TaskState = "delayed" | "waiting" | "running" | "succeeded" | "failed" | "cancelled";

/** The states of a task that is over. */
export const endStates: ReadonlySet<TaskState> = new Set(["succeeded", "failed", "cancelled"]);

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
  | { readonly state: "failed"; readonly error: TaskErrorInfo }
  | { readonly state: "cancelled" };

/** A task as lists show it. */
export interface TaskListing extends TaskStatus, TaskRef {
  readonly name: string;
  readonly args: unknown;
  readonly priority: number;
  /** Not before this time, where it waits for one. */
  readonly runAt: number | null;
  readonly requestId: string | null;
  /** What came along from who enqueued it, such as who that was; `null` for nothing. */
  readonly carried: Carried | null;
}

/** Which tasks a list shows. */
export interface TaskQuery {
  readonly queue: string;
  readonly state: TaskState;
  /** How many of them to leave out. Default 0. */
  readonly offset?: number;
  /** How many at most. Default 100. */
  readonly limit?: number;
}

/** How many tasks a queue has in each state. */
export interface QueueCounts extends Readonly<Record<TaskState, number>> {
  readonly queue: string;
  /** Whether workers leave it alone. */
  readonly isPaused: boolean;
}

/** What happens in a queue just now. */
export interface QueueActivity {
  readonly queue: string;
  /** How many workers take tasks from it; those that died are counted until their claims run out. */
  readonly workers: number;
  /** How many tasks came to their end in a second, over the last minute. */
  readonly endedPerSecond: number;
}

/** Looks into queues and changes what is in them: for commands and the admin. */
export interface TaskInspection {
  /** The queues that have ever had a task, by name. */
  queues(): Promise<readonly string[]>;
  /** Those of `queues`, in that order. */
  counts(queues: readonly string[]): Promise<readonly QueueCounts[]>;
  /** Of those of `queues`, in that order. */
  activity(queues: readonly string[]): Promise<readonly QueueActivity[]>;
  /** Those that are over: the newest first; others in the order in which they come to run. */
  list(query: TaskQuery): Promise<readonly TaskListing[]>;
  /**
   * Has a task that failed or was cancelled run again, as if it were new: with all its retries, and its unique key. Whether
   * there was one, and no other has that key. The failed tasks of a queue are its dead letters.
   */
  retry(task: TaskRef): Promise<boolean>;
  /** Forgets a task that is over. Whether there was one. */
  remove(task: TaskRef): Promise<boolean>;
  /** Has workers leave a queue alone, or not any more. What runs goes on. */
  pause(queue: string, isPaused: boolean): Promise<void>;
}

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
   * The alias of the database that it keeps its tasks in: what is enqueued inside a transaction on it is a part of that
   * transaction. `undefined` where it keeps them elsewhere.
   */
  readonly database?: string | undefined;

  /**
   * Connects to the queue's server, so that a wrong address is known at start. Again is no error. Without it, the
   * first call that needs the server connects.
   */
  connect(): Promise<void>;

  /**
   * Adds tasks. Resolves when the queue has all of them. When it rejects, some may be in the queue.
   *
   * Where others had the unique keys of some, it resolves to the ids of those, by the ids that were given.
   */
  enqueue(jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined>;

  /**
   * The end of a task, as soon as it has one. Rejects with `TaskGone` where the queue does not know it, and with the
   * reason of `signal` once that is aborted. Lives through the loss of a connection.
   */
  waitForEnd(task: TaskRef, signal?: AbortSignal): Promise<TaskEnd>;

  /** Rejects with `TaskGone` where the queue does not know the task. */
  status(task: TaskRef): Promise<TaskStatus>;

  /** The status now, and again when it has changed, until the task is over. Ends with the reason of `signal`. */
  changes(task: TaskRef, signal?: AbortSignal): AsyncIterable<TaskStatus>;

  /**
   * Ends a task that waits, and asks one that runs to end: its signal is aborted, and if it then throws, it was
   * cancelled. False where the task is over. Rejects with `TaskGone`.
   */
  cancel(task: TaskRef): Promise<boolean>;

  /** Queues from outside. */
  readonly inspection: TaskInspection;

  /** When the schedule `name` last fired, in milliseconds since 1970; `undefined` where it never has. */
  lastFiring(name: string): Promise<number | undefined>;

  /** Notes that the schedule `name` fired at a time, unless a later one is noted. */
  noteFiring(name: string, at: number): Promise<void>;

  /** Begins to hand the tasks of some queues to `executor`. Resolves when it has begun. */
  consume(options: ConsumeOptions): Promise<TaskConsumption>;

  /** Ends all connections, consumptions first. Again is no error. */
  close(): Promise<void>;
}

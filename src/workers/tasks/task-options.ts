import type { StandardSchemaV1 } from "@standard-schema/spec";

import { TaskOptionInvalid } from "../errors.js";
import { type Backoff, defaultBackoff } from "./backoff.js";
import { type LimitOptions, type LimitsFor, resolveLimits } from "./task-limits.js";

/**
 * Whether a task that failed is to run again, where it has retries left: `false` for never, a number for a wait of so
 * many milliseconds, `true` for the wait that the backoff says.
 */
export type RetryRule = (
  error: Error,
  run: { readonly attempt: number; readonly failures: number },
) => boolean | number;

/** How a task is queued and run. `Input` is what it is enqueued with. */
export interface TaskOptions<Input = never> extends LimitOptions<Input> {
  /** The queue that the task goes to. Letters, digits, `-`, `_`, `.`. Default `default`. */
  readonly queue?: string;
  /**
   * How often a run that failed is repeated. Default 0: only who knows that a task may run twice can ask for it. (A run
   * whose worker died is always repeated.)
   */
  readonly retries?: number;
  /** How long to wait before a repetition. A number is a fixed wait in milliseconds. Default `defaultBackoff`. */
  readonly backoff?: Backoff | number;
  /** Which failures are followed by another run, and when. Default: all, by the backoff. */
  readonly retryIf?: RetryRule;
  /** A task of a larger number waits while one of a smaller is due. From 0, which is first and the default, to 1000. */
  readonly priority?: number;
  /** A task that has not started so many milliseconds after its enqueueing fails without a run. No limit unless given. */
  readonly expiresInMs?: number;
  /**
   * Written to the database first, in the transaction around the caller where there is one, and brought to the queue
   * after the commit: by this process or, should it crash or the queue be away, by a worker. Default false: the queue
   * gets it after the commit, from this process only. (A queue in the same database needs neither.)
   */
  readonly durable?: boolean;
  /** Sends each progress to the group `taskProgress({ id })`, for the page of who waits. Default false. */
  readonly announce?: boolean;
  /** After this time, in milliseconds, a run has failed and its signal is aborted. No limit unless given. */
  readonly timeoutMs?: number;
  /**
   * Runs the task in a thread of the worker, for work that computes for long: the `import.meta.url` of the module that
   * makes the task, which the thread loads. Default: in the worker's own thread, where a long computation halts all.
   */
  readonly thread?: string | URL;
  /** The alias of the backend in `taskBackends`. Default `default`. */
  readonly backend?: string;
  /** Checks the arguments when the task is enqueued and when it runs: any Standard Schema library. */
  readonly args?: StandardSchemaV1;
}

/** The options with their defaults, checked. */
export interface ResolvedTaskOptions {
  readonly queue: string;
  readonly retries: number;
  readonly backoff: Required<Backoff>;
  readonly retryIf: RetryRule | undefined;
  readonly priority: number;
  readonly expiresInMs: number | undefined;
  readonly limitsFor: LimitsFor;
  readonly durable: boolean;
  readonly announce: boolean;
  readonly timeoutMs: number | undefined;
  /** The URL of its module, where it runs in a thread. */
  readonly thread: string | undefined;
  readonly backend: string;
  readonly args: StandardSchemaV1 | undefined;
}

const namePattern = /^[\w.-]{1,99}$/;
const nameRule = 'must be 1 to 99 letters, digits, "-", "_" and "."';

/** Longer timers would fire at once. */
const maxTimeoutMs = 2_147_483_647;

/** The last priority that a task can have. */
export const maxPriority = 1000;

/** Fills in the defaults. Throws `TaskOptionInvalid`. */
export function resolveTaskOptions(task: string, options: TaskOptions): ResolvedTaskOptions {
  const { queue = "default", retries = 0, timeoutMs, backend = "default", args, retryIf, priority = 0 } = options;
  const { expiresInMs, durable = false, announce = false } = options;
  const refuse = (option: string, problem: string): never => {
    throw new TaskOptionInvalid({ task, option, problem });
  };
  if (!namePattern.test(task)) refuse("its name", nameRule);
  if (!namePattern.test(queue)) refuse("queue", nameRule);
  if (!Number.isInteger(retries) || retries < 0) refuse("retries", `must be a whole number from 0, is ${retries}`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    refuse("timeoutMs", `must be from 1 to ${maxTimeoutMs}, is ${timeoutMs}`);
  }
  if (!isPriority(priority)) refuse("priority", `must be a whole number from 0 to ${maxPriority}, is ${priority}`);
  if (expiresInMs !== undefined && !(expiresInMs > 0 && Number.isFinite(expiresInMs))) {
    refuse("expiresInMs", `must be a number above 0, is ${expiresInMs}`);
  }
  const thread = options.thread === undefined ? undefined : String(options.thread);
  if (thread !== undefined && !thread.startsWith("file:")) {
    refuse("thread", `must be the URL of the module that makes it, import.meta.url; it is ${JSON.stringify(thread)}`);
  }
  const limitsFor = resolveLimits(task, options, refuse);
  const backoff = resolveBackoff(options.backoff);
  const { delayMs, maxDelayMs, jitter } = backoff;
  if (!(delayMs >= 0 && maxDelayMs >= 0 && Number.isFinite(delayMs + maxDelayMs) && jitter >= 0 && jitter <= 1)) {
    refuse("backoff", "needs delayMs and maxDelayMs from 0, and jitter from 0 to 1");
  }
  const times = { retries, backoff, retryIf, timeoutMs, expiresInMs, thread };
  return { queue, priority, ...times, limitsFor, durable, announce, backend, args };
}

/** Whether a task can have this priority. */
export function isPriority(priority: number): boolean {
  return Number.isInteger(priority) && priority >= 0 && priority <= maxPriority;
}

function resolveBackoff(backoff: Backoff | number | undefined): Required<Backoff> {
  if (typeof backoff === "number") return { type: "fixed", delayMs: backoff, maxDelayMs: backoff, jitter: 0 };
  return { ...defaultBackoff, ...backoff };
}

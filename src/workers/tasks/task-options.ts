import type { StandardSchemaV1 } from "@standard-schema/spec";

import { TaskOptionInvalid } from "../errors.js";
import { type Backoff, defaultBackoff } from "./backoff.js";

/** How a task is queued and run. */
export interface TaskOptions {
  /** The queue that the task goes to. Letters, digits, `-`, `_`, `.`. Default `default`. */
  readonly queue?: string;
  /**
   * How often a run that failed is repeated. Default 0: only who knows that a task may run twice can ask for it. (A run
   * whose worker died is always repeated.)
   */
  readonly retries?: number;
  /** How long to wait before a repetition. A number is a fixed wait in milliseconds. Default `defaultBackoff`. */
  readonly backoff?: Backoff | number;
  /** After this time, in milliseconds, a run has failed and its signal is aborted. No limit unless given. */
  readonly timeoutMs?: number;
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
  readonly timeoutMs: number | undefined;
  readonly backend: string;
  readonly args: StandardSchemaV1 | undefined;
}

const namePattern = /^[\w.-]{1,99}$/;
const nameRule = 'must be 1 to 99 letters, digits, "-", "_" and "."';

/** Longer timers would fire at once. */
const maxTimeoutMs = 2_147_483_647;

/** Fills in the defaults. Throws `TaskOptionInvalid`. */
export function resolveTaskOptions(task: string, options: TaskOptions): ResolvedTaskOptions {
  const { queue = "default", retries = 0, timeoutMs, backend = "default", args } = options;
  const refuse = (option: string, problem: string): never => {
    throw new TaskOptionInvalid({ task, option, problem });
  };
  if (!namePattern.test(task)) refuse("its name", nameRule);
  if (!namePattern.test(queue)) refuse("queue", nameRule);
  if (!Number.isInteger(retries) || retries < 0) refuse("retries", `must be a whole number from 0, is ${retries}`);
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= maxTimeoutMs)) {
    refuse("timeoutMs", `must be from 1 to ${maxTimeoutMs}, is ${timeoutMs}`);
  }
  const backoff = resolveBackoff(options.backoff);
  const { delayMs, maxDelayMs, jitter } = backoff;
  if (!(delayMs >= 0 && maxDelayMs >= 0 && Number.isFinite(delayMs + maxDelayMs) && jitter >= 0 && jitter <= 1)) {
    refuse("backoff", "needs delayMs and maxDelayMs from 0, and jitter from 0 to 1");
  }
  return { queue, retries, backoff, timeoutMs, backend, args };
}

function resolveBackoff(backoff: Backoff | number | undefined): Required<Backoff> {
  if (typeof backoff === "number") return { type: "fixed", delayMs: backoff, maxDelayMs: backoff, jitter: 0 };
  return { ...defaultBackoff, ...backoff };
}

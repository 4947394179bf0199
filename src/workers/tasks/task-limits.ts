import { createHash } from "node:crypto";

import type { ConcurrencyLimit, RateLimit, UniqueKey } from "../backend.js";
import { canonicalJson } from "./canonical-json.js";

/** Tells tasks of one kind apart, by their arguments. */
export interface KeyOptions<Input = never> {
  /** The key of these arguments; those with the same key share the limit. */
  readonly by?: (args: Input) => string | number;
}

/** Which tasks are the same, so that there is one of them. */
export interface UniqueOptions<Input = never> extends KeyOptions<Input> {
  /**
   * How long one task keeps others of its key out: until it has started, or until it is over (default); with `forMs`
   * that does not count.
   */
  readonly until?: "start" | "end";
  /** Others are kept out for so many milliseconds from its enqueueing, also when it is over before. */
  readonly forMs?: number;
}

/** How many tasks run at once, over all workers. */
export interface ConcurrencyOptions<Input = never> extends KeyOptions<Input> {
  /** For each key; without `by`, all tasks of this name. */
  readonly max: number;
}

/** How many tasks start in a time, over all workers. */
export interface RateLimitOptions<Input = never> extends KeyOptions<Input> {
  /** For each key; without `by`, all tasks of this name. */
  readonly max: number;
  /** The length of a window, in milliseconds; the first start opens it. */
  readonly perMs: number;
}

/** Options about what a task has to do with others. */
export interface LimitOptions<Input = never> {
  /**
   * Enqueueing gives the task that has the key already, where there is one. Without `by`, tasks are the same when their
   * arguments are. Until it is over, no two tasks of a key run side by side.
   */
  readonly unique?: boolean | UniqueOptions<Input>;
  /** Tasks over the limit wait. A number is for all tasks of this name. */
  readonly concurrency?: number | ConcurrencyOptions<Input>;
  /** Tasks over the limit wait for the next window. */
  readonly rateLimit?: RateLimitOptions<Input>;
}

/** The limits as one task has them. */
export interface TaskLimits {
  readonly unique: UniqueKey | undefined;
  readonly concurrency: ConcurrencyLimit | undefined;
  readonly rateLimit: RateLimit | undefined;
}

const noLimits: TaskLimits = { unique: undefined, concurrency: undefined, rateLimit: undefined };

/** Makes the limits of a task from its arguments; the options are checked. */
export type LimitsFor = (args: unknown) => TaskLimits;

/** What is wrong with the options, or what makes limits of arguments. */
export function resolveLimits(task: string, options: LimitOptions, refuse: (option: string, problem: string) => never) {
  const { rateLimit } = options;
  const unique = options.unique === true ? {} : options.unique === false ? undefined : options.unique;
  const concurrency = typeof options.concurrency === "number" ? { max: options.concurrency } : options.concurrency;
  if (unique === undefined && concurrency === undefined && rateLimit === undefined) return () => noLimits;
  if (unique?.forMs !== undefined && !(unique.forMs > 0 && Number.isFinite(unique.forMs))) {
    refuse("unique.forMs", `must be a number above 0, is ${unique.forMs}`);
  }
  if (concurrency !== undefined) checkCount("concurrency", concurrency.max, refuse);
  if (rateLimit !== undefined) {
    checkCount("rateLimit", rateLimit.max, refuse);
    const { perMs } = rateLimit;
    if (!(perMs > 0 && Number.isFinite(perMs))) refuse("rateLimit.perMs", `must be a number above 0, is ${perMs}`);
  }
  const limitsFor: LimitsFor = (args) => ({
    unique: unique && {
      key: keyOf(task, unique.by === undefined ? canonicalJson(args) : ask(unique, args)),
      until: unique.forMs ?? unique.until ?? "end",
    },
    concurrency: concurrency && { key: keyOf(task, ask(concurrency, args)), max: concurrency.max },
    rateLimit: rateLimit && { key: keyOf(task, ask(rateLimit, args)), max: rateLimit.max, perMs: rateLimit.perMs },
  });
  return limitsFor;
}

function ask({ by }: KeyOptions, args: unknown): string | undefined {
  return by && String((by as (args: unknown) => string | number)(args));
}

/** Keys are kept in indexes and in the names of Redis keys: long ones by their hash. */
function keyOf(task: string, part: string | undefined): string {
  if (part === undefined) return task;
  return `${task}:${part.length <= 64 ? part : createHash("sha256").update(part).digest("base64url")}`;
}

function checkCount(option: string, max: number, refuse: (option: string, problem: string) => never): void {
  if (!Number.isInteger(max) || max < 1) refuse(option, `must allow a whole number from 1, is ${max}`);
}

import type { JobJson, JobsOptions } from "bullmq";

import type { Carried } from "../../core/index.js";
import type { ConcurrencyLimit, RateLimit, TaskJob, UniqueKey } from "../backend.js";

/** What a job's options hold beside BullMQ's own. BullMQ keeps and ignores it. */
export interface JobExtras {
  readonly concurrency?: ConcurrencyLimit;
  readonly rateLimit?: RateLimit;
  readonly expiresAt?: number;
  /** Whether others of its unique key may come as soon as it starts. */
  readonly untilStart?: true;
}

interface OptionsWithExtras extends JobsOptions {
  hotclub?: JobExtras;
}

/**
 * A task as BullMQ keeps it: `name` is the task's, `data` its arguments, and the options hold what BullMQ's own workers
 * need to run it with the same retries. It is given to BullMQ's backend in this form, past its `Job` class, which would
 * build the same at the cost of a tenth of the whole.
 */
export function jobJson(job: TaskJob, now: number): JobJson {
  const json: JobJson = {
    id: job.id,
    name: job.name,
    data: JSON.stringify(job.args ?? null),
    opts: jobOptions(job, now),
    timestamp: now,
    progress: 0,
    attemptsMade: 0,
    attemptsStarted: 0,
    stalledCounter: 0,
    failedReason: "",
    returnvalue: "",
  };
  if (job.priority > 0) json.priority = job.priority;
  if (job.unique !== undefined) json.deduplicationId = job.unique.key;
  return json;
}

function jobOptions(job: TaskJob, now: number): JobsOptions {
  const { retries, runAt, requestId, carried, backoff, priority, unique } = job;
  const options: OptionsWithExtras = {};
  if (retries > 0) {
    options.attempts = retries + 1;
    options.backoff = { type: backoff.type, delay: backoff.delayMs, jitter: backoff.jitter };
  }
  if (runAt !== undefined && runAt > now) options.delay = runAt - now;
  if (priority > 0) options.priority = priority;
  if (unique !== undefined) options.deduplication = deduplication(unique);
  const extras = extrasOf(job);
  if (extras !== undefined) options.hotclub = extras;
  // Where BullMQ keeps the context that is carried from who adds a job to who runs it.
  if (requestId !== undefined || carried !== undefined) {
    options.telemetry = { metadata: JSON.stringify({ requestId, carried }) };
  }
  return options;
}

function deduplication({ key, until }: UniqueKey): { id: string; ttl?: number } {
  return typeof until === "number" ? { id: key, ttl: until } : { id: key };
}

function extrasOf({ concurrency, rateLimit, expiresAt, unique }: TaskJob): JobExtras | undefined {
  const untilStart = unique?.until === "start";
  if (concurrency === undefined && rateLimit === undefined && expiresAt === undefined && !untilStart) return undefined;
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(untilStart && { untilStart }),
  };
}

/** What a job has beside BullMQ's options; `undefined` for most jobs, and for those of other programs. */
export function extrasIn(options: JobsOptions): JobExtras | undefined {
  return (options as OptionsWithExtras).hotclub;
}

/** From where a job was added. */
export interface JobOrigin {
  readonly requestId: string | undefined;
  readonly carried: Carried | undefined;
}

const nowhere: JobOrigin = { requestId: undefined, carried: undefined };

/** The request that added a job, where there was one, and what goes along from there. */
export function originOf(options: JobsOptions): JobOrigin {
  const metadata = options.telemetry?.metadata;
  if (metadata === undefined) return nowhere;
  try {
    const { requestId, carried } = JSON.parse(metadata) as { requestId?: unknown; carried?: unknown };
    return {
      requestId: typeof requestId === "string" ? requestId : undefined,
      carried: typeof carried === "object" && carried !== null ? (carried as Carried) : undefined,
    };
  } catch {
    // Another program's context; it is not ours to read.
    return nowhere;
  }
}

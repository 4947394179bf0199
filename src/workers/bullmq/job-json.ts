import type { JobJson, JobsOptions } from "bullmq";

import type { TaskJob } from "../backend.js";

/**
 * A task as BullMQ keeps it: `name` is the task's, `data` its arguments, and the options hold what BullMQ's own workers
 * need to run it with the same retries. It is given to BullMQ's backend in this form, past its `Job` class, which would
 * build the same at the cost of a tenth of the whole.
 */
export function jobJson(job: TaskJob, now: number): JobJson {
  return {
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
}

function jobOptions({ retries, runAt, requestId, backoff }: TaskJob, now: number): JobsOptions {
  const options: JobsOptions = {};
  if (retries > 0) {
    options.attempts = retries + 1;
    options.backoff = { type: backoff.type, delay: backoff.delayMs, jitter: backoff.jitter };
  }
  if (runAt !== undefined && runAt > now) options.delay = runAt - now;
  // Where BullMQ keeps the context that is carried from who adds a job to who runs it.
  if (requestId !== undefined) options.telemetry = { metadata: JSON.stringify({ requestId }) };
  return options;
}

/** The id of the request that added a job, where there was one. */
export function requestIdOf(options: JobsOptions): string | undefined {
  const metadata = options.telemetry?.metadata;
  if (metadata === undefined) return undefined;
  try {
    const { requestId } = JSON.parse(metadata) as { requestId?: unknown };
    return typeof requestId === "string" ? requestId : undefined;
  } catch {
    // Another program's context; it is not ours to read.
    return undefined;
  }
}

import type { IRedisClient, Job, JobProgress, Worker } from "bullmq";

import { getLogger, toError } from "../../core/index.js";
import type { PlainData } from "../tasks/plain-data.js";
import type { ConsumeOptions, TaskConsumption, TaskDelivery, TaskExecutor } from "../backend.js";
import type { BullmqSettings } from "./bullmq-settings.js";
import { isConnectionLoss } from "./connection-loss.js";
import { EndAnnouncer, endChannel, type PubSubClient } from "./end-announcer.js";
import { toFailure } from "./failure.js";
import { requestIdOf } from "./job-json.js";

type BullMq = typeof import("bullmq");

/** How many stacks of earlier failures a task keeps. */
const stackTraceLimit = 3;

/** A worker's hold on queues of BullMQ: one of BullMQ's workers for each queue. */
export class BullmqConsumption implements TaskConsumption {
  readonly #bullmq: BullMq;
  readonly #client: IRedisClient;
  readonly #settings: BullmqSettings;
  readonly #executor: TaskExecutor;
  readonly #workers: readonly Worker[];

  constructor(bullmq: BullMq, client: IRedisClient, settings: BullmqSettings, options: ConsumeOptions) {
    this.#bullmq = bullmq;
    this.#client = client;
    this.#settings = settings;
    this.#executor = options.executor;
    this.#workers = options.queues.map((queue) => this.#open(queue, options.concurrency));
  }

  async start(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  #open(queue: string, concurrency: number): Worker {
    const { prefix, leaseMs, maxStalls, keepResultsMs, keepFailuresMs, keepCount } = this.#settings;
    const worker = new this.#bullmq.Worker(queue, (job: Job, token?: string) => this.#process(job, token ?? ""), {
      connection: this.#client,
      prefix,
      concurrency,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: maxStalls,
      // Said here and not with each job, where it would take room and rule BullMQ's own workers.
      removeOnComplete: { age: keepResultsMs / 1000, count: keepCount },
      removeOnFail: { age: keepFailuresMs / 1000, count: keepCount },
      runRetryDelay: 1000,
    });
    this.#observe(worker, new EndAnnouncer(this.#client as unknown as PubSubClient, endChannel(prefix, queue)));
    return worker;
  }

  #observe(worker: Worker, announcer: EndAnnouncer): void {
    const announce = (job: Job | undefined): void => {
      if (job?.id !== undefined && job.finishedOn !== undefined) announcer.announce(job.id);
    };
    worker.on("completed", announce);
    worker.on("failed", announce);
    worker.on("stalled", (taskId) => {
      getLogger().warn({ queue: worker.name, taskId }, "the worker of a task has died; the task runs again");
    });
    worker.on("lockRenewalFailed", (ids) => {
      for (const id of ids) this.#executor.stop(id, "lost");
    });
    worker.on("error", (error) => logProblem(worker.name, error));
  }

  /** Runs a job. What it returns or throws is how BullMQ records the outcome. */
  async #process(job: Job, token: string): Promise<PlainData> {
    const outcome = await this.#executor.execute(delivery(job));
    if (outcome.type === "completed") return outcome.result;
    if (outcome.type === "returned") return this.#giveBack(job, token);
    const { error, retryInMs } = outcome;
    // Of this object only, not of what is stored: the policy is the task's as this worker knows it.
    job.opts.stackTraceLimit = stackTraceLimit;
    if (retryInMs !== null) job.opts.backoff = { type: "fixed", delay: retryInMs };
    throw toFailure(error, retryInMs === null);
  }

  async #giveBack(job: Job, token: string): Promise<never> {
    try {
      await job.moveToWait(token);
    } catch (thrown) {
      // Its claim runs out by itself, and then another worker finds it.
      getLogger().debug({ taskId: job.id, err: toError(thrown) }, "a task could not be given back at once");
    }
    throw new this.#bullmq.WaitingError();
  }
}

function logProblem(queue: string, error: Error): void {
  // The link says once that the connection is lost, and not at each attempt.
  if (isConnectionLoss(error)) return;
  const [, taskId, step] = /^Missing lock for job (\S+)\. (\w+)/.exec(error.message) ?? [];
  if (taskId === undefined) getLogger().error({ queue, err: error }, "the task queue has a problem");
  // BullMQ then tries to record a failure, which fails for the same reason.
  else if (step === "moveToFinished") {
    getLogger().warn({ queue, taskId }, "a claim on a task ran out before its end could be recorded; it runs again");
  }
}

function delivery(job: Job): TaskDelivery {
  return {
    id: job.id ?? "",
    queue: job.queueName,
    name: job.name,
    args: job.data ?? undefined,
    requestId: requestIdOf(job.opts),
    attempt: job.attemptsStarted,
    failures: job.attemptsMade,
    retries: Math.max((job.opts.attempts ?? 1) - 1, 0),
    progress: (value) => job.updateProgress((value ?? null) as JobProgress),
  };
}

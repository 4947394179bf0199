import type { IRedisClient, Job, Worker } from "bullmq";

import { getLogger, toError } from "../../core/index.js";
import type { ConsumeOptions, RunOutcome, TaskConsumption, TaskExecutor } from "../backend.js";
import { TaskCancelled } from "../errors.js";
import { errorInfo } from "../tasks/error-info.js";
import type { PlainData } from "../tasks/plain-data.js";
import { TaskAnnouncer } from "../watching/task-announcer.js";
import type { BullmqSettings } from "./bullmq-settings.js";
import { isConnectionLoss } from "./connection-loss.js";
import { toFailure } from "./failure.js";
import { BullmqDelivery } from "./bullmq-delivery.js";
import { extrasIn, type JobExtras } from "./job-json.js";
import { OwnKeys } from "./own-keys.js";
import { type PubSubClient, sendTo } from "./pub-sub.js";
import { Turns } from "./turns.js";

type BullMq = typeof import("bullmq");

/** How many stacks of earlier failures a task keeps. */
const stackTraceLimit = 3;

interface QueueWork {
  readonly announcer: TaskAnnouncer;
  /** The ids of what runs. */
  readonly running: Set<string>;
}

interface QueueWorker extends QueueWork {
  readonly worker: Worker;
}

/** A worker's hold on queues of BullMQ: one of BullMQ's workers for each queue. */
export class BullmqConsumption implements TaskConsumption {
  readonly #bullmq: BullMq;
  readonly #client: IRedisClient;
  readonly #settings: BullmqSettings;
  readonly #executor: TaskExecutor;
  readonly #keys: OwnKeys;
  readonly #turns: Turns;
  readonly #queues = new Map<string, QueueWorker>();
  readonly #timer: NodeJS.Timeout;

  constructor(bullmq: BullMq, client: IRedisClient, settings: BullmqSettings, options: ConsumeOptions) {
    this.#bullmq = bullmq;
    this.#client = client;
    this.#settings = settings;
    this.#executor = options.executor;
    this.#keys = new OwnKeys(settings.prefix);
    this.#turns = new Turns(client, this.#keys, settings.leaseMs);
    for (const queue of options.queues) this.#open(queue, options.concurrency);
    this.#timer = setInterval(() => void this.#askForCancellations(), settings.leaseMs / 3);
    this.#timer.unref();
  }

  async start(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ worker }) => worker.waitUntilReady()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(({ worker }) => worker.close()));
    this.#turns.stop();
    clearInterval(this.#timer);
  }

  /** A run is to end; it may be one of another worker. */
  cancel(id: string): void {
    this.#executor.stop(id, "cancelled");
  }

  #open(queue: string, concurrency: number): void {
    const { prefix, leaseMs, maxStalls, keepResultsMs, keepFailuresMs, keepCount } = this.#settings;
    const publisher = this.#client as unknown as PubSubClient;
    const announcer = new TaskAnnouncer(sendTo(publisher, this.#keys.changes(queue)));
    const work: QueueWork = { announcer, running: new Set() };
    const process = (job: Job, token = ""): Promise<PlainData> => this.#process(job, token, work);
    const worker = new this.#bullmq.Worker(queue, process, {
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
    this.#queues.set(queue, { ...work, worker });
    this.#observe(worker, announcer);
  }

  #observe(worker: Worker, announcer: TaskAnnouncer): void {
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
  async #process(job: Job, token: string, { running, announcer }: QueueWork): Promise<PlainData> {
    const extras = extrasIn(job.opts);
    if (extras !== undefined && !(await this.#begin(job, token, extras))) {
      await this.#turns.end(job, extras, (id) => this.#promote(job.queueName, id));
      return this.#endCancelled(job);
    }
    const id = job.id ?? "";
    running.add(id);
    const outcome = await this.#executor.execute(new BullmqDelivery(job, announcer));
    running.delete(id);
    if (extras !== undefined) await this.#turns.end(job, extras, (id) => this.#promote(job.queueName, id));
    if (outcome.type === "completed") return outcome.result;
    return this.#fail(job, token, outcome);
  }

  /** Throws where the job has no turn yet. False where it was cancelled. */
  async #begin(job: Job, token: string, extras: JobExtras): Promise<boolean> {
    if (extras.concurrency !== undefined || extras.rateLimit !== undefined) {
      const waitMs = await this.#turns.take(job, extras);
      if (waitMs === undefined) return false;
      if (waitMs !== 0) {
        await this.#turns.hold(job, token, extras, waitMs);
        throw new this.#bullmq.DelayedError();
      }
    }
    if (extras.untilStart === true) await job.removeDeduplicationKey();
    return true;
  }

  async #promote(queue: string, id: string): Promise<void> {
    const { worker } = this.#queues.get(queue) ?? {};
    const job = worker && (await this.#bullmq.Job.fromId(worker, id));
    await job?.promote();
  }

  async #fail(job: Job, token: string, outcome: Exclude<RunOutcome, { type: "completed" }>): Promise<never> {
    if (outcome.type === "returned") return this.#giveBack(job, token);
    // Of this object only, not of what is stored: the policy is the task's as this worker knows it.
    job.opts.stackTraceLimit = stackTraceLimit;
    if (outcome.type === "cancelled") return this.#endCancelled(job);
    const { error, retryInMs } = outcome;
    if (retryInMs === null) throw toFailure(error, true);
    if (await this.#isCancelled(job)) return this.#endCancelled(job);
    job.opts.backoff = { type: "fixed", delay: retryInMs };
    throw toFailure(error, false);
  }

  async #endCancelled({ id = "", name, queueName }: Job): Promise<never> {
    await this.#client.runCommand("zadd", [this.#keys.cancelled(queueName), Date.now(), id]).catch(() => {});
    throw toFailure(errorInfo(new TaskCancelled({ task: name, id })), true);
  }

  async #isCancelled({ id = "", queueName }: Job): Promise<boolean> {
    return (await this.#client.hget(this.#keys.job(queueName, id), cancelField)) !== null;
  }

  /** What was told while the connection was lost. */
  async #askForCancellations(): Promise<void> {
    try {
      for (const [queue, { running }] of this.#queues) {
        for (const id of running) {
          if ((await this.#client.hget(this.#keys.job(queue, id), cancelField)) !== null) this.cancel(id);
        }
      }
    } catch (thrown) {
      getLogger().debug({ err: toError(thrown) }, "it could not be asked which tasks were cancelled");
    }
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

/** In the hash of a job: somebody wants it to end. */
const cancelField = "hotclub:cancel";

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

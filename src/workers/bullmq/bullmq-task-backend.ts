import type { IRedisClient, Job, Queue } from "bullmq";

import { toError } from "../../core/index.js";
import type {
  ConsumeOptions,
  TaskBackend,
  TaskConsumption,
  TaskEnd,
  TaskJob,
  TaskRef,
  TaskState,
  TaskStatus,
} from "../backend.js";
import { TaskBackendClosed, TaskGone } from "../errors.js";
import { settlesWithin } from "../running/within.js";
import type { PlainData } from "../tasks/plain-data.js";
import { BullmqConsumption } from "./bullmq-consumption.js";
import { type BullmqOptions, type BullmqSettings, resolveBullmqOptions } from "./bullmq-settings.js";
import { isConnectionLoss } from "./connection-loss.js";
import { EndWatcher } from "./end-watcher.js";
import { readFailure } from "./failure.js";
import { jobJson } from "./job-json.js";
import { RedisLink } from "./redis-link.js";

const load = () => import("bullmq");

/** How many tasks go to Redis in one write. */
const chunkSize = 1000;

const states: Readonly<Record<string, TaskState>> = {
  waiting: "waiting",
  prioritized: "waiting",
  "waiting-children": "waiting",
  delayed: "delayed",
  active: "running",
  completed: "succeeded",
  failed: "failed",
};

/**
 * Keeps tasks in Redis by BullMQ, as BullMQ does: `name` is the task's name and `data` its arguments, so that BullMQ's
 * own queues, workers and dashboards work on the same queues.
 *
 * It keeps what Redis keeps: without `appendonly` Redis forgets the newest tasks when it crashes.
 */
export class BullmqTaskBackend implements TaskBackend {
  readonly #settings: BullmqSettings;
  readonly #producer: RedisLink;
  readonly #worker: RedisLink;
  readonly #subscriber: RedisLink;
  readonly #ends: EndWatcher;
  readonly #queues = new Map<string, Queue>();
  readonly #openings = new Map<string, Promise<Queue>>();
  readonly #consumptions = new Set<BullmqConsumption>();
  #closing: Promise<void> | undefined;

  /** Connects when it is first used. Throws `WorkerOptionInvalid`. */
  constructor(options: BullmqOptions) {
    this.#settings = resolveBullmqOptions(options);
    const { url, timeoutMs, prefix } = this.#settings;
    this.#producer = new RedisLink(url, "impatient", timeoutMs, load);
    this.#worker = new RedisLink(url, "patient", timeoutMs, load);
    this.#subscriber = new RedisLink(url, "patient", timeoutMs, load);
    this.#ends = new EndWatcher(this.#subscriber, prefix, (task) => this.#endOf(task));
  }

  async connect(): Promise<void> {
    this.#requireOpen();
    await this.#producer.ready();
  }

  enqueue(jobs: readonly TaskJob[]): Promise<void> {
    const [only] = jobs;
    if (only === undefined) return Promise.resolve();
    if (jobs.length > 1) return this.#enqueueMany(jobs);
    const json = jobJson(only, Date.now());
    return this.#onQueue(only.queue, (queue) => queue.getBackend().addJob(json, json.id)).then(nothing);
  }

  async waitForEnd(task: TaskRef, signal?: AbortSignal): Promise<TaskEnd> {
    this.#requireOpen();
    return this.#ends.wait(task, signal);
  }

  async status({ id, queue }: TaskRef): Promise<TaskStatus> {
    const [job, state] = await this.#onQueue(queue, (its) => Promise.all([its.getJob(id), its.getJobState(id)]));
    const known = states[state];
    if (job === undefined || known === undefined) throw new TaskGone({ id, queue });
    return {
      state: known,
      attempts: job.attemptsStarted,
      progress: job.progress as PlainData,
      enqueuedAt: job.timestamp,
      startedAt: job.processedOn ?? null,
      finishedAt: job.finishedOn ?? null,
      error: job.failedReason ? this.#failureOf(job) : null,
    };
  }

  async consume(options: ConsumeOptions): Promise<TaskConsumption> {
    this.#requireOpen();
    const client = await this.#worker.ready();
    const consumption = new BullmqConsumption(await load(), client, this.#settings, options);
    this.#consumptions.add(consumption);
    await consumption.start();
    return consumption;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const stops = [...this.#consumptions].map((consumption) => consumption.stop());
    await settlesWithin(Promise.allSettled(stops), this.#settings.timeoutMs);
    this.#ends.close();
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    await Promise.allSettled([this.#producer.close(), this.#worker.close(), this.#subscriber.close()]);
  }

  async #enqueueMany(jobs: readonly TaskJob[]): Promise<void> {
    const byQueue = new Map<string, TaskJob[]>();
    for (const job of jobs) {
      const its = byQueue.get(job.queue);
      if (its === undefined) byQueue.set(job.queue, [job]);
      else its.push(job);
    }
    for (const [queue, its] of byQueue) await this.#addAll(queue, its);
  }

  async #addAll(name: string, jobs: readonly TaskJob[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += chunkSize) {
      const now = Date.now();
      const chunk = jobs.slice(start, start + chunkSize);
      const entries = chunk.map((job) => ({ job: jobJson(job, now), jobId: job.id }));
      await this.#onQueue(name, (queue) => queue.getBackend().addJobs(entries));
    }
  }

  async #endOf({ id, queue }: TaskRef): Promise<TaskEnd | undefined> {
    // BullMQ's answer: -1 for no such job, 0 for not finished, 1 for completed, 2 for failed, with result or reason.
    const answer = await this.#onQueue(queue, (its) => its.getBackend().isFinished(id, true));
    const [code, value] = answer as unknown as [number, string | null | undefined];
    if (code === 0) return undefined;
    if (code === 1) return { state: "succeeded", result: JSON.parse(value ?? "null") as PlainData };
    const job = code === 2 ? await this.#onQueue(queue, (its) => its.getJob(id)) : undefined;
    if (job === undefined) throw new TaskGone({ id, queue });
    return { state: "failed", error: this.#failureOf(job) };
  }

  #failureOf(job: Job) {
    return readFailure(job.failedReason, job.stacktrace, this.#settings.maxStalls);
  }

  /**
   * Does something with a queue. When the connection is lost meanwhile, it is done again as long as the timeout has not
   * passed: every command that is used here can be repeated.
   */
  #onQueue<T>(name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = this.#queues.get(name);
    // Where all is well there is no promise but that of the command.
    if (queue === undefined || !this.#producer.isReady || this.#closing) return this.#tryOnQueue(name, work);
    return this.#producer.limit(work(queue)).catch((thrown: unknown) => {
      if (isConnectionLoss(toError(thrown))) return this.#tryOnQueue(name, work);
      throw this.#producer.unavailable(toError(thrown));
    });
  }

  async #tryOnQueue<T>(name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const deadline = Date.now() + this.#settings.timeoutMs;
    for (;;) {
      const client = await this.#producer.ready();
      try {
        const queue = await this.#queue(name, client);
        return await this.#producer.limit(work(queue));
      } catch (thrown) {
        const error = toError(thrown);
        if (!isConnectionLoss(error) || Date.now() >= deadline) throw this.#producer.unavailable(error);
      }
    }
  }

  async #queue(name: string, connection: IRedisClient): Promise<Queue> {
    const queue = this.#queues.get(name);
    if (queue !== undefined) return queue;
    let opening = this.#openings.get(name);
    if (opening === undefined) {
      opening = this.#openQueue(name, connection).finally(() => this.#openings.delete(name));
      this.#openings.set(name, opening);
    }
    return opening;
  }

  async #openQueue(name: string, connection: IRedisClient): Promise<Queue> {
    const { Queue } = await load();
    const queue = new Queue(name, { connection, prefix: this.#settings.prefix });
    // What goes wrong is told to the caller of the command.
    queue.on("error", nothing);
    await this.#producer.limit(queue.waitUntilReady());
    this.#queues.set(name, queue);
    return queue;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new TaskBackendClosed();
  }
}

function nothing(): void {}

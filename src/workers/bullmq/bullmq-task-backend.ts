import type { IRedisClient, Job, Queue } from "bullmq";

import { toError } from "../../core/index.js";
import type {
  ConsumeOptions,
  TaskBackend,
  TaskConsumption,
  TaskEnd,
  TaskInspection,
  TaskJob,
  TaskRef,
  TaskState,
  TaskStatus,
} from "../backend.js";
import { TaskBackendClosed, TaskCancelled, TaskGone } from "../errors.js";
import { settlesWithin } from "../running/within.js";
import { errorInfo } from "../tasks/error-info.js";
import type { PlainData } from "../tasks/plain-data.js";
import { TaskWatcher } from "../watching/task-watcher.js";
import { BullmqConsumption } from "./bullmq-consumption.js";
import { BullmqInspection } from "./bullmq-inspection.js";
import { type BullmqOptions, type BullmqSettings, resolveBullmqOptions } from "./bullmq-settings.js";
import { isConnectionLoss } from "./connection-loss.js";
import { readFailure, toFailure } from "./failure.js";
import { extrasIn, jobJson } from "./job-json.js";
import { OwnKeys } from "./own-keys.js";
import { runScript } from "./own-scripts.js";
import { RedisLink } from "./redis-link.js";
import { Subscriptions } from "./subscriptions.js";

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
  readonly #keys: OwnKeys;
  readonly #subscriptions: Subscriptions;
  readonly #watcher: TaskWatcher;
  readonly inspection: TaskInspection;
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
    this.#keys = new OwnKeys(prefix);
    this.#subscriptions = new Subscriptions(this.#subscriber);
    this.#watcher = new TaskWatcher({
      subscribe: (queue) =>
        this.#subscriptions.subscribe(this.#keys.changes(queue), (text) => this.#watcher.hear(queue, text)),
      unsubscribe: (queue) => this.#subscriptions.unsubscribe(this.#keys.changes(queue)),
      ends: (tasks) => Promise.all(tasks.map((task) => this.#endOf(task))),
      status: (task) => this.status(task),
    });
    this.#subscriber.onRestored(() => this.#watcher.askAgain());
    this.inspection = new BullmqInspection({
      keys: this.#keys,
      keepCount: this.#settings.keepCount,
      client: () => this.#producer.ready(),
      onQueue: (queue, work) => this.#onQueue(queue, work),
      statusOf: (job, state) => this.#statusOf(job, state),
    });
  }

  async connect(): Promise<void> {
    this.#requireOpen();
    await this.#producer.ready();
  }

  enqueue(jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined> {
    const [only] = jobs;
    if (only === undefined) return Promise.resolve(undefined);
    if (jobs.length > 1) return this.#enqueueMany(jobs);
    const json = jobJson(only, Date.now());
    return this.#onQueue(only.queue, (queue) => queue.getBackend().addJob(json, json.id)).then((id) =>
      id === only.id ? undefined : new Map([[only.id, id]]),
    );
  }

  async waitForEnd(task: TaskRef, signal?: AbortSignal): Promise<TaskEnd> {
    this.#requireOpen();
    return this.#watcher.wait(task, signal);
  }

  changes(task: TaskRef, signal?: AbortSignal): AsyncIterable<TaskStatus> {
    this.#requireOpen();
    return this.#watcher.changes(task, signal);
  }

  async status({ id, queue }: TaskRef): Promise<TaskStatus> {
    const [job, state] = await this.#onQueue(queue, (its) => Promise.all([its.getJob(id), its.getJobState(id)]));
    const known = states[state];
    if (job === undefined || known === undefined) throw new TaskGone({ id, queue });
    const isHeld =
      known === "delayed" && extrasIn(job.opts)?.concurrency !== undefined && (await this.#isHeld(id, queue));
    return this.#statusOf(job, isHeld ? "waiting" : known);
  }

  /** Whether a job that BullMQ has among the delayed ones waits for others of its key, and not for a time. */
  async #isHeld(id: string, queue: string): Promise<boolean> {
    const client = await this.#producer.ready();
    return (await this.#producer.limit(client.runCommand("zscore", [this.#keys.allHeld(queue), id]))) !== null;
  }

  #statusOf(job: Job, state: TaskState): TaskStatus {
    const error = job.failedReason ? this.#failureOf(job) : null;
    const isCancelled = state === "failed" && error?.code === TaskCancelled.code;
    return {
      state: isCancelled ? "cancelled" : state,
      attempts: job.attemptsStarted,
      progress: job.progress as PlainData,
      enqueuedAt: job.timestamp,
      startedAt: job.processedOn ?? null,
      finishedAt: job.finishedOn ?? null,
      error: isCancelled ? null : error,
    };
  }

  async cancel({ id, queue }: TaskRef): Promise<boolean> {
    const { prefix, keepFailuresMs } = this.#settings;
    const job = await this.#onQueue(queue, (its) => its.getJob(id));
    if (job === undefined) throw new TaskGone({ id, queue });
    const failure = toFailure(errorInfo(new TaskCancelled({ task: job.name, id })), true);
    const client = await this.#producer.ready();
    const names = ["wait", "paused", "delayed", "prioritized", "active", "failed", "events"];
    const its = names.map((name) => this.#keys.of(queue, name));
    const keys = [this.#keys.job(queue, id), ...its, this.#keys.cancelled(queue)];
    const [headline = ""] = (failure.stack ?? "").split("\n", 1);
    const args = [id, Date.now(), failure.message, JSON.stringify([headline]), `${prefix}:${queue}:de:`];
    const answer = await this.#producer.limit(runScript(client, "cancel", keys, args));
    if (answer === -1) throw new TaskGone({ id, queue });
    if (answer === 1) {
      await client.runCommand("publish", [this.#keys.changes(queue), id]);
      await this.#forgetOldCancelled(client, queue, Date.now() - keepFailuresMs);
    } else if (answer === 2) await client.runCommand("publish", [this.#keys.cancellations(queue), id]);
    return answer !== 0;
  }

  /** What BullMQ forgets by itself when a job fails, it has to be told here. */
  async #forgetOldCancelled(client: IRedisClient, queue: string, before: number): Promise<void> {
    await client.runCommand("zremrangebyscore", [this.#keys.cancelled(queue), "-inf", before]);
    await this.#onQueue(queue, (its) => its.getBackend().cleanJobsByState("failed", before, 100));
  }

  async lastFiring(name: string): Promise<number | undefined> {
    const client = await this.#producer.ready();
    const at = await this.#producer.limit(client.hget(this.#keys.firings, name));
    return at === null ? undefined : Number(at);
  }

  async noteFiring(name: string, at: number): Promise<void> {
    const client = await this.#producer.ready();
    await this.#producer.limit(runScript(client, "noteFiring", [this.#keys.firings], [name, at]));
  }

  async consume(options: ConsumeOptions): Promise<TaskConsumption> {
    this.#requireOpen();
    const client = await this.#worker.ready();
    const consumption = new BullmqConsumption(await load(), client, this.#settings, options);
    this.#consumptions.add(consumption);
    await consumption.start();
    for (const queue of options.queues) await this.#hearCancellations(queue, client);
    return { stop: () => consumption.stop().finally(() => this.#consumptions.delete(consumption)) };
  }

  async #hearCancellations(queue: string, client: IRedisClient): Promise<void> {
    await client.runCommand("sadd", [this.#keys.queues, queue]);
    await this.#subscriptions.subscribe(this.#keys.cancellations(queue), (id) => {
      for (const consumption of this.#consumptions) consumption.cancel(id);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const stops = [...this.#consumptions].map((consumption) => consumption.stop());
    await settlesWithin(Promise.allSettled(stops), this.#settings.timeoutMs);
    this.#watcher.close();
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    await Promise.allSettled([this.#producer.close(), this.#worker.close(), this.#subscriber.close()]);
  }

  async #enqueueMany(jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined> {
    const byQueue = new Map<string, TaskJob[]>();
    for (const job of jobs) {
      const its = byQueue.get(job.queue);
      if (its === undefined) byQueue.set(job.queue, [job]);
      else its.push(job);
    }
    const standing = new Map<string, string>();
    for (const [queue, its] of byQueue) await this.#addAll(queue, its, standing);
    return standing.size === 0 ? undefined : standing;
  }

  async #addAll(name: string, jobs: readonly TaskJob[], standing: Map<string, string>): Promise<void> {
    for (let start = 0; start < jobs.length; start += chunkSize) {
      const now = Date.now();
      const chunk = jobs.slice(start, start + chunkSize);
      const entries = chunk.map((job) => ({ job: jobJson(job, now), jobId: job.id }));
      const ids = await this.#onQueue(name, (queue) => queue.getBackend().addJobs(entries));
      for (const [index, { jobId }] of entries.entries()) {
        const id = ids[index];
        if (id !== undefined && id !== jobId) standing.set(jobId, id);
      }
    }
  }

  async #endOf({ id, queue }: TaskRef): Promise<TaskEnd | Error | undefined> {
    // BullMQ's answer: -1 for no such job, 0 for not finished, 1 for completed, 2 for failed, with result or reason.
    const answer = await this.#onQueue(queue, (its) => its.getBackend().isFinished(id, true));
    const [code, value] = answer as unknown as [number, string | null | undefined];
    if (code === 0) return undefined;
    if (code === 1) return { state: "succeeded", result: JSON.parse(value ?? "null") as PlainData };
    const job = code === 2 ? await this.#onQueue(queue, (its) => its.getJob(id)) : undefined;
    if (job === undefined) return new TaskGone({ id, queue });
    const error = this.#failureOf(job);
    return error.code === TaskCancelled.code ? { state: "cancelled" } : { state: "failed", error };
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
    await this.#producer.limit(connection.runCommand("sadd", [this.#keys.queues, name]));
    this.#queues.set(name, queue);
    return queue;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new TaskBackendClosed();
  }
}

function nothing(): void {}

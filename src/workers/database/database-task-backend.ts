import { getLogger } from "../../core/index.js";
import { Database, databases, inAtomic, onCommit } from "../../orm/index.js";
import {
  type ConsumeOptions,
  endStates,
  type TaskBackend,
  type TaskConsumption,
  type TaskEnd,
  type TaskInspection,
  type TaskJob,
  type TaskRef,
  type TaskStatus,
} from "../backend.js";
import { TaskBackendClosed, TaskGone, WorkerOptionInvalid } from "../errors.js";
import { TaskWatcher } from "../watching/task-watcher.js";
import { DatabaseConsumption } from "./database-consumption.js";
import { DatabaseInspection } from "./database-inspection.js";
import { type DatabaseTaskOptions, type DatabaseTaskSettings, resolveDatabaseOptions } from "./database-settings.js";
import { EnqueueBatches } from "./enqueue-batches.js";
import { endOf, listedTask } from "./listed-task.js";
import { type BulletinReader, TaskBulletin } from "./task-bulletin.js";
import { stateCodes } from "./task-tables.js";
import { TaskStore } from "./task-store.js";

/** What there is once the database is known. */
interface Opened {
  readonly store: TaskStore;
  readonly bulletin: TaskBulletin;
  readonly pollMs: number;
}

/** How many tasks go to the database in one statement. */
const chunkSize = 1000;

/** So many are not put together with those of others. */
const manyJobs = 100;

/**
 * Keeps tasks in tables of the project's database (`taskModels`), SQLite or PostgreSQL: as durable as everything else
 * there. What is enqueued inside a transaction of that database is a part of it.
 */
export class DatabaseTaskBackend implements TaskBackend {
  readonly inspection: TaskInspection;
  readonly #settings: DatabaseTaskSettings;
  readonly #consumptions = new Set<DatabaseConsumption>();
  readonly #queues = new Set<string>();
  readonly #batches = new EnqueueBatches((jobs) => this.#enqueueNow(this.#open(), jobs));
  readonly #watcher: TaskWatcher;
  readonly #reader: BulletinReader;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;

  /** Looks for its database when it is first used. Throws `WorkerOptionInvalid`. */
  constructor(options: DatabaseTaskOptions = {}) {
    this.#settings = resolveDatabaseOptions(options);
    this.inspection = new DatabaseInspection(() => this.#open(), this.#settings.keepCount);
    this.#watcher = new TaskWatcher({
      subscribe: () => this.#open().bulletin.read(this.#reader),
      unsubscribe: () => {},
      ends: (tasks) => this.#ends(tasks),
      status: (task) => this.status(task),
      askEveryMs: () => this.#open().pollMs,
    });
    this.#reader = {
      changed: (queue, id) => this.#watcher.hear(queue, id),
      restored: () => this.#watcher.askAgain(),
    };
  }

  get database(): string | undefined {
    const { database } = this.#settings;
    if (typeof database === "string") return database;
    return database.alias !== "" && databases.get(database.alias) === database ? database.alias : undefined;
  }

  async connect(): Promise<void> {
    const { store } = this.#open();
    await store.ask(store.sql.now);
  }

  async enqueue(jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined> {
    const opened = this.#open();
    if (jobs.length === 0) return undefined;
    for (const { queue } of jobs) await this.#know(queue);
    // Many rows are a statement of their own, and what is enqueued in a transaction is a part of that.
    const isAlone = jobs.length >= manyJobs || this.#isInTransaction();
    return isAlone ? this.#enqueueNow(opened, jobs) : this.#batches.add(jobs);
  }

  async #enqueueNow(opened: Opened, jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined> {
    const standing = new Map<string, string>();
    for (let start = 0; start < jobs.length; start += chunkSize) {
      await this.#add(opened.store, jobs.slice(start, start + chunkSize), standing);
    }
    await this.#announce(opened, jobs);
    return standing.size === 0 ? undefined : standing;
  }

  /** A queue has a row of its own, so that it is known and can be paused. */
  async #know(queue: string): Promise<void> {
    if (this.#queues.has(queue)) return;
    const { store } = this.#open();
    if (this.#isInTransaction()) return void (await store.askHere(store.sql.addQueue, queue));
    await store.ask(store.sql.addQueue, queue);
    this.#queues.add(queue);
  }

  async #add(store: TaskStore, jobs: readonly TaskJob[], standing: Map<string, string>): Promise<void> {
    const { sql } = store;
    const now = Date.now();
    const unique = jobs.flatMap(({ queue, unique: its }) =>
      its === undefined ? [] : [{ queue, unique_key: its.key }],
    );
    if (unique.length > 0) await store.askHere(sql.freeKeys, JSON.stringify(unique));
    const added = await store.askHere(sql.add, JSON.stringify(jobs.map((job) => rowOf(job, now))));
    if (added.length === jobs.length || unique.length === 0) return;
    const ids = new Set(added.map(([id]) => id));
    const holders = await store.askHere(sql.holders, JSON.stringify(unique));
    const holderOf = new Map(holders.map(([id, queue, key]) => [`${String(queue)}\n${String(key)}`, String(id)]));
    const left: TaskJob[] = [];
    for (const job of jobs) {
      if (ids.has(job.id) || job.unique === undefined) continue;
      const holder = holderOf.get(`${job.queue}\n${job.unique.key}`);
      if (holder === undefined) left.push(job);
      else if (holder !== job.id) standing.set(job.id, holder);
    }
    // Whoever had their keys has given them back meanwhile. (Or they are known by their ids, and are over.)
    const known =
      left.length === 0 ? [] : await store.askHere(sql.ends, JSON.stringify(left.map(({ id }) => ({ id }))));
    const again = left.filter(({ id }) => !known.some(([other]) => other === id));
    if (again.length > 0) await this.#add(store, again, standing);
  }

  /** In a transaction, when that commits. */
  async #announce({ bulletin }: Opened, jobs: readonly TaskJob[]): Promise<void> {
    const tell = (): void => {
      const now = Date.now();
      const told = new Set<string>();
      for (const { queue, runAt } of jobs) {
        if (runAt !== undefined && runAt > now) bulletin.due(queue, runAt);
        else if (!told.has(queue)) {
          told.add(queue);
          bulletin.due(queue);
        }
      }
    };
    const { database: using } = this;
    if (using !== undefined && this.#isInTransaction()) await onCommit(tell, { using });
    else tell();
  }

  #isInTransaction(): boolean {
    const { database } = this;
    return database !== undefined && inAtomic(database);
  }

  async waitForEnd(task: TaskRef, signal?: AbortSignal): Promise<TaskEnd> {
    this.#open();
    return this.#watcher.wait(task, signal);
  }

  changes(task: TaskRef, signal?: AbortSignal): AsyncIterable<TaskStatus> {
    this.#open();
    return this.#watcher.changes(task, signal);
  }

  async status({ id, queue }: TaskRef): Promise<TaskStatus> {
    const { store } = this.#open();
    const [row] = await store.askHere(store.sql.one, id);
    if (row === undefined) throw new TaskGone({ id, queue });
    const { state, attempts, progress, enqueuedAt, startedAt, finishedAt, error } = listedTask(row);
    return { state, attempts, progress, enqueuedAt, startedAt, finishedAt, error };
  }

  async cancel({ id, queue }: TaskRef): Promise<boolean> {
    const { store, bulletin } = this.#open();
    const [ended] = await store.ask(store.sql.cancelWaiting, id);
    if (ended !== undefined) {
      await store.ask(store.sql.endTurn, id);
      bulletin.changed(String(ended[0]), id);
      return true;
    }
    const [running] = await store.ask(store.sql.cancelRunning, id);
    if (running !== undefined) {
      bulletin.cancelled(id);
      return true;
    }
    // It may have been put back between the two, to wait for its limit.
    const { state } = await this.status({ id, queue });
    return endStates.has(state) ? false : this.cancel({ id, queue });
  }

  async lastFiring(name: string): Promise<number | undefined> {
    const { store } = this.#open();
    const [row] = await store.ask(store.sql.lastFiring, name);
    return row === undefined ? undefined : Number(row[0]);
  }

  async noteFiring(name: string, at: number): Promise<void> {
    const { store } = this.#open();
    await store.ask(store.sql.noteFiring, name, at);
  }

  async consume(options: ConsumeOptions): Promise<TaskConsumption> {
    const { store, bulletin, pollMs } = this.#open();
    for (const queue of options.queues) await this.#know(queue);
    const consumption = new DatabaseConsumption({ store, bulletin, pollMs, settings: this.#settings }, options);
    this.#consumptions.add(consumption);
    await consumption.start();
    return consumption;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled([...this.#consumptions].map((consumption) => consumption.stop()));
    this.#watcher.close();
    this.#opened?.bulletin.forget(this.#reader);
    await this.#opened?.bulletin.close();
  }

  async #ends(tasks: readonly TaskRef[]): Promise<readonly (TaskEnd | Error | undefined)[]> {
    const { store } = this.#open();
    const rows = await store.ask(store.sql.ends, JSON.stringify(tasks.map(({ id }) => ({ id }))));
    const byId = new Map(rows.map((row) => [row[0], row]));
    return tasks.map(({ id, queue }) => {
      const row = byId.get(id);
      return row === undefined ? new TaskGone({ id, queue }) : endOf(row[1], row[2], row[3]);
    });
  }

  /** Throws `TaskBackendClosed`, and `DatabaseNotConfigured`. */
  #open(): Opened {
    if (this.#closing !== undefined) throw new TaskBackendClosed();
    if (this.#opened !== undefined) return this.#opened;
    const given = this.#settings.database;
    const database = given instanceof Database ? given : databases.get(given);
    if (database.engine !== "sqlite" && database.engine !== "postgres") {
      const problem = `is on ${database.engine}; tasks can be kept in SQLite and PostgreSQL, or in Redis`;
      throw new WorkerOptionInvalid({ option: "database", problem });
    }
    const store = new TaskStore(database);
    const pollMs = this.#settings.pollMs ?? (store.isPostgres ? 1000 : 100);
    getLogger().debug({ database: database.alias, engine: database.engine, pollMs }, "tasks are kept in the database");
    this.#opened = { store, bulletin: new TaskBulletin(store), pollMs };
    return this.#opened;
  }
}

function rowOf(job: TaskJob, now: number) {
  const { id, queue, name, priority, retries, unique, concurrency, rateLimit, carried } = job;
  const isDelayed = job.runAt !== undefined && job.runAt > now;
  const uniqueKey = typeof unique?.until === "string" ? unique.key : undefined;
  // The limits stand first: a claim looks whether they begin with one.
  const extras = JSON.stringify({ concurrency, rateLimit, carried, uniqueKey });
  return {
    id,
    queue,
    name,
    state: isDelayed ? stateCodes.delayed : stateCodes.waiting,
    rank: isDelayed ? 0 : priority,
    at: Math.ceil(isDelayed ? job.runAt : now),
    priority,
    args: JSON.stringify(job.args) ?? null,
    retries,
    limits: extras === "{}" ? null : extras,
    unique_key: unique?.key ?? null,
    unique_until: unique === undefined ? null : untilOf(unique.until, now),
    request_id: job.requestId ?? null,
    expires_at: job.expiresAt ?? null,
    attempts: 0,
    failures: 0,
    stalls: 0,
    progress: "0",
    enqueued_at: now,
    is_cancelling: 0,
  };
}

function untilOf(until: "start" | "end" | number, now: number): number {
  if (until === "start") return 0;
  return until === "end" ? -1 : Math.ceil(now + until);
}

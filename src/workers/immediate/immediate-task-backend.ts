import { AsyncLocalStorage } from "node:async_hooks";

import { ConsumerServices } from "../../consumers/index.js";
import { getLogger } from "../../core/index.js";
import type {
  ConsumeOptions,
  RunOutcome,
  TaskBackend,
  TaskConsumption,
  TaskEnd,
  TaskInspection,
  TaskJob,
  TaskRef,
  TaskStatus,
} from "../backend.js";
import { TaskBackendClosed, TaskGone, TaskQueueFull } from "../errors.js";
import { taskApplication } from "../running/task-application.js";
import { TaskRunner } from "../running/task-runner.js";
import { definedTasks } from "../tasks/defined-tasks.js";
import { ThreadPool } from "../threads/thread-pool.js";
import { DueLine } from "./due-line.js";
import { ImmediateConsumption } from "./immediate-consumption.js";
import { ImmediateInspection } from "./immediate-inspection.js";
import { KeptEnds } from "./kept-ends.js";
import { LocalLimits } from "./local-limits.js";
import { TaskEntry } from "./task-entry.js";
import { Timers } from "./timers.js";

/** Options of `ImmediateTaskBackend`. */
export interface ImmediateOptions {
  /**
   * `background` (default): a task starts in the next turn of the event loop. `inline`: `enqueue` runs it to its end,
   * with its retries, before it resolves; delays and waits between retries are skipped. For tests.
   */
  readonly mode?: "background" | "inline";
  /** How many tasks may wait, those of later times included. Default 10,000; above that `enqueue` rejects. */
  readonly capacity?: number;
  /** How many tasks of each queue run at once while no worker was started. Default 10. */
  readonly concurrency?: number;
  /** How long results are kept, in milliseconds. Default 1 hour. */
  readonly keepResultsMs?: number;
  /** How long failures are kept, in milliseconds. Default 7 days. */
  readonly keepFailuresMs?: number;
  /** How many results, and how many failures, are kept at most. Default 10,000 each. */
  readonly keepCount?: number;
}

const hourMs = 3_600_000;

/**
 * Runs tasks in this process and keeps them in its memory: **what waits or runs when the process ends is lost**. In
 * return it needs no server. While no worker runs here (`runWorker`), it runs the tasks by itself, without middleware.
 */
export class ImmediateTaskBackend implements TaskBackend {
  readonly #mode: "background" | "inline";
  readonly #capacity: number;
  readonly #results: KeptEnds;
  readonly #failures: KeptEnds;
  /** Those that are not over. */
  readonly #entries = new Map<string, TaskEntry>();
  /** Those that are due, by queue. A queue that has ever had a task has one. */
  readonly #due = new Map<string, DueLine>();
  readonly #limits = new LocalLimits();
  readonly #timers = new Timers<TaskEntry>();
  readonly #firings = new Map<string, number>();
  readonly #consumptions = new Set<ImmediateConsumption>();
  readonly #own: ImmediateConsumption;
  readonly #threads = new ThreadPool();
  readonly inspection: TaskInspection;
  /** Tasks start where the backend was made, not inside the request or the transaction that enqueued them. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #turn: NodeJS.Immediate | undefined;
  #isClosed = false;

  constructor(options: ImmediateOptions = {}) {
    const { mode = "background", capacity = 10_000, concurrency = 10, keepCount = 10_000 } = options;
    this.#mode = mode;
    this.#capacity = capacity;
    this.#results = new KeptEnds(options.keepResultsMs ?? hourMs, keepCount);
    this.#failures = new KeptEnds(options.keepFailuresMs ?? 7 * 24 * hourMs, keepCount);
    const application = taskApplication(definedTasks, new ConsumerServices(), this.#threads);
    const executor = new TaskRunner(application, definedTasks, this.#threads);
    this.#own = new ImmediateConsumption({ executor, concurrency }, () => {});
    this.inspection = new ImmediateInspection({
      entries: () => [...this.#entries.values(), ...this.#results, ...this.#failures],
      names: () => this.#due.keys(),
      isPaused: (queue) => this.#due.get(queue)?.isPaused ?? false,
      workers: (queue) => [...this.#consumptions].filter((consumption) => consumption.serves(queue)).length,
      retry: (task) => this.#retry(task),
      remove: ({ id }) => this.#results.delete(id) || this.#failures.delete(id),
      pause: (queue, isPaused) => {
        this.#line(queue).isPaused = isPaused;
        this.#runDueSoon();
      },
    });
  }

  async connect(): Promise<void> {}

  async enqueue(jobs: readonly TaskJob[]): Promise<ReadonlyMap<string, string> | undefined> {
    if (this.#isClosed) throw new TaskBackendClosed();
    const fresh = jobs.filter((job) => this.#find(job.id) === undefined).map((job) => new TaskEntry(job));
    if (this.#entries.size + fresh.length > this.#capacity) throw new TaskQueueFull({ capacity: this.#capacity });
    let standing: Map<string, string> | undefined;
    const added: TaskEntry[] = [];
    for (const entry of fresh) {
      const holder = this.#limits.claim(entry);
      if (holder === undefined) added.push(entry);
      else (standing ??= new Map()).set(entry.job.id, holder.job.id);
    }
    for (const entry of added) this.#entries.set(entry.job.id, entry);
    for (const entry of added) {
      if (this.#mode === "inline") await this.#outside(() => this.#runInline(entry));
      else this.#schedule(entry, entry.job.runAt);
    }
    return standing;
  }

  async waitForEnd({ id, queue }: TaskRef, signal?: AbortSignal): Promise<TaskEnd> {
    const entry = this.#find(id);
    if (entry === undefined) throw new TaskGone({ id, queue });
    return entry.waitForEnd(signal);
  }

  async status({ id, queue }: TaskRef): Promise<TaskStatus> {
    const entry = this.#find(id);
    if (entry === undefined) throw new TaskGone({ id, queue });
    return entry.status();
  }

  async *changes({ id, queue }: TaskRef, signal?: AbortSignal): AsyncGenerator<TaskStatus, void> {
    const entry = this.#find(id);
    if (entry === undefined) throw new TaskGone({ id, queue });
    yield* entry.changes(signal);
  }

  async cancel({ id, queue }: TaskRef): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      if (this.#find(id) !== undefined) return false;
      throw new TaskGone({ id, queue });
    }
    const isWaiting = this.#due.get(queue)?.delete(entry) || this.#timers.cancel(entry) || this.#limits.unhold(entry);
    if (isWaiting) this.#finish(entry, { state: "cancelled" }, this.#failures);
    else for (const { executor } of [this.#own, ...this.#consumptions]) executor.stop(id, "cancelled");
    this.#runDueSoon();
    return true;
  }

  async lastFiring(name: string): Promise<number | undefined> {
    return this.#firings.get(name);
  }

  async noteFiring(name: string, at: number): Promise<void> {
    this.#firings.set(name, Math.max(at, this.#firings.get(name) ?? 0));
  }

  async consume(options: ConsumeOptions): Promise<TaskConsumption> {
    if (this.#isClosed) throw new TaskBackendClosed();
    const consumption = new ImmediateConsumption(options, this.#onStop);
    this.#consumptions.add(consumption);
    this.#runDueSoon();
    return consumption;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearImmediate(this.#turn);
    this.#timers.clear();
    const lost = this.#entries.size;
    if (lost > 0) getLogger().warn({ lost }, "tasks that waited or ran in this process are lost: it ends");
    this.#due.clear();
    for (const entry of this.#entries.values()) entry.abandon(new TaskBackendClosed());
    this.#entries.clear();
    this.#results.clear();
    this.#failures.clear();
    await this.#threads.close();
  }

  #find(id: string): TaskEntry | undefined {
    return this.#entries.get(id) ?? this.#results.get(id) ?? this.#failures.get(id);
  }

  #retry({ id }: TaskRef): boolean {
    const entry = this.#failures.get(id);
    if (entry === undefined) return false;
    const again = new TaskEntry({ ...entry.job, expiresAt: undefined });
    const holder = this.#limits.claim(again);
    // A key that is held for a time does not keep two from running side by side.
    if (holder !== undefined && typeof entry.job.unique?.until !== "number") return false;
    this.#failures.delete(id);
    this.#entries.set(id, again);
    this.#makeDue(again);
    return true;
  }

  #schedule(entry: TaskEntry, at: number | undefined): void {
    if (at === undefined || at <= Date.now()) return this.#makeDue(entry);
    entry.runAt = at;
    entry.state = "delayed";
    this.#timers.at(at, entry, () => this.#makeDue(entry));
  }

  #makeDue(entry: TaskEntry): void {
    entry.runAt = null;
    entry.state = "waiting";
    this.#line(entry.job.queue).add(entry);
    this.#runDueSoon();
  }

  #line(queue: string): DueLine {
    const known = this.#due.get(queue);
    if (known !== undefined) return known;
    const line = new DueLine();
    this.#due.set(queue, line);
    return line;
  }

  #runDueSoon(): void {
    this.#turn ??= this.#outside(() =>
      setImmediate(() => {
        this.#turn = undefined;
        this.#runDue();
      }),
    );
  }

  #runDue(): void {
    for (const [queue, line] of this.#due) {
      if (line.isPaused) continue;
      for (let entry = line.first; entry !== undefined; entry = line.first) {
        const consumption = this.#consumptionFor(queue);
        if (consumption === undefined) break;
        line.delete(entry);
        const turn = this.#limits.takeTurn(entry);
        if (typeof turn === "number") this.#schedule(entry, turn);
        if (turn !== "now") continue;
        consumption.take(queue);
        void this.#run(entry, consumption);
      }
    }
    for (const consumption of this.#consumptions) this.#finishIfDone(consumption);
  }

  /** A worker with a free place. Once there is a worker, the backend runs nothing by itself. */
  #consumptionFor(queue: string): ImmediateConsumption | undefined {
    if (this.#consumptions.size === 0) return this.#own.hasRoom(queue) ? this.#own : undefined;
    for (const consumption of this.#consumptions) if (consumption.hasRoom(queue)) return consumption;
    return undefined;
  }

  async #run(entry: TaskEntry, consumption: ImmediateConsumption): Promise<void> {
    const outcome = await consumption.executor.execute(entry.start());
    consumption.release(entry.job.queue);
    const next = this.#limits.endTurn(entry);
    if (this.#isClosed) return;
    if (next !== undefined) this.#makeDue(next);
    if (outcome.type === "returned") {
      // It said so because it is being closed; another worker may still come.
      consumption.shut();
      this.#makeDue(entry);
    } else {
      const retryInMs = this.#record(entry, outcome);
      if (retryInMs !== null) this.#schedule(entry, Date.now() + retryInMs);
    }
    this.#runDueSoon();
  }

  async #runInline(entry: TaskEntry): Promise<void> {
    const { queue } = entry.job;
    const worker = [...this.#consumptions].find((consumption) => consumption.serves(queue));
    const { executor } = worker ?? this.#own;
    for (;;) {
      const outcome = await executor.execute(entry.start());
      if (outcome.type === "returned") return this.#makeDue(entry);
      if (this.#record(entry, outcome) === null) return;
    }
  }

  /** The wait until the next run, `null` where there is none. */
  #record(entry: TaskEntry, outcome: Exclude<RunOutcome, { type: "returned" }>): number | null {
    if (outcome.type === "completed") {
      this.#finish(entry, { state: "succeeded", result: outcome.result }, this.#results);
      return null;
    }
    if (outcome.type === "cancelled") {
      this.#finish(entry, { state: "cancelled" }, this.#failures);
      return null;
    }
    entry.fail(outcome.error);
    if (outcome.retryInMs !== null) return outcome.retryInMs;
    this.#finish(entry, { state: "failed", error: outcome.error }, this.#failures);
    return null;
  }

  #finish(entry: TaskEntry, end: TaskEnd, ends: KeptEnds): void {
    this.#entries.delete(entry.job.id);
    this.#limits.finish(entry);
    entry.finish(end);
    ends.add(entry);
  }

  readonly #onStop = (consumption: ImmediateConsumption): void => {
    this.#finishIfDone(consumption);
  };

  #finishIfDone(consumption: ImmediateConsumption): void {
    if (!consumption.isStopping || !consumption.isIdle) return;
    for (const [queue, line] of this.#due) {
      if (consumption.serves(queue) && !line.isPaused && !line.isEmpty) return;
    }
    this.#consumptions.delete(consumption);
    consumption.finish();
  }
}

import { randomUUID } from "node:crypto";

import { getLogger, toError } from "../../core/index.js";
import type { ConsumeOptions, RunOutcome, TaskConsumption, TaskDelivery, TaskExecutor } from "../backend.js";
import { TaskStalled } from "../errors.js";
import { errorInfo } from "../tasks/error-info.js";
import type { PlainData } from "../tasks/plain-data.js";
import { progressMark } from "../watching/task-announcer.js";
import type { DatabaseTaskSettings } from "./database-settings.js";
import { OutcomeRecorder } from "./outcome-recorder.js";
import { QueueLoop } from "./queue-loop.js";
import type { BulletinReader, TaskBulletin } from "./task-bulletin.js";
import { stateCodes } from "./task-tables.js";
import type { TaskStore } from "./task-store.js";
import { type TakenTask, takenTask } from "./taken-task.js";
import { type LimitedTask, type RowLimits, Turns } from "./turns.js";

/** What a consumption needs of its backend. */
export interface ConsumptionParts {
  readonly store: TaskStore;
  readonly settings: DatabaseTaskSettings;
  readonly bulletin: TaskBulletin;
  readonly pollMs: number;
}

/** How often old ends are looked for, at most, in milliseconds. */
const forgetEveryMs = 60_000;

/** A worker's hold on queues of a database. */
export class DatabaseConsumption implements TaskConsumption, BulletinReader {
  readonly #store: TaskStore;
  readonly #settings: DatabaseTaskSettings;
  readonly #bulletin: TaskBulletin;
  readonly #executor: TaskExecutor;
  readonly #worker = randomUUID();
  readonly #recorder: OutcomeRecorder;
  readonly #turns: Turns;
  readonly #loops = new Map<string, QueueLoop>();
  /** What this worker has taken and not recorded the end of. */
  readonly #taken = new Map<string, TakenTask>();
  #timer: NodeJS.Timeout | undefined;
  #forgetAt = 0;
  #onIdle: (() => void) | undefined;
  #stopped: Promise<void> | undefined;
  #isLookingAfter = false;

  constructor({ store, settings, bulletin, pollMs }: ConsumptionParts, options: ConsumeOptions) {
    this.#store = store;
    this.#settings = settings;
    this.#bulletin = bulletin;
    this.#executor = options.executor;
    this.#recorder = new OutcomeRecorder(store, settings, this.#worker);
    this.#turns = new Turns(store);
    for (const queue of options.queues) {
      const work = { take: (count: number) => this.#take(queue, count), promote: () => this.#promote(queue) };
      this.#loops.set(queue, new QueueLoop(queue, options.concurrency, pollMs, work));
    }
  }

  async start(): Promise<void> {
    await this.#bulletin.read(this);
    await this.#signIn();
    this.#timer = setInterval(() => void this.#lookAfter(), this.#settings.leaseMs / 3);
    await this.#lookAfter();
    for (const loop of this.#loops.values()) loop.wake();
  }

  due(queue: string, at: number | undefined): void {
    this.#loops.get(queue)?.wake(at);
  }

  cancelled(id: string): void {
    if (this.#taken.has(id)) this.#executor.stop(id, "cancelled");
  }

  restored(): void {
    for (const loop of this.#loops.values()) loop.wake();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#bulletin.forget(this);
    const idle = new Promise<void>((resolve) => (this.#onIdle = resolve));
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
    if (this.#taken.size > 0) await idle;
    clearInterval(this.#timer);
    await this.#signOut();
  }

  async #signIn(): Promise<void> {
    const { sql } = this.#store;
    for (const queue of this.#loops.keys()) {
      await this.#store.ask(sql.signIn, this.#place(queue), queue, this.#settings.leaseMs);
    }
  }

  async #signOut(): Promise<void> {
    try {
      for (const queue of this.#loops.keys()) await this.#store.ask(this.#store.sql.signOut, this.#place(queue));
    } catch (thrown) {
      getLogger().debug({ err: toError(thrown) }, "a worker that stops could not say so; its claims run out");
    }
  }

  #place(queue: string): string {
    return `${this.#worker} ${queue}`;
  }

  async #promote(queue: string): Promise<number | undefined> {
    if (!this.#store.isPostgres) await this.#stopCancelled(queue);
    return this.#promoteDue(queue);
  }

  /** SQLite tells nobody outside of a process that a run is to end. */
  async #stopCancelled(queue: string): Promise<void> {
    if (this.#taken.size === 0) return;
    for (const [id] of await this.#store.ask(this.#store.sql.cancelling, queue, this.#worker)) {
      this.#executor.stop(String(id), "cancelled");
    }
  }

  async #promoteDue(queue: string): Promise<number | undefined> {
    const { sql } = this.#store;
    const [next] = await this.#store.ask(sql.nextDue, queue);
    if (next === undefined) return undefined;
    const inMs = Number(next[0]) - Number(next[1]);
    if (inMs > 0) return inMs;
    await this.#store.ask(sql.promote, queue);
    return this.#promoteDue(queue);
  }

  async #take(queue: string, count: number): Promise<number> {
    const { sql } = this.#store;
    const rows = await this.#store.ask(sql.claim, this.#worker, this.#settings.leaseMs, queue, queue, count);
    const tasks = rows.map((row) => takenTask(queue, row));
    // The database changes rows in the order that suits it.
    tasks.sort((a, b) => a.rank - b.rank || a.at - b.at || (a.id < b.id ? -1 : 1));
    for (const task of tasks) {
      this.#taken.set(task.id, task);
      this.#loops.get(queue)?.begin();
      if (task.limits === undefined) void this.#run(task);
      else void this.#runInTurn(task, task.limits);
    }
    return rows.length;
  }

  async #runInTurn(task: TakenTask, limits: RowLimits): Promise<void> {
    const limited: LimitedTask = { ...task, limits };
    try {
      const waitMs = await this.#turns.take(limited);
      if (waitMs === 0) return await this.#run(task);
      if (waitMs !== null) this.#bulletin.due(task.queue, Date.now() + waitMs);
    } catch (thrown) {
      // The claim runs out by itself, and then the task is found again.
      getLogger().error({ taskId: task.id, err: toError(thrown) }, "a task's turn could not be asked for");
    }
    this.#letGo(task);
  }

  async #run(task: TakenTask): Promise<void> {
    const outcome: RunOutcome = task.isCancelling
      ? { type: "cancelled" }
      : await this.#executor.execute(this.#delivery(task));
    const isRecorded = await this.#recorder.record(task, outcome);
    if (isRecorded) this.#announce(task, outcome);
    if (task.limits?.concurrency !== undefined) await this.#endTurn(task, task.limits);
    this.#letGo(task);
  }

  #announce({ id, queue }: TakenTask, outcome: RunOutcome): void {
    if (outcome.type === "returned") this.#bulletin.due(queue);
    else if (outcome.type === "failed" && outcome.retryInMs !== null) {
      this.#bulletin.due(queue, Date.now() + outcome.retryInMs);
    } else this.#bulletin.changed(queue, id);
  }

  async #endTurn(task: TakenTask, limits: RowLimits): Promise<void> {
    try {
      if (await this.#turns.end({ id: task.id, queue: task.queue, limits })) this.#bulletin.due(task.queue);
    } catch (thrown) {
      const text = "a place under a limit could not be given up; it is found later";
      getLogger().warn({ taskId: task.id, err: toError(thrown) }, text);
    }
  }

  #letGo(task: TakenTask): void {
    if (this.#taken.get(task.id) === task) this.#taken.delete(task.id);
    this.#loops.get(task.queue)?.end();
    if (this.#taken.size === 0) this.#onIdle?.();
  }

  #delivery(task: TakenTask): TaskDelivery {
    const { id, queue, name, args, requestId, carried, attempt, failures, retries, expiresAt } = task;
    return {
      id,
      queue,
      name,
      args: args === null ? undefined : (JSON.parse(args) as unknown),
      requestId: requestId ?? undefined,
      carried,
      attempt,
      failures,
      retries,
      expiresAt: expiresAt ?? undefined,
      progress: (value) => this.#progress(task, value),
    };
  }

  async #progress({ id, queue }: TakenTask, value: PlainData): Promise<void> {
    await this.#store.ask(this.#store.sql.progress, JSON.stringify(value) ?? "null", id, this.#worker);
    this.#bulletin.changed(queue, progressMark + id);
  }

  /** Renews the claims of this worker, and sees to what others have left. */
  async #lookAfter(): Promise<void> {
    if (this.#isLookingAfter) return;
    this.#isLookingAfter = true;
    try {
      await this.#renew();
      await this.#signIn();
      for (const [queue, loop] of this.#loops) {
        await this.#recover(queue);
        if (await this.#turns.repair(queue)) loop.wake();
      }
      if (Date.now() >= this.#forgetAt) {
        this.#forgetAt = Date.now() + forgetEveryMs;
        await this.#store.ask(this.#store.sql.forgetWorkers);
        for (const queue of this.#loops.keys()) await this.#forgetOld(queue);
      }
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "claims on tasks could not be renewed");
    } finally {
      this.#isLookingAfter = false;
    }
  }

  async #renew(): Promise<void> {
    const tasks = [...this.#taken.values()];
    if (tasks.length === 0) return;
    const ids = JSON.stringify(tasks.map(({ id }) => ({ id })));
    const kept = new Map<unknown, { attempts: unknown; isCancelling: boolean }>();
    const rows = await this.#store.ask(this.#store.sql.renew, this.#settings.leaseMs, this.#worker, ids);
    for (const [id, attempts, isCancelling] of rows)
      kept.set(id, { attempts, isCancelling: Number(isCancelling) === 1 });
    for (const task of tasks) {
      // It may have ended meanwhile.
      if (this.#taken.get(task.id) !== task) continue;
      const mine = kept.get(task.id);
      if (mine?.isCancelling === true) this.#executor.stop(task.id, "cancelled");
      else if (mine?.attempts !== task.attempt) this.#executor.stop(task.id, "lost");
    }
  }

  async #recover(queue: string): Promise<void> {
    const { maxStalls } = this.#settings;
    const error = JSON.stringify({ ...errorInfo(new TaskStalled({ maxStalls })), stack: null });
    const most = Array.from({ length: 5 }, () => maxStalls);
    const rows = await this.#store.ask(this.#store.sql.recover, ...most, error, maxStalls, queue);
    for (const [id, state] of rows) {
      getLogger().warn({ queue, taskId: id }, "the worker of a task has died; the task runs again");
      if (Number(state) === stateCodes.failed) this.#bulletin.changed(queue, String(id));
      else this.#bulletin.due(queue);
    }
  }

  async #forgetOld(queue: string): Promise<void> {
    const { keepResultsMs, keepFailuresMs } = this.#settings;
    const { sql } = this.#store;
    await this.#store.ask(sql.forgetOld, queue, stateCodes.succeeded, keepResultsMs);
    await this.#store.ask(sql.forgetOld, queue, stateCodes.failed, keepFailuresMs);
    await this.#store.ask(sql.forgetOld, queue, stateCodes.cancelled, keepFailuresMs);
  }
}

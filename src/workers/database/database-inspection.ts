import { type QueryResult, UniqueViolation } from "../../orm/index.js";
import type {
  QueueActivity,
  QueueCounts,
  TaskInspection,
  TaskListing,
  TaskQuery,
  TaskRef,
  TaskState,
} from "../backend.js";
import { endsPerSecond, rateWindowMs } from "../end-rate.js";
import { listedTask, stateOf } from "./listed-task.js";
import { uniqueKeyIn } from "./taken-task.js";
import type { TaskBulletin } from "./task-bulletin.js";
import { stateCodes } from "./task-tables.js";
import type { TaskStore } from "./task-store.js";

/** What the inspection needs of its backend, once that is open. */
export interface InspectedTables {
  readonly store: TaskStore;
  readonly bulletin: TaskBulletin;
}

/** A look into the queues of a database. */
export class DatabaseInspection implements TaskInspection {
  readonly #open: () => InspectedTables;
  readonly #keepCount: number;

  /** `keepCount` is how many ends a queue keeps. */
  constructor(open: () => InspectedTables, keepCount: number) {
    this.#open = open;
    this.#keepCount = keepCount;
  }

  async queues(): Promise<readonly string[]> {
    const { store } = this.#open();
    return (await store.ask(store.sql.queues)).map(([queue]) => String(queue));
  }

  async counts(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    const { store } = this.#open();
    const paused = new Map((await store.ask(store.sql.queues)).map(([queue, isPaused]) => [queue, Number(isPaused)]));
    return Promise.all(
      queues.map(async (queue) => {
        const counts: Record<TaskState, number> = {
          delayed: 0,
          waiting: 0,
          running: 0,
          succeeded: 0,
          failed: 0,
          cancelled: 0,
        };
        for (const [code, count] of await store.ask(store.sql.counts, queue)) counts[stateOf(code)] += Number(count);
        return { queue, isPaused: paused.get(queue) === 1, ...counts };
      }),
    );
  }

  activity(queues: readonly string[]): Promise<readonly QueueActivity[]> {
    const { store } = this.#open();
    const { sql } = store;
    const { succeeded, failed, cancelled } = stateCodes;
    return Promise.all(
      queues.map(async (queue) => {
        const [[workers] = [0]] = await store.ask(sql.countWorkers, queue);
        const ends = [];
        for (const state of [succeeded, failed, cancelled]) {
          const [[count, oldestMs] = [0, 0]] = await store.ask(sql.ended, queue, state, rateWindowMs);
          ends.push({ count: Number(count), oldestMs: Number(oldestMs ?? 0) });
        }
        return { queue, workers: Number(workers), endedPerSecond: endsPerSecond(ends, this.#keepCount) };
      }),
    );
  }

  async list({ queue, state, offset = 0, limit = 100 }: TaskQuery): Promise<readonly TaskListing[]> {
    const { store } = this.#open();
    const isOver = state === "succeeded" || state === "failed" || state === "cancelled";
    const statement = isOver ? store.sql.listNewest : store.sql.listNext;
    const rows = [...(await store.ask(statement, queue, stateCodes[state], limit, offset))];
    if (state === "waiting" && rows.length < limit) {
      // Those that wait for others of their key come after those that are due.
      const due = await this.#countDue(queue);
      const skipped = Math.max(offset - due, 0);
      rows.push(...(await store.ask(store.sql.listNext, queue, stateCodes.held, limit - rows.length, skipped)));
    }
    return rows.map(listedTask);
  }

  async #countDue(queue: string): Promise<number> {
    const { store } = this.#open();
    const rows = await store.ask(store.sql.counts, queue);
    return Number(rows.find(([code]) => Number(code) === stateCodes.waiting)?.[1] ?? 0);
  }

  async retry({ id }: TaskRef): Promise<boolean> {
    const { store, bulletin } = this.#open();
    const [found] = await store.ask(store.sql.one, id);
    const key = uniqueKeyIn(found?.at(-1)) ?? null;
    const [row] = await this.#unlessTaken(() => store.ask(store.sql.retry, key, id, key));
    if (row === undefined) return false;
    bulletin.due(String(row[0]));
    return true;
  }

  /** Nothing where another took the unique key at the same time. */
  async #unlessTaken(retry: () => Promise<QueryResult["rows"]>): Promise<QueryResult["rows"]> {
    try {
      return await retry();
    } catch (thrown) {
      if (thrown instanceof UniqueViolation) return [];
      throw thrown;
    }
  }

  async remove({ id }: TaskRef): Promise<boolean> {
    const { store } = this.#open();
    return (await store.ask(store.sql.remove, id)).length > 0;
  }

  async pause(queue: string, isPaused: boolean): Promise<void> {
    const { store, bulletin } = this.#open();
    await store.ask(store.sql.pauseQueue, queue, isPaused ? 1 : 0);
    if (!isPaused) bulletin.due(queue);
  }
}

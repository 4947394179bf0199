import type { ConcurrencyLimit, RateLimit } from "../backend.js";
import { stateCodes } from "./task-tables.js";
import type { Ask, TaskStore } from "./task-store.js";

/** The limits of a task, as its row keeps them. */
export interface RowLimits {
  readonly concurrency?: ConcurrencyLimit | undefined;
  readonly rateLimit?: RateLimit | undefined;
}

/** A task that a worker has taken, and that has limits. */
export interface LimitedTask {
  readonly id: string;
  readonly queue: string;
  readonly rank: number;
  readonly at: number;
  readonly limits: RowLimits;
}

/** Counts the turns of tasks that have limits of concurrency or of rate. */
export class Turns {
  readonly #store: TaskStore;

  constructor(store: TaskStore) {
    this.#store = store;
  }

  /** Takes a turn; or puts the task back: until another ends (`null`), or for so many milliseconds. 0 for a turn. */
  take(task: LimitedTask): Promise<number | null> {
    const { sql } = this.#store;
    const { concurrency, rateLimit } = task.limits;
    return this.#store.transaction(async (ask) => {
      await this.#lock(ask, task);
      if (concurrency !== undefined) {
        const [[running] = []] = await ask(sql.countTurns, task.queue, concurrency.key);
        if (Number(running) >= concurrency.max) {
          await ask(sql.putBack, stateCodes.held, 0, 0, task.id);
          await this.#setTurn(ask, task, concurrency, 0);
          return null;
        }
      }
      if (rateLimit !== undefined) {
        const waitMs = await takeStart(ask, this.#store, `${task.queue}\n${rateLimit.key}`, rateLimit);
        if (waitMs > 0) {
          await ask(sql.putBack, stateCodes.delayed, 1, waitMs, task.id);
          return waitMs;
        }
      }
      if (concurrency !== undefined) await this.#setTurn(ask, task, concurrency, 1);
      await ask(sql.started, task.id);
      return 0;
    });
  }

  /** A run is over, however. Whether another is due now. */
  end({ id, queue, limits }: Pick<LimitedTask, "id" | "queue" | "limits">): Promise<boolean> {
    const { concurrency } = limits;
    if (concurrency === undefined) return Promise.resolve(false);
    return this.#store.transaction(async (ask) => {
      await this.#lock(ask, { queue, limits });
      await ask(this.#store.sql.endTurn, id);
      return this.#admit(ask, queue, concurrency.key, concurrency.max);
    });
  }

  /** Repairs what dead workers have left: turns of tasks that run no more, and tasks that nobody lets go on. */
  async repair(queue: string): Promise<boolean> {
    const { sql } = this.#store;
    await this.#store.ask(sql.forgetTurns, queue);
    let isDue = false;
    for (const [key, max] of await this.#store.ask(sql.heldKeys, queue)) {
      const concurrency = { key: String(key), max: Number(max) };
      const admitted = await this.#store.transaction(async (ask) => {
        await this.#lock(ask, { queue, limits: { concurrency } });
        return this.#admit(ask, queue, concurrency.key, concurrency.max);
      });
      isDue ||= admitted;
    }
    await this.#store.ask(sql.forgetWindows);
    return isDue;
  }

  /** Lets as many held tasks of a key go on as there is room for. */
  async #admit(ask: Ask, queue: string, key: string, max: number): Promise<boolean> {
    const { sql } = this.#store;
    const [[running] = []] = await ask(sql.countTurns, queue, key);
    let room = max - Number(running);
    let isDue = false;
    while (room > 0) {
      const next = await ask(sql.nextTurns, queue, key, room);
      if (next.length === 0) break;
      for (const [id] of next) {
        await ask(sql.endTurn, id);
        // Those that were cancelled meanwhile need no room.
        if ((await ask(sql.release, id)).length === 0) continue;
        room -= 1;
        isDue = true;
      }
    }
    return isDue;
  }

  async #setTurn(ask: Ask, task: LimitedTask, limit: ConcurrencyLimit, isRunning: 0 | 1): Promise<void> {
    const { id, queue, rank, at } = task;
    await ask(this.#store.sql.setTurn, id, queue, limit.key, limit.max, isRunning, rank, at);
  }

  /** In an order that is the same everywhere, so that no two wait for each other. */
  async #lock(ask: Ask, { queue, limits }: Pick<LimitedTask, "queue" | "limits">): Promise<void> {
    const { lock } = this.#store.sql;
    if (lock === undefined) return;
    const { concurrency, rateLimit } = limits;
    if (concurrency !== undefined) await ask(lock, `hotclub turn ${queue}\n${concurrency.key}`);
    if (rateLimit !== undefined) await ask(lock, `hotclub window ${queue}\n${rateLimit.key}`);
  }
}

/** Counts a start. How long it has to wait for the next window; 0 where it counts in this one. */
async function takeStart(ask: Ask, { sql }: TaskStore, key: string, { max, perMs }: RateLimit): Promise<number> {
  const [row] = await ask(sql.window, key);
  const leftMs = Number(row?.[0] ?? 0);
  if (leftMs <= 0) {
    await ask(sql.openWindow, key, Math.ceil(perMs));
    return 0;
  }
  if (Number(row?.[1]) >= max) return leftMs;
  await ask(sql.countStart, key);
  return 0;
}

import { setTimeout as sleep } from "node:timers/promises";

import { getLogger, toError } from "../../core/index.js";
import type { RunOutcome } from "../backend.js";
import { TaskBackendUnavailable } from "../errors.js";
import type { DatabaseTaskSettings } from "./database-settings.js";
import { stateCodes } from "./task-tables.js";
import type { TaskStore } from "./task-store.js";

/** The end of a run, on its way to the database. */
interface Pending {
  readonly row: OutcomeRow;
  readonly queue: string;
  /** Whether it was still this worker's to record. */
  readonly resolve: (isRecorded: boolean) => void;
}

interface OutcomeRow {
  readonly id: string;
  readonly attempt: number;
  readonly state: number;
  readonly retry_in: number | null;
  readonly failed: 0 | 1;
  readonly is_over: 0 | 1;
  readonly result: string | null;
  readonly error: string | null;
}

/** How many outcomes are written at once. */
const maxBatch = 500;

/** Writes the outcomes of runs, those of one turn together. */
export class OutcomeRecorder {
  readonly #store: TaskStore;
  readonly #settings: DatabaseTaskSettings;
  readonly #worker: string;
  #pending: Pending[] = [];
  #isWriting = false;
  /** How many ended since old ends were last forgotten, by queue and state. */
  readonly #sinceKept = new Map<string, number>();

  constructor(store: TaskStore, settings: DatabaseTaskSettings, worker: string) {
    this.#store = store;
    this.#settings = settings;
    this.#worker = worker;
  }

  /** Resolves when the outcome is recorded: whether it counted, or the task had been given to another worker. */
  record(task: { id: string; queue: string; attempt: number }, outcome: RunOutcome): Promise<boolean> {
    return new Promise((resolve) => {
      this.#pending.push({ row: rowOf(task, outcome), queue: task.queue, resolve });
      if (this.#isWriting) return;
      this.#isWriting = true;
      setImmediate(() => void this.#write());
    });
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, maxBatch);
      const recorded = await this.#writeBatch(batch);
      for (const { row, resolve } of batch) resolve(recorded.has(row.id));
    }
    this.#isWriting = false;
  }

  /** The ids of those that counted. Tries again until the claims on the tasks are over. */
  async #writeBatch(batch: readonly Pending[]): Promise<ReadonlySet<unknown>> {
    const giveUpAt = performance.now() + this.#settings.leaseMs;
    const json = JSON.stringify(batch.map(({ row }) => row));
    for (;;) {
      try {
        await this.#makeRoom(batch);
        const rows = await this.#store.ask(this.#store.sql.record, json, this.#worker);
        return new Set(rows.map(([id]) => id));
      } catch (thrown) {
        if (!(thrown instanceof TaskBackendUnavailable) || performance.now() > giveUpAt) {
          const text = "the ends of runs could not be recorded; their tasks run again";
          getLogger().error({ count: batch.length, err: toError(thrown) }, text);
          return new Set();
        }
        await sleep(100);
      }
    }
  }

  /** Forgets the oldest ends before new ones come, so that there are never more than the limit. */
  async #makeRoom(batch: readonly Pending[]): Promise<void> {
    const ended = new Map<string, { queue: string; state: number; count: number }>();
    for (const { queue, row } of batch) {
      if (row.is_over === 0) continue;
      const key = `${queue} ${row.state}`;
      const its = ended.get(key) ?? { queue, state: row.state, count: 0 };
      its.count += 1;
      ended.set(key, its);
    }
    const { keepCount } = this.#settings;
    for (const [key, { queue, state, count }] of ended) {
      const since = this.#sinceKept.get(key);
      // Looking for the oldest costs as much as there are: not more often than each tenth of the limit.
      if (since !== undefined && since + count <= keepCount / 10) {
        this.#sinceKept.set(key, since + count);
        continue;
      }
      this.#sinceKept.set(key, 0);
      await this.#store.ask(this.#store.sql.keepNewest, queue, state, Math.max(Math.floor(keepCount) - count, 0));
    }
  }
}

function rowOf({ id, attempt }: { id: string; attempt: number }, outcome: RunOutcome): OutcomeRow {
  const { succeeded, failed, cancelled, waiting, delayed } = stateCodes;
  const row = { id, attempt, retry_in: null, failed: 0, is_over: 1, result: null, error: null } as const;
  if (outcome.type === "completed") {
    return { ...row, state: succeeded, result: JSON.stringify(outcome.result) ?? "null" };
  }
  if (outcome.type === "cancelled") return { ...row, state: cancelled };
  if (outcome.type === "returned") return { ...row, state: waiting, is_over: 0 };
  const { retryInMs } = outcome;
  const ending = { ...row, failed: 1, error: JSON.stringify(outcome.error) } as const;
  if (retryInMs === null) return { ...ending, state: failed };
  return { ...ending, state: retryInMs > 0 ? delayed : waiting, is_over: 0, retry_in: Math.ceil(retryInMs) };
}

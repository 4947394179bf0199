import type { Database } from "../../orm/index.js";
import { WorkerOptionInvalid } from "../errors.js";

/** Options of `DatabaseTaskBackend`. */
export interface DatabaseTaskOptions {
  /** The database, or its alias. Default `default`. Its tables are those of `taskModels`. */
  readonly database?: Database | string;
  /**
   * How long a worker's claim on a task lasts without being renewed, in milliseconds; it is renewed three times in that
   * time. When a worker dies, its tasks run again after about that long. Default 30 s.
   */
  readonly leaseMs?: number;
  /** How many workers may die while they run a task before it has failed. Default 3. */
  readonly maxStalls?: number;
  /**
   * How often a worker looks for tasks that it was not told of, in milliseconds. Default 1 s on PostgreSQL, which tells
   * all processes, and 100 ms on SQLite, which tells nobody outside of the process.
   */
  readonly pollMs?: number;
  /** How long results are kept, in milliseconds. Default 1 hour. */
  readonly keepResultsMs?: number;
  /** How long failed tasks are kept, in milliseconds. Default 7 days. */
  readonly keepFailuresMs?: number;
  /** How many results, and how many failed tasks, each queue keeps at most. Default 10,000. */
  readonly keepCount?: number;
}

/** The options with their defaults, checked. */
export interface DatabaseTaskSettings extends Required<Omit<DatabaseTaskOptions, "database" | "pollMs">> {
  readonly database: Database | string;
  readonly pollMs: number | undefined;
}

const hourMs = 3_600_000;

/** Fills in the defaults. Throws `WorkerOptionInvalid`. */
export function resolveDatabaseOptions(options: DatabaseTaskOptions): DatabaseTaskSettings {
  const settings: DatabaseTaskSettings = {
    database: "default",
    leaseMs: 30_000,
    maxStalls: 3,
    keepResultsMs: hourMs,
    keepFailuresMs: 7 * 24 * hourMs,
    keepCount: 10_000,
    pollMs: undefined,
    ...options,
  };
  for (const option of ["leaseMs", "keepResultsMs", "keepFailuresMs", "keepCount", "pollMs"] as const) {
    const value = settings[option];
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      throw new WorkerOptionInvalid({ option, problem: `must be a number above 0, is ${value}` });
    }
  }
  if (!Number.isInteger(settings.maxStalls) || settings.maxStalls < 0) {
    throw new WorkerOptionInvalid({ option: "maxStalls", problem: "must be a whole number from 0" });
  }
  return settings;
}

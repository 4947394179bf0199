import { parseRedisUrl, type RedisTarget } from "../../layers/index.js";
import { WorkerOptionInvalid } from "../errors.js";

/** Options of `BullmqTaskBackend`. */
export interface BullmqOptions {
  /**
   * What `REDIS_URL` may be: `redis://user:password@host:port/db` (`rediss` for TLS), `redis+sentinel://…` or
   * `redis+cluster://…`. Of several shards the first has all tasks.
   */
  readonly url: string;
  /**
   * What the keys in Redis begin with. Default `bull`, where BullMQ's own tools look. In a cluster it stands in braces,
   * which keep a queue's keys in one node: `{bull}`.
   */
  readonly prefix?: string;
  /** How long a call waits for a connection, and then for an answer, in milliseconds. Default 2 s. */
  readonly timeoutMs?: number;
  /**
   * How long a worker's claim on a task lasts without being renewed, in milliseconds; it is renewed twice in that time.
   * When a worker dies, its tasks run again after one to two times that long. Default 30 s.
   */
  readonly leaseMs?: number;
  /** How many workers may die while they run a task before it has failed. Default 3. */
  readonly maxStalls?: number;
  /** How long results are kept, in milliseconds. Default 1 hour. */
  readonly keepResultsMs?: number;
  /** How long failed tasks are kept, in milliseconds. Default 7 days. */
  readonly keepFailuresMs?: number;
  /** How many results, and how many failed tasks, each queue keeps at most. Default 10,000. */
  readonly keepCount?: number;
}

/** The options with their defaults, checked. */
export type BullmqSettings = Required<BullmqOptions>;

/** Where the queue is. Throws `WorkerOptionInvalid`, which never shows a password. */
export function serverOf(url: string): RedisTarget {
  try {
    return parseRedisUrl(url);
  } catch (thrown) {
    const problem = "must be a URL that begins with redis://, redis+sentinel:// or redis+cluster:// (rediss for TLS)";
    throw new WorkerOptionInvalid({ option: "url", problem }, { cause: thrown });
  }
}

const hourMs = 3_600_000;

/** Fills in the defaults. Throws `WorkerOptionInvalid`. */
export function resolveBullmqOptions(options: BullmqOptions): BullmqSettings {
  const settings = {
    prefix: "bull",
    timeoutMs: 2000,
    leaseMs: 30_000,
    maxStalls: 3,
    keepResultsMs: hourMs,
    keepFailuresMs: 7 * 24 * hourMs,
    keepCount: 10_000,
    ...options,
  };
  const { kind } = serverOf(settings.url);
  if (kind === "cluster" && !settings.prefix.includes("{")) settings.prefix = `{${settings.prefix}}`;
  for (const option of ["timeoutMs", "leaseMs", "keepResultsMs", "keepFailuresMs", "keepCount"] as const) {
    const value = settings[option];
    if (!(value > 0 && Number.isFinite(value))) {
      throw new WorkerOptionInvalid({ option, problem: `must be a number above 0, is ${value}` });
    }
  }
  if (!Number.isInteger(settings.maxStalls) || settings.maxStalls < 0) {
    throw new WorkerOptionInvalid({ option: "maxStalls", problem: "must be a whole number from 0" });
  }
  return settings;
}

import type { IRedisClient, Job, JobType, Queue } from "bullmq";

import type {
  QueueActivity,
  QueueCounts,
  TaskInspection,
  TaskListing,
  TaskQuery,
  TaskRef,
  TaskState,
  TaskStatus,
} from "../backend.js";
import { endsPerSecond, rateWindowMs } from "../end-rate.js";
import { extrasIn, originOf } from "./job-json.js";
import type { OwnKeys } from "./own-keys.js";
import { runScript } from "./own-scripts.js";

/** How BullMQ calls the states; those that it knows by several names in the order in which they come to run. */
const typesOf: Readonly<Record<TaskState, readonly JobType[]>> = {
  delayed: ["delayed"],
  waiting: ["waiting", "prioritized"],
  running: ["active"],
  succeeded: ["completed"],
  failed: ["failed"],
  cancelled: ["failed"],
};

const pageSize = 200;

/** What the inspection needs of its backend. */
export interface InspectedBackend {
  readonly keys: OwnKeys;
  /** How many ends a queue keeps. */
  readonly keepCount: number;
  client(): Promise<IRedisClient>;
  onQueue<T>(queue: string, work: (queue: Queue) => Promise<T>): Promise<T>;
  statusOf(job: Job, state: TaskState): TaskStatus;
}

/** A look into queues of BullMQ. */
export class BullmqInspection implements TaskInspection {
  readonly #backend: InspectedBackend;

  constructor(backend: InspectedBackend) {
    this.#backend = backend;
  }

  async queues(): Promise<readonly string[]> {
    const client = await this.#backend.client();
    return (await client.smembers(this.#backend.keys.queues)).sort();
  }

  counts(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    return Promise.all(queues.map((queue) => this.#countsOf(queue)));
  }

  async #countsOf(queue: string): Promise<QueueCounts> {
    const client = await this.#backend.client();
    const [counts, isPaused, cancelled, held] = await this.#backend.onQueue(queue, (its) =>
      Promise.all([
        its.getJobCounts("delayed", "waiting", "prioritized", "active", "completed", "failed"),
        its.isPaused(),
        client.zcard(this.#backend.keys.cancelled(queue)),
        this.#held(queue),
      ]),
    );
    const of = (name: string): number => counts[name] ?? 0;
    return {
      queue,
      isPaused,
      delayed: Math.max(of("delayed") - held.length, 0),
      waiting: of("waiting") + of("prioritized") + held.length,
      running: of("active"),
      succeeded: of("completed"),
      failed: Math.max(of("failed") - cancelled, 0),
      cancelled,
    };
  }

  activity(queues: readonly string[]): Promise<readonly QueueActivity[]> {
    return Promise.all(
      queues.map(async (queue) => {
        const [workers, ...ends] = await Promise.all([
          this.#backend.onQueue(queue, (its) => its.getWorkersCount()),
          this.#ends(queue, "completed"),
          this.#ends(queue, "failed"),
        ]);
        return { queue, workers, endedPerSecond: endsPerSecond(ends, this.#backend.keepCount) };
      }),
    );
  }

  /** Those of the last minute; BullMQ sorts them by when they were. */
  async #ends(queue: string, name: "completed" | "failed") {
    const client = await this.#backend.client();
    const key = this.#backend.keys.of(queue, name);
    const now = Date.now();
    const since = String(now - rateWindowMs);
    const first = ["BYSCORE", "LIMIT", "0", "1", "WITHSCORES"];
    const [count, oldest] = await Promise.all([
      client.runCommand("zcount", [key, since, "+inf"]),
      client.runCommand("zrange", [key, since, "+inf", ...first]),
    ]);
    return { count: Number(count), oldestMs: now - Number((oldest as readonly unknown[])[1] ?? now) };
  }

  /** The ids of those that wait for others of their key; BullMQ has them among the delayed ones. */
  async #held(queue: string): Promise<readonly string[]> {
    const { keys } = this.#backend;
    const client = await this.#backend.client();
    return (await runScript(client, "held", [keys.of(queue, "delayed"), keys.allHeld(queue)], [])) as string[];
  }

  async list({ queue, state, offset = 0, limit = 100 }: TaskQuery): Promise<readonly TaskListing[]> {
    const found: TaskListing[] = [];
    let toSkip = offset;
    const held = state === "waiting" || state === "delayed" ? await this.#held(queue) : [];
    const isHeld = new Set(state === "delayed" ? held : []);
    for (const type of typesOf[state]) {
      // Those that failed and those that were cancelled are in one set, so that all before the offset must be seen.
      for (let start = 0; found.length < limit; start += pageSize) {
        const jobs = await this.#page(queue, type, start);
        for (const job of jobs) {
          const listing = this.#listing(job, state);
          if (listing.state !== state || isHeld.has(listing.id)) continue;
          if (toSkip > 0) toSkip -= 1;
          else if (found.length < limit) found.push(listing);
        }
        if (jobs.length < pageSize) break;
      }
    }
    if (state === "delayed") return this.#withTimes(queue, found);
    if (state !== "waiting") return found;
    // Those that wait for others of their key come after those that are due.
    for (const id of held.slice(toSkip, toSkip + limit - found.length)) {
      const job = await this.#backend.onQueue(queue, (its) => its.getJob(id));
      if (job !== undefined) found.push(this.#listing(job, state));
    }
    return found;
  }

  /** With the times at which they come, which a repetition has changed: the sorted set has them, times 4096. */
  async #withTimes(queue: string, listings: readonly TaskListing[]): Promise<readonly TaskListing[]> {
    if (listings.length === 0) return listings;
    const client = await this.#backend.client();
    const ids = listings.map(({ id }) => id);
    const scores = await client.runCommand("zmscore", [this.#backend.keys.of(queue, "delayed"), ...ids]);
    return listings.map((listing, index) => {
      const score = (scores as readonly (string | null)[])[index];
      return score === null || score === undefined ? listing : { ...listing, runAt: Math.floor(Number(score) / 4096) };
    });
  }

  async #page(queue: string, type: JobType, start: number): Promise<Job[]> {
    const isOver = type === "completed" || type === "failed";
    const jobs = await this.#backend.onQueue(queue, (its) => its.getJobs([type], start, start + pageSize - 1, !isOver));
    // Jobs can vanish between two commands.
    return (jobs as (Job | undefined)[]).filter((job) => job !== undefined);
  }

  #listing(job: Job, state: TaskState): TaskListing {
    const runAt = state === "delayed" ? job.timestamp + job.delay : null;
    const { requestId = null, carried = null } = originOf(job.opts);
    return {
      ...this.#backend.statusOf(job, state === "cancelled" ? "failed" : state),
      id: job.id ?? "",
      queue: job.queueName,
      name: job.name,
      args: job.data ?? undefined,
      priority: job.priority,
      runAt,
      requestId,
      carried,
    };
  }

  retry({ id, queue }: TaskRef): Promise<boolean> {
    return this.#backend.onQueue(queue, async (its) => {
      const job = await its.getJob(id);
      if (job === undefined || !(await job.isFailed())) return false;
      const client = await this.#backend.client();
      const { keys } = this.#backend;
      if (!(await this.#takesKey(client, job))) return false;
      await client.runCommand("zrem", [keys.cancelled(queue), id]);
      await client.hdel(keys.job(queue, id), "hotclub:cancel");
      const extras = extrasIn(job.opts);
      if (extras?.expiresAt !== undefined) await this.#forgetExpiry(client, job);
      await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    });
  }

  /** Has a task that is to run again hold its unique key as it did before. False where another has it. */
  async #takesKey(client: IRedisClient, { id = "", queueName, opts }: Job): Promise<boolean> {
    const { deduplication } = opts;
    // A key that is held for a time does not keep two from running side by side.
    if (deduplication === undefined || "ttl" in deduplication) return true;
    const key = this.#backend.keys.of(queueName, `de:${deduplication.id}`);
    const isTaken = (await client.runCommand("set", [key, id, "NX"])) === null;
    return !isTaken || (await client.runCommand("get", [key])) === id;
  }

  /** Whoever has a task run again wants it run. */
  async #forgetExpiry(client: IRedisClient, { id = "", queueName }: Job): Promise<void> {
    const key = this.#backend.keys.job(queueName, id);
    const options = JSON.parse((await client.hget(key, "opts")) ?? "{}") as { hotclub?: { expiresAt?: number } };
    delete options.hotclub?.expiresAt;
    await client.hset(key, { opts: JSON.stringify(options) });
  }

  remove({ id, queue }: TaskRef): Promise<boolean> {
    return this.#backend.onQueue(queue, async (its) => {
      const job = await its.getJob(id);
      if (job === undefined || job.finishedOn === undefined) return false;
      const client = await this.#backend.client();
      await client.runCommand("zrem", [this.#backend.keys.cancelled(queue), id]);
      await job.remove();
      return true;
    });
  }

  pause(queue: string, isPaused: boolean): Promise<void> {
    return this.#backend.onQueue(queue, (its) => (isPaused ? its.pause() : its.resume()));
  }
}

import type { IRedisClient, Job } from "bullmq";

import { getLogger, toError } from "../../core/index.js";
import type { JobExtras } from "./job-json.js";
import type { OwnKeys } from "./own-keys.js";
import { runScript } from "./own-scripts.js";

/** Counts the turns of jobs that have limits of concurrency or of rate, in Redis, for all workers together. */
export class Turns {
  readonly #client: IRedisClient;
  readonly #keys: OwnKeys;
  readonly #leaseMs: number;
  /** The jobs of this process that count, by id, and the keys that they count in. */
  readonly #counting = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(client: IRedisClient, keys: OwnKeys, leaseMs: number) {
    this.#client = client;
    this.#keys = keys;
    this.#leaseMs = leaseMs;
    this.#timer = setInterval(() => void this.#renew(), leaseMs / 3);
    this.#timer.unref();
  }

  /** How long the job is to wait; 0 for a turn, `null` where others are to end first, `undefined` where it was cancelled. */
  async take({ id = "", queueName }: Job, { concurrency, rateLimit }: JobExtras): Promise<number | null | undefined> {
    const running = this.#keys.running(queueName, concurrency?.key ?? "");
    const keys = [
      running,
      this.#keys.held(queueName, concurrency?.key ?? ""),
      this.#keys.window(queueName, rateLimit?.key ?? ""),
      this.#keys.job(queueName, id),
      this.#keys.allHeld(queueName),
    ];
    const args = [id, this.#leaseMs, concurrency?.max ?? 0, rateLimit?.max ?? 0, rateLimit?.perMs ?? 0];
    const [answer, waitMs = 0] = (await runScript(this.#client, "takeTurn", keys, args)) as [number, number?];
    if (answer === 1) return null;
    if (answer === 2) return waitMs;
    if (answer === 3) return undefined;
    if (concurrency !== undefined) this.#counting.set(id, running);
    return 0;
  }

  /**
   * Puts a job that has no turn among the delayed ones: until a time, or until one that runs ends; should its worker
   * have died, until its claim is over.
   */
  async hold(job: Job, token: string, { concurrency }: JobExtras, waitMs: number | null): Promise<void> {
    const { id = "", queueName } = job;
    await job.moveToDelayed(Date.now() + (waitMs ?? this.#leaseMs), token);
    const key = concurrency?.key ?? "";
    const keys = [
      this.#keys.running(queueName, key),
      this.#keys.held(queueName, key),
      this.#keys.job(queueName, id),
      this.#keys.allHeld(queueName),
    ];
    const isFree = await runScript(this.#client, "hold", keys, [id, waitMs === null ? (concurrency?.max ?? 0) : 0]);
    if (isFree === 1) await job.promote();
  }

  /** A run is over, or will not be; the next of its key may come. */
  async end(job: Job, { concurrency }: JobExtras, promote: (id: string) => Promise<void>): Promise<void> {
    const { id = "", queueName } = job;
    if (concurrency === undefined) return;
    this.#counting.delete(id);
    const keys = [
      this.#keys.running(queueName, concurrency.key),
      this.#keys.held(queueName, concurrency.key),
      this.#keys.of(queueName, "delayed"),
      this.#keys.allHeld(queueName),
    ];
    try {
      const next = await runScript(this.#client, "endTurn", keys, [id]);
      // It may have come back by itself.
      if (typeof next === "string") await promote(next).catch(() => {});
    } catch (thrown) {
      getLogger().debug({ taskId: id, err: toError(thrown) }, "a place under a limit is given up when its claim ends");
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    if (this.#counting.size === 0) return;
    try {
      const [ids, keys] = [[...this.#counting.keys()], [...this.#counting.values()]];
      await runScript(this.#client, "renewTurns", keys, [this.#leaseMs, ...ids]);
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "claims on places under limits could not be renewed");
    }
  }
}

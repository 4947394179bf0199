import type { Job, JobProgress } from "bullmq";

import type { Carried } from "../../core/index.js";
import type { TaskDelivery } from "../backend.js";
import type { PlainData } from "../tasks/plain-data.js";
import { progressMark, type TaskAnnouncer } from "../watching/task-announcer.js";
import { extrasIn, originOf } from "./job-json.js";

/** A job of BullMQ, handed to a worker. */
export class BullmqDelivery implements TaskDelivery {
  readonly id: string;
  readonly requestId: string | undefined;
  readonly carried: Carried | undefined;
  readonly #job: Job;
  readonly #announcer: TaskAnnouncer;

  constructor(job: Job, announcer: TaskAnnouncer) {
    this.id = job.id ?? "";
    const { requestId, carried } = originOf(job.opts);
    this.requestId = requestId;
    this.carried = carried;
    this.#job = job;
    this.#announcer = announcer;
  }

  get queue(): string {
    return this.#job.queueName;
  }

  get name(): string {
    return this.#job.name;
  }

  get args(): unknown {
    return (this.#job.data as unknown) ?? undefined;
  }

  get attempt(): number {
    return this.#job.attemptsStarted;
  }

  get failures(): number {
    return this.#job.attemptsMade;
  }

  get retries(): number {
    return Math.max((this.#job.opts.attempts ?? 1) - 1, 0);
  }

  get expiresAt(): number | undefined {
    return extrasIn(this.#job.opts)?.expiresAt;
  }

  async progress(value: PlainData): Promise<void> {
    await this.#job.updateProgress((value ?? null) as JobProgress);
    this.#announcer.announce(progressMark + this.id);
  }
}

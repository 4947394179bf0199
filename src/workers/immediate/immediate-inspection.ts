import type {
  QueueActivity,
  QueueCounts,
  TaskInspection,
  TaskListing,
  TaskQuery,
  TaskRef,
  TaskState,
} from "../backend.js";
import { rateWindowMs } from "../end-rate.js";
import type { TaskEntry } from "./task-entry.js";

/** What the inspection needs of its backend. */
export interface ImmediateQueues {
  /** All that are not forgotten, those that are over last, the newest of them first. */
  entries(): Iterable<TaskEntry>;
  names(): Iterable<string>;
  isPaused(queue: string): boolean;
  /** How many workers there are for a queue. */
  workers(queue: string): number;
  retry(task: TaskRef): boolean;
  remove(task: TaskRef): boolean;
  pause(queue: string, isPaused: boolean): void;
}

/** A look into the queues of this process. */
export class ImmediateInspection implements TaskInspection {
  readonly #queues: ImmediateQueues;

  constructor(queues: ImmediateQueues) {
    this.#queues = queues;
  }

  async queues(): Promise<readonly string[]> {
    return [...this.#queues.names()].sort();
  }

  async counts(queues: readonly string[]): Promise<readonly QueueCounts[]> {
    const counts = new Map<string, Record<TaskState, number>>();
    for (const queue of queues) {
      counts.set(queue, { delayed: 0, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 });
    }
    for (const { job, state } of this.#queues.entries()) {
      const its = counts.get(job.queue);
      if (its !== undefined) its[state] += 1;
    }
    return Array.from(counts, ([queue, its]) => ({ queue, isPaused: this.#queues.isPaused(queue), ...its }));
  }

  async activity(queues: readonly string[]): Promise<readonly QueueActivity[]> {
    const since = Date.now() - rateWindowMs;
    const ended = new Map<string, number>();
    for (const { job, finishedAt } of this.#queues.entries()) {
      if (finishedAt !== null && finishedAt > since) ended.set(job.queue, (ended.get(job.queue) ?? 0) + 1);
    }
    return queues.map((queue) => ({
      queue,
      workers: this.#queues.workers(queue),
      endedPerSecond: ((ended.get(queue) ?? 0) / rateWindowMs) * 1000,
    }));
  }

  async list({ queue, state, offset = 0, limit = 100 }: TaskQuery): Promise<readonly TaskListing[]> {
    const all = [...this.#queues.entries()].filter((entry) => entry.job.queue === queue && entry.state === state);
    if (state === "waiting") all.sort((a, b) => a.job.priority - b.job.priority);
    if (state === "delayed") all.sort((a, b) => (a.runAt ?? 0) - (b.runAt ?? 0));
    return all.slice(offset, offset + limit).map((entry) => entry.listing());
  }

  async retry(task: TaskRef): Promise<boolean> {
    return this.#queues.retry(task);
  }

  async remove(task: TaskRef): Promise<boolean> {
    return this.#queues.remove(task);
  }

  async pause(queue: string, isPaused: boolean): Promise<void> {
    this.#queues.pause(queue, isPaused);
  }
}

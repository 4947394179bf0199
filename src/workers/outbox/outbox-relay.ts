import { getLogger, toError } from "../../core/index.js";
import type { TaskBackend } from "../backend.js";
import { Outbox, type OutgoingTask } from "./outbox.js";

/** How often to look for what others have left, in milliseconds. */
const lookEveryMs = 1000;

/** How long to wait with tasks whose queue could not be reached. */
const retryMs = 2000;

/** Brings the tasks of an outbox to their queues: those whose process died between its commit and their leaving. */
export class OutboxRelay {
  readonly #outbox: Outbox;
  readonly #backendOf: (alias: string) => TaskBackend;
  #timer: NodeJS.Timeout | undefined;
  #relaying: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(outbox: Outbox, backendOf: (alias: string) => TaskBackend) {
    this.#outbox = outbox;
    this.#backendOf = backendOf;
  }

  start(): void {
    this.#relaying = this.#relay();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#relaying;
  }

  async #relay(): Promise<void> {
    try {
      for (;;) {
        const tasks = await this.#outbox.take();
        if (tasks.length > 0) getLogger().info({ count: tasks.length }, "tasks of the outbox are relayed");
        for (const [alias, its] of byBackend(tasks)) await this.#send(alias, its);
        if (tasks.length === 0 || this.#isStopped) break;
      }
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "the outbox could not be relayed; it is being tried again");
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => this.start(), lookEveryMs);
  }

  async #send(alias: string, tasks: readonly OutgoingTask[]): Promise<void> {
    const ids = tasks.map(({ job }) => job.id);
    try {
      await this.#backendOf(alias).enqueue(tasks.map(({ job }) => job));
    } catch (thrown) {
      getLogger().warn({ backend: alias, count: ids.length, err: toError(thrown) }, "tasks stay in the outbox");
      return this.#outbox.postpone(ids, Date.now() + retryMs);
    }
    await this.#outbox.remove(ids);
  }
}

function byBackend(tasks: readonly OutgoingTask[]): ReadonlyMap<string, OutgoingTask[]> {
  const grouped = new Map<string, OutgoingTask[]>();
  for (const task of tasks) {
    const its = grouped.get(task.backend);
    if (its === undefined) grouped.set(task.backend, [task]);
    else its.push(task);
  }
  return grouped;
}

import type { TaskEntry } from "./task-entry.js";

/** Tasks that are over, for as long as somebody may ask for their result: a set time, and the newest of them only. */
export class KeptEnds {
  readonly #keepMs: number;
  readonly #maxCount: number;
  /** In the order in which they ended. */
  readonly #entries = new Map<string, TaskEntry>();

  constructor(keepMs: number, maxCount: number) {
    this.#keepMs = keepMs;
    this.#maxCount = maxCount;
  }

  add(entry: TaskEntry): void {
    this.#entries.set(entry.job.id, entry);
    const now = Date.now();
    for (const [id, oldest] of this.#entries) {
      if (this.#entries.size <= this.#maxCount && !this.#isExpired(oldest, now)) break;
      this.#entries.delete(id);
    }
  }

  get(id: string): TaskEntry | undefined {
    const entry = this.#entries.get(id);
    return entry === undefined || this.#isExpired(entry, Date.now()) ? undefined : entry;
  }

  clear(): void {
    this.#entries.clear();
  }

  #isExpired({ finishedAt }: TaskEntry, now: number): boolean {
    return finishedAt !== null && now - finishedAt > this.#keepMs;
  }
}

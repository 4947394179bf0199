import type { TaskEntry } from "./task-entry.js";

/** Tasks that are over, for as long as somebody may ask for their result: a set time, and the newest of them only. */
export class KeptEnds {
  readonly #keepMs: number;
  readonly #maxCount: number;
  readonly #byId = new Map<string, TaskEntry>();
  /** In the order in which they ended, from `#oldest` on: a map whose first entries go is slow to find its first. */
  #inOrder: (TaskEntry | undefined)[] = [];
  #oldest = 0;

  constructor(keepMs: number, maxCount: number) {
    this.#keepMs = keepMs;
    this.#maxCount = maxCount;
  }

  add(entry: TaskEntry): void {
    this.#byId.set(entry.job.id, entry);
    this.#inOrder.push(entry);
    const now = Date.now();
    for (;;) {
      const oldest = this.#inOrder[this.#oldest];
      if (oldest === undefined || (this.#byId.size <= this.#maxCount && !this.#isExpired(oldest, now))) break;
      if (this.#byId.get(oldest.job.id) === oldest) this.#byId.delete(oldest.job.id);
      this.#inOrder[this.#oldest] = undefined;
      this.#oldest += 1;
    }
    if (this.#oldest > 1000 && this.#oldest * 2 > this.#inOrder.length) {
      this.#inOrder = this.#inOrder.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  get(id: string): TaskEntry | undefined {
    const entry = this.#byId.get(id);
    return entry === undefined || this.#isExpired(entry, Date.now()) ? undefined : entry;
  }

  /** Forgets a task. Its place in the order stays until its time comes. */
  delete(id: string): boolean {
    return this.#byId.delete(id);
  }

  /** The newest first. */
  *[Symbol.iterator](): Iterator<TaskEntry> {
    for (const entry of this.#inOrder.toReversed()) {
      if (entry !== undefined && this.get(entry.job.id) === entry) yield entry;
    }
  }

  clear(): void {
    this.#byId.clear();
    this.#inOrder = [];
    this.#oldest = 0;
  }

  #isExpired({ finishedAt }: TaskEntry, now: number): boolean {
    return finishedAt !== null && now - finishedAt > this.#keepMs;
  }
}

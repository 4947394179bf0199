import type { TaskEntry } from "./task-entry.js";

/** The tasks of one queue that are due: by priority, and in the order in which they came to be due. */
export class DueLine {
  readonly #byPriority = new Map<number, Set<TaskEntry>>();
  /** In order. */
  #priorities: number[] = [];
  isPaused = false;

  get isEmpty(): boolean {
    return this.#priorities.length === 0;
  }

  add(entry: TaskEntry): void {
    const { priority } = entry.job;
    const entries = this.#byPriority.get(priority);
    if (entries !== undefined) return void entries.add(entry);
    this.#byPriority.set(priority, new Set([entry]));
    this.#priorities = [...this.#priorities, priority].sort((a, b) => a - b);
  }

  delete(entry: TaskEntry): boolean {
    const { priority } = entry.job;
    const entries = this.#byPriority.get(priority);
    if (entries === undefined || !entries.delete(entry)) return false;
    if (entries.size === 0) {
      this.#byPriority.delete(priority);
      this.#priorities = this.#priorities.filter((one) => one !== priority);
    }
    return true;
  }

  get first(): TaskEntry | undefined {
    const [priority] = this.#priorities;
    return priority === undefined ? undefined : this.#byPriority.get(priority)?.values().next().value;
  }

  *[Symbol.iterator](): Iterator<TaskEntry> {
    for (const priority of this.#priorities) yield* this.#byPriority.get(priority) ?? [];
  }
}

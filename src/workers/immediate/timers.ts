/** Longer timers would fire at once (Node.js, `setTimeout`). */
const maxDelayMs = 2_147_483_647;

/** Calls things at their time. They keep the process alive, which is to end by closing what they belong to. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Calls `work` at `time`, in milliseconds since 1970, however far that is. */
  at(time: number, work: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (Date.now() < time) this.at(time, work);
        else work();
      },
      Math.min(Math.max(time - Date.now(), 0), maxDelayMs),
    );
    this.#timers.add(timer);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

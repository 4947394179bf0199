/** Longer timers would fire at once (Node.js, `setTimeout`). */
const maxDelayMs = 2_147_483_647;

/** Calls things at their time. They keep the process alive, which is to end by closing what they belong to. */
export class Timers<Owner extends object = object> {
  readonly #timers = new Map<Owner, NodeJS.Timeout>();

  /** Calls `work` at `time`, in milliseconds since 1970, however far that is. There is one such time for each owner. */
  at(time: number, owner: Owner, work: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(owner);
        if (Date.now() < time) this.at(time, owner, work);
        else work();
      },
      Math.min(Math.max(time - Date.now(), 0), maxDelayMs),
    );
    this.#timers.set(owner, timer);
  }

  /** Forgets what was to be done for an owner. Whether there was something. */
  cancel(owner: Owner): boolean {
    clearTimeout(this.#timers.get(owner));
    return this.#timers.delete(owner);
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

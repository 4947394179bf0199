/** So many announcements are made at once in each window; what changes after them waits for the next. */
const promptCount = 4;
const windowMs = 5;

/** How long one announcement may be: PostgreSQL carries 8000 bytes, of which the queue's name needs some. */
const maxLength = 7000;

/** What is announced about tasks: the ids of those that are over, and `~` before those that reported progress. */
export const progressMark = "~";

/**
 * Tells everybody who waits for tasks of one queue which of them have changed: the ids only, at once where it is quiet
 * and many together where it is not, so that it costs little where nobody waits.
 */
export class TaskAnnouncer {
  readonly #publish: (text: string) => Promise<unknown>;
  #ids: string[] = [];
  #windowStart = 0;
  #countInWindow = 0;

  /** `publish` gets ids with line ends between them. */
  constructor(publish: (text: string) => Promise<unknown>) {
    this.#publish = publish;
  }

  announce(id: string): void {
    this.#ids.push(id);
    if (this.#ids.length > 1) return;
    const now = performance.now();
    if (now - this.#windowStart > windowMs) {
      this.#windowStart = now;
      this.#countInWindow = 0;
    }
    this.#countInWindow += 1;
    if (this.#countInWindow <= promptCount) setImmediate(this.#flush);
    else setTimeout(this.#flush, windowMs);
  }

  /** As `announce`, unless the same waits to be told already. */
  announceOnce(id: string): void {
    if (!this.#ids.includes(id)) this.announce(id);
  }

  readonly #flush = (): void => {
    const ids = this.#ids;
    this.#ids = [];
    let text = "";
    for (const id of ids) {
      if (text.length + id.length >= maxLength) {
        this.#tell(text);
        text = "";
      }
      text += text === "" ? id : `\n${id}`;
    }
    this.#tell(text);
  };

  #tell(text: string): void {
    // Who waits also asks from time to time, so that a lost announcement delays a result and does not lose it.
    this.#publish(text).catch(() => {});
  }
}

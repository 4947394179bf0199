interface Pending {
  readonly at: number;
  readonly reject: (reason: unknown) => void;
}

/**
 * Gives what is awaited a limit of time, the same for all, with one timer for all: a timer for each command costs as much
 * as a twentieth of an enqueued task.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  readonly #makeError: () => Error;
  /** In the order of their deadlines. */
  readonly #pending = new Set<Pending>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, makeError: () => Error) {
    this.#timeoutMs = timeoutMs;
    this.#makeError = makeError;
  }

  /** As `work`, but rejects when that takes too long. */
  limit<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { at: Date.now() + this.#timeoutMs, reject };
      this.#pending.add(pending);
      this.#timer ??= setTimeout(this.#onTimer, this.#timeoutMs);
      work.then(
        (value) => {
          this.#pending.delete(pending);
          resolve(value);
        },
        (thrown: unknown) => {
          this.#pending.delete(pending);
          reject(thrown);
        },
      );
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #onTimer = (): void => {
    // Answers that came while this process was busy are read first.
    setImmediate(this.#onDeadline);
  };

  readonly #onDeadline = (): void => {
    if (this.#timer === undefined) return;
    const now = Date.now();
    this.#timer = undefined;
    for (const pending of this.#pending) {
      if (pending.at > now) {
        this.#timer = setTimeout(this.#onTimer, pending.at - now);
        return;
      }
      this.#pending.delete(pending);
      pending.reject(this.#makeError());
    }
  };
}

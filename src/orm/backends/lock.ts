import { DatabaseBusy } from "../database-errors.js";

/** How many may wait for a lock. More than that is a jam that waiting does not clear. */
const maxWaiting = 10_000;

interface Waiter {
  readonly take: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets one at a time pass, in the order in which they came. Whoever waits longer than `timeoutMs` gets `DatabaseBusy`.
 */
export class Lock {
  readonly #timeoutMs: number;
  /** Completes "Waited 5000 ms for …". */
  readonly #what: string;
  readonly #waiting = new Set<Waiter>();
  #isHeld = false;

  constructor(timeoutMs: number, what: string) {
    this.#timeoutMs = timeoutMs;
    this.#what = what;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes the lock if it is free. */
  tryAcquire(): boolean {
    if (this.#isHeld) return false;
    this.#isHeld = true;
    return true;
  }

  /** Resolves when the caller holds the lock. */
  acquire(): Promise<void> {
    if (this.tryAcquire()) return Promise.resolve();
    if (this.#waiting.size >= maxWaiting) return Promise.reject(this.#busy("more than 10000 others wait already"));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        take: resolve,
        timer: setTimeout(() => {
          this.#waiting.delete(waiter);
          reject(this.#busy(`waited ${this.#timeoutMs} ms`));
        }, this.#timeoutMs),
      };
      this.#waiting.add(waiter);
    });
  }

  /** Gives the lock to the one who has waited longest. */
  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#isHeld = false;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.take();
  }

  #busy(reason: string): DatabaseBusy {
    return new DatabaseBusy({ problem: `The database is busy: ${reason} for ${this.#what}.` });
  }
}

/** A process that lived this long had a good start; what ended it is something else than its start. */
const healthyAfterMs = 10_000;
const firstDelayMs = 200;
const maxDelayMs = 15_000;

/** How long to wait before a process that died is started again: at once, or ever longer where it dies at its start. */
export class Backoff {
  #earlyEnds = 0;

  /** The process has ended after `afterMs`; gives the time to wait, in milliseconds. */
  next(afterMs: number): number {
    if (afterMs >= healthyAfterMs) {
      this.#earlyEnds = 0;
      return 0;
    }
    this.#earlyEnds += 1;
    if (this.#earlyEnds === 1) return 0;
    return Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#earlyEnds - 2));
  }
}

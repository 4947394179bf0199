import { type Logger, toError } from "../core/index.js";

/** Work that a consumer repeats while its scope lives. */
export class ConsumerTimers {
  readonly #log: Logger;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A turn that finds the one before it still running is left out. What the work throws is logged. */
  every(intervalMs: number, work: () => unknown): void {
    let isRunning = false;
    const turn = async (): Promise<void> => {
      if (isRunning) return;
      isRunning = true;
      try {
        await work();
      } catch (thrown) {
        this.#log.error({ err: toError(thrown) }, "repeated work of a consumer failed");
      } finally {
        isRunning = false;
      }
    };
    this.#timers.add(setInterval(() => void turn(), intervalMs));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }
}

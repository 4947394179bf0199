import { AsyncLocalStorage } from "node:async_hooks";

import { getLogger, toError } from "../../core/index.js";
import { TaskBackendUnavailable } from "../errors.js";

/** What a loop takes from and hands on to. */
export interface LoopWork {
  /** Takes and starts up to `count` tasks. How many it took. */
  take(count: number): Promise<number>;
  /** Makes due what has come to its time. In how many milliseconds the next will; `undefined` where none waits. */
  promote(): Promise<number | undefined>;
}

/** Takes tasks of one queue while there is room: when it is told that there are some, and from time to time. */
export class QueueLoop {
  readonly #queue: string;
  readonly #concurrency: number;
  readonly #pollMs: number;
  readonly #work: LoopWork;
  #running = 0;
  #isStopped = false;
  #isTaking = false;
  /** Somebody said that there is something to take, after the last look began. */
  #isWoken = false;
  /** When to look for what has come to its time, in milliseconds since 1970. */
  #promoteAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isTurnPlanned = false;
  #isAway = false;
  #looking: Promise<void> = Promise.resolve();
  /** Looks are made outside of the request, the run or the transaction that woke the loop. */
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(queue: string, concurrency: number, pollMs: number, work: LoopWork) {
    this.#queue = queue;
    this.#concurrency = concurrency;
    this.#pollMs = pollMs;
    this.#work = work;
  }

  /** There is something to take now, or at a time. */
  wake(at?: number): void {
    if (at === undefined) this.#isWoken = true;
    else if (at < this.#promoteAt) this.#promoteAt = at;
    this.#outside(() => this.#look());
  }

  begin(): void {
    this.#running += 1;
  }

  /** Those that end together are followed by as many that are taken together. */
  end(): void {
    this.#running -= 1;
    this.#isWoken = true;
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    this.#outside(() =>
      setImmediate(() => {
        this.#isTurnPlanned = false;
        this.#look();
      }),
    );
  }

  /** Takes nothing more. Resolves when nothing is on its way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #look(): void {
    if (this.#isStopped || this.#isTaking) return;
    const isDue = this.#promoteAt <= Date.now();
    const hasRoom = this.#running < this.#concurrency;
    if (!isDue && !(this.#isWoken && hasRoom)) return this.#rest();
    this.#isTaking = true;
    this.#looking = this.#lookOnce(isDue).then(() => {
      this.#isTaking = false;
      this.#look();
    });
  }

  async #lookOnce(isDue: boolean): Promise<void> {
    try {
      if (isDue) {
        const nextInMs = (await this.#work.promote()) ?? Infinity;
        this.#promoteAt = Date.now() + Math.min(Math.max(nextInMs, 0), this.#pollMs);
        // What another process added without being heard is found here, too.
        this.#isWoken = true;
      }
      const room = this.#concurrency - this.#running;
      if (room > 0 && this.#isWoken && !this.#isStopped) {
        this.#isWoken = false;
        const taken = await this.#work.take(room);
        if (taken === room) this.#isWoken = true;
      }
      this.#isAway = false;
    } catch (thrown) {
      this.#fail(toError(thrown));
    }
  }

  #fail(error: Error): void {
    const isAway = error instanceof TaskBackendUnavailable;
    if (!isAway || !this.#isAway) {
      getLogger().error({ queue: this.#queue, err: error }, "tasks could not be taken; it is being tried again");
    }
    this.#isAway = isAway;
    this.#isWoken = false;
    this.#promoteAt = Date.now() + this.#pollMs;
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), Math.max(this.#promoteAt - Date.now(), 1));
  }
}

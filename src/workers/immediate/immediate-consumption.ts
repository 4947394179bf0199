import type { ConsumeOptions, TaskConsumption, TaskExecutor } from "../backend.js";

/** A worker of this process: which queues it serves, and how many of its places are taken. */
export class ImmediateConsumption implements TaskConsumption {
  readonly executor: TaskExecutor;
  readonly #queues: ReadonlySet<string> | undefined;
  readonly #concurrency: number;
  readonly #onStop: (consumption: ImmediateConsumption) => void;
  readonly #running = new Map<string, number>();
  #isClosed = false;
  #stopped: Promise<void> | undefined;
  #resolveStopped: (() => void) | undefined;

  /** Without `queues` it serves all. `onStop` is called when it has begun to stop, and checks whether it is done. */
  constructor(
    options: Omit<ConsumeOptions, "queues"> & { readonly queues?: readonly string[] },
    onStop: (consumption: ImmediateConsumption) => void,
  ) {
    this.executor = options.executor;
    this.#queues = options.queues && new Set(options.queues);
    this.#concurrency = options.concurrency;
    this.#onStop = onStop;
  }

  serves(queue: string): boolean {
    return !this.#isClosed && (this.#queues === undefined || this.#queues.has(queue));
  }

  hasRoom(queue: string): boolean {
    return this.serves(queue) && (this.#running.get(queue) ?? 0) < this.#concurrency;
  }

  take(queue: string): void {
    this.#running.set(queue, (this.#running.get(queue) ?? 0) + 1);
  }

  release(queue: string): void {
    const count = (this.#running.get(queue) ?? 1) - 1;
    if (count > 0) this.#running.set(queue, count);
    else this.#running.delete(queue);
  }

  /** Takes nothing more, not even what is due. */
  shut(): void {
    this.#isClosed = true;
  }

  stop(): Promise<void> {
    if (this.#stopped === undefined) {
      this.#stopped = new Promise((resolve) => {
        this.#resolveStopped = resolve;
      });
      this.#onStop(this);
    }
    return this.#stopped;
  }

  get isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** It has nothing to do any more: `stop` resolves. */
  finish(): void {
    this.#isClosed = true;
    this.#resolveStopped?.();
  }
}

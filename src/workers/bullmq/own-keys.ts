/** The keys that Hotclub has in Redis beside BullMQ's, under the same prefix. */
export class OwnKeys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The queues that have had tasks: a set. */
  get queues(): string {
    return `${this.#prefix}:hotclub:queues`;
  }

  /** When schedules fired last: a hash. */
  get firings(): string {
    return `${this.#prefix}:hotclub:firings`;
  }

  /** The Redis channel on which workers say what has changed in a queue. */
  changes(queue: string): string {
    return `${this.#prefix}:${queue}:hotclub:ended`;
  }

  /** The Redis channel on which workers are told of runs that are to end. */
  cancellations(queue: string): string {
    return `${this.#prefix}:${queue}:hotclub:cancel`;
  }

  job(queue: string, id: string): string {
    return `${this.#prefix}:${queue}:${id}`;
  }

  /** A key of BullMQ itself. */
  of(queue: string, name: string): string {
    return `${this.#prefix}:${queue}:${name}`;
  }

  /** Those of the failed that were cancelled: a sorted set. */
  cancelled(queue: string): string {
    return `${this.#prefix}:${queue}:hotclub:cancelled`;
  }

  running(queue: string, key: string): string {
    return `${this.#prefix}:${queue}:hotclub:running:${key}`;
  }

  /** The jobs that wait for others of their key, over all keys: a sorted set. Some may have gone on since. */
  allHeld(queue: string): string {
    return `${this.#prefix}:${queue}:hotclub:all-held`;
  }

  held(queue: string, key: string): string {
    return `${this.#prefix}:${queue}:hotclub:held:${key}`;
  }

  window(queue: string, key: string): string {
    return `${this.#prefix}:${queue}:hotclub:window:${key}`;
  }
}

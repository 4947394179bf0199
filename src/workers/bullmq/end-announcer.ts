/** The Redis channel on which workers say which tasks of a queue are over. */
export function endChannel(prefix: string, queue: string): string {
  return `${prefix}:${queue}:hotclub:ended`;
}

/** The commands of a client that are used beside BullMQ's. */
export interface PubSubClient {
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
}

/** So many announcements are made at once in each window; what ends after them waits for the next. */
const promptCount = 4;
const windowMs = 5;

/**
 * Tells everybody who waits for results which tasks of one queue are over: the ids only, at once where it is quiet and
 * many together where it is not, so that it costs little where nobody waits. (BullMQ's own events carry every step of
 * every job to everybody who waits for one.)
 */
export class EndAnnouncer {
  readonly #client: PubSubClient;
  readonly #channel: string;
  #ids: string[] = [];
  #windowStart = 0;
  #countInWindow = 0;

  constructor(client: PubSubClient, channel: string) {
    this.#client = client;
    this.#channel = channel;
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
    if (this.#countInWindow <= promptCount) setImmediate(this.#publish);
    else setTimeout(this.#publish, windowMs);
  }

  readonly #publish = (): void => {
    const message = this.#ids.join("\n");
    this.#ids = [];
    // Who waits also asks from time to time, so that a lost announcement delays a result and does not lose it.
    this.#client.publish(this.#channel, message).catch(() => {});
  };
}

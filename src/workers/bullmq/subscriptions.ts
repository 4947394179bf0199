import type { PubSubClient } from "./pub-sub.js";
import type { RedisLink } from "./redis-link.js";

/** Listens to channels of Redis over one connection. (The driver subscribes again by itself after a loss.) */
export class Subscriptions {
  readonly #link: RedisLink;
  readonly #receivers = new Map<string, (message: string) => void>();
  #client: PubSubClient | undefined;

  constructor(link: RedisLink) {
    this.#link = link;
  }

  /** Resolves when messages of `channel` come to `receive`. There is one receiver for each channel. */
  async subscribe(channel: string, receive: (message: string) => void): Promise<void> {
    this.#receivers.set(channel, receive);
    const client = (await this.#link.ready()) as unknown as PubSubClient;
    if (this.#client !== client) client.on("message", (from, message) => this.#receivers.get(from)?.(message));
    this.#client = client;
    await client.subscribe(channel);
  }

  unsubscribe(channel: string): void {
    this.#receivers.delete(channel);
    this.#client?.unsubscribe(channel).catch(() => {});
  }
}

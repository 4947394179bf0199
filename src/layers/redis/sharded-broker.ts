import { HashRing } from "./hash-ring.js";
import { hashTag } from "./hash-tag.js";
import type { RedisBroker, RedisBrokerEvents } from "./redis-broker.js";
import { RedisLink, type RedisLinkOptions } from "./redis-link.js";
import type { RedisNode } from "./redis-url.js";

/** One Redis, or several that share the names between them by consistent hash. */
export class ShardedBroker implements RedisBroker {
  readonly publishCommand = "PUBLISH";
  readonly #links: readonly RedisLink[];
  readonly #only: RedisLink | undefined;
  readonly #ring: HashRing;

  constructor(nodes: readonly RedisNode[], options: Omit<RedisLinkOptions, "pubSub">, events: RedisBrokerEvents) {
    this.#ring = new HashRing(nodes.map(({ identity }) => identity));
    const isWhole = (): boolean => this.#links.every(({ isUp }) => isUp);
    this.#links = nodes.map(
      (node) =>
        new RedisLink(
          node,
          { ...options, pubSub: "plain" },
          {
            onMessage: events.onMessage,
            onLost: events.onLost,
            onRestored: () => events.onRestored(isWhole()),
          },
        ),
    );
    this.#only = nodes.length === 1 ? this.#links[0] : undefined;
  }

  async connect(): Promise<void> {
    const results = await Promise.allSettled(this.#links.map((link) => link.connect()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  run<T>(key: string, command: (link: RedisLink) => Promise<T>): Promise<T> {
    return command(this.#linkOf(key));
  }

  runOnAll<T>(command: (link: RedisLink) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#links.map(command));
  }

  subscribe(pubSubChannel: string): Promise<void> {
    return this.#linkOf(pubSubChannel).subscribe(pubSubChannel);
  }

  unsubscribe(pubSubChannel: string): void {
    this.#linkOf(pubSubChannel).unsubscribe(pubSubChannel);
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()));
  }

  #linkOf(key: string): RedisLink {
    const link = this.#only ?? this.#links[this.#ring.shardOf(hashTag(key))];
    if (link === undefined) throw new RangeError("a layer has no shards");
    return link;
  }
}

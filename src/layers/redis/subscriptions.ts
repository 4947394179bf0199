import type { Redis } from "ioredis";

import { toError } from "../../core/index.js";
import { hashTag } from "./hash-tag.js";

/** How many channels one SUBSCRIBE names. */
const maxChannels = 500;

interface Batch {
  readonly channels: string[];
  readonly subscribed: Promise<void>;
}

/** How pub/sub goes: over the channels of one server, or over the shard channels of a cluster. */
export type PubSubKind = "plain" | "sharded";

/**
 * The pub/sub channels that a process wants to hear from one server, each once. What is added and removed in one go of
 * the event loop becomes one SUBSCRIBE and one UNSUBSCRIBE (of shard channels, one for each hash tag).
 */
export class Subscriptions {
  readonly #client: Redis;
  readonly #kind: PubSubKind;
  /** Each with the promise that settles when Redis has confirmed it. */
  readonly #wanted = new Map<string, Promise<void>>();
  readonly #unwanted = new Set<string>();
  /** What one command will subscribe to, by what its channels share. */
  readonly #batches = new Map<string, Batch>();
  #isScheduled = false;

  constructor(client: Redis, kind: PubSubKind) {
    this.#client = client;
    this.#kind = kind;
  }

  /** Resolves when Redis has confirmed the subscription; when it cannot, rejects and does not want it any more. */
  add(channel: string): Promise<void> {
    this.#unwanted.delete(channel);
    const wanted = this.#wanted.get(channel);
    if (wanted !== undefined) return wanted;
    const shared = this.#sharedOf(channel);
    let batch = this.#batches.get(shared);
    if (batch === undefined) this.#batches.set(shared, (batch = this.#newBatch(shared)));
    batch.channels.push(channel);
    this.#wanted.set(channel, batch.subscribed);
    return batch.subscribed;
  }

  /** Ends the subscription, if there is one. */
  remove(channel: string): void {
    if (!this.#wanted.has(channel)) return;
    this.#unwanted.add(channel);
    this.#schedule();
  }

  /** The channels that are wanted although Redis has ended their subscription of its own accord. */
  ended(): string[] {
    const { subscriber } = this.#client.condition ?? { subscriber: false };
    const standing = new Set(subscriber === false ? [] : subscriber.channels("ssubscribe"));
    return [...this.#wanted.keys()].filter((channel) => !standing.has(channel));
  }

  /** Does not want the channel any more, whose subscription Redis has ended already. */
  forget(channel: string): void {
    this.#wanted.delete(channel);
    this.#unwanted.delete(channel);
  }

  /**
   * Subscribes again to all that is wanted. Gives the channels that another node holds now (MOVED), which are not
   * wanted here any more; rejects when Redis does not confirm the others.
   */
  async renew(): Promise<readonly string[]> {
    const moved: string[] = [];
    const renewChunk = async (chunk: readonly string[]): Promise<void> => {
      try {
        await this.#subscribe(chunk);
      } catch (thrown) {
        if (!toError(thrown).message.startsWith("MOVED ")) throw thrown;
        for (const channel of chunk) this.#wanted.delete(channel);
        moved.push(...chunk);
      }
    };
    await Promise.all(this.#chunks(this.#wanted.keys()).map(renewChunk));
    return moved;
  }

  #newBatch(shared: string): Batch {
    const channels: string[] = [];
    const subscribed = new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        this.#batches.delete(shared);
        this.#dropUnwanted();
        const wanted = channels.filter((channel) => this.#wanted.has(channel));
        Promise.all(this.#chunks(wanted).map((chunk) => this.#subscribe(chunk))).then(
          () => resolve(),
          (error: unknown) => {
            for (const channel of wanted) if (this.#wanted.get(channel) === subscribed) this.#wanted.delete(channel);
            reject(toError(error));
          },
        );
      });
    });
    return { channels, subscribed };
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#dropUnwanted();
    });
  }

  #dropUnwanted(): void {
    if (this.#unwanted.size === 0) return;
    const channels = [...this.#unwanted];
    this.#unwanted.clear();
    for (const channel of channels) this.#wanted.delete(channel);
    for (const chunk of this.#chunks(channels)) {
      const ended = this.#kind === "plain" ? this.#client.unsubscribe(...chunk) : this.#client.sunsubscribe(...chunk);
      // Without a connection there is nothing to end: a new one subscribes to what is wanted then.
      ended.catch(() => {});
    }
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    await (this.#kind === "plain" ? this.#client.subscribe(...channels) : this.#client.ssubscribe(...channels));
  }

  /** What the channels of one command must have in common. */
  #sharedOf(channel: string): string {
    return this.#kind === "plain" ? "" : hashTag(channel);
  }

  /** The channels that each of as few commands as possible may name. */
  #chunks(channels: Iterable<string>): string[][] {
    const byShared = new Map<string, string[]>();
    for (const channel of channels) {
      const shared = this.#sharedOf(channel);
      const same = byShared.get(shared);
      if (same === undefined) byShared.set(shared, [channel]);
      else same.push(channel);
    }
    return [...byShared.values()].flatMap(chunks);
  }
}

function chunks(channels: readonly string[]): string[][] {
  const result: string[][] = [];
  for (let start = 0; start < channels.length; start += maxChannels) {
    result.push(channels.slice(start, start + maxChannels));
  }
  return result;
}

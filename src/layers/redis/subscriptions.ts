import type { Redis } from "ioredis";

import { hashTag } from "./hash-tag.js";

/** How many channels one SUBSCRIBE names. */
const maxChannels = 500;

interface Batch {
  readonly channels: string[];
  readonly subscribed: Promise<void>;
}

/**
 * The pub/sub channels that a process wants to hear, each once. What is added and removed in one go of the event loop
 * becomes one SUBSCRIBE and one UNSUBSCRIBE (in a cluster, one SSUBSCRIBE for each hash tag).
 */
export class Subscriptions {
  readonly #client: Redis;
  readonly #isSharded: boolean;
  /** Each with the promise that settles when Redis has confirmed it. */
  readonly #wanted = new Map<string, Promise<void>>();
  readonly #unwanted = new Set<string>();
  #batch: Batch | undefined;
  #isScheduled = false;

  constructor(client: Redis, isSharded: boolean) {
    this.#client = client;
    this.#isSharded = isSharded;
  }

  /** The channels that are wanted. */
  channels(): Iterable<string> {
    return this.#wanted.keys();
  }

  /** Resolves when Redis has confirmed the subscription; when it cannot, rejects and does not want it any more. */
  add(channel: string): Promise<void> {
    this.#unwanted.delete(channel);
    const wanted = this.#wanted.get(channel);
    if (wanted !== undefined) return wanted;
    this.#batch ??= this.#newBatch();
    this.#batch.channels.push(channel);
    this.#wanted.set(channel, this.#batch.subscribed);
    return this.#batch.subscribed;
  }

  /** Ends the subscription, if there is one. */
  remove(channel: string): void {
    if (!this.#wanted.has(channel)) return;
    this.#unwanted.add(channel);
    this.#schedule();
  }

  /** Subscribes to all that is wanted, on a new connection. */
  async renew(): Promise<void> {
    await this.#subscribe([...this.#wanted.keys()]);
  }

  #newBatch(): Batch {
    const channels: string[] = [];
    const subscribed = new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        this.#batch = undefined;
        this.#dropUnwanted();
        const wanted = channels.filter((channel) => this.#wanted.has(channel));
        this.#subscribe(wanted).then(resolve, (error: unknown) => {
          for (const channel of wanted) if (this.#wanted.get(channel) === subscribed) this.#wanted.delete(channel);
          reject(error);
        });
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
    // Without a connection there is nothing to end: a new one subscribes to what is wanted then.
    for (const chunk of this.#chunks(channels)) {
      (this.#isSharded ? this.#client.sunsubscribe(...chunk) : this.#client.unsubscribe(...chunk)).catch(() => {});
    }
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    await Promise.all(
      this.#chunks(channels).map((chunk) =>
        this.#isSharded ? this.#client.ssubscribe(...chunk) : this.#client.subscribe(...chunk),
      ),
    );
  }

  /** What one command may name: some hundred channels, in a cluster all with the same hash tag. */
  #chunks(channels: readonly string[]): string[][] {
    if (!this.#isSharded) return chunks(channels);
    const byTag = new Map<string, string[]>();
    for (const channel of channels) {
      const tag = hashTag(channel);
      const same = byTag.get(tag);
      if (same === undefined) byTag.set(tag, [channel]);
      else same.push(channel);
    }
    return [...byTag.values()].flatMap(chunks);
  }
}

function chunks(channels: readonly string[]): string[][] {
  const result: string[][] = [];
  for (let start = 0; start < channels.length; start += maxChannels) {
    result.push(channels.slice(start, start + maxChannels));
  }
  return result;
}

import { getLogger, toError } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { Inbox } from "../local/inbox.js";
import type { PresenceEntry } from "./presence-entry.js";
import { PresenceFeed } from "./presence-feed.js";
import type { PresenceChange, PresenceDiff, PresenceStore } from "./presence-store.js";
import type { PresenceTimes } from "./presence-times.js";

/** The groups in which somebody of this process is present. */
export class PresenceFeeds {
  readonly #store: PresenceStore;
  readonly #tally: LayerTally;
  readonly #times: PresenceTimes;
  readonly #feeds = new Map<string, PresenceFeed>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: PresenceStore, tally: LayerTally, times: PresenceTimes) {
    this.#store = store;
    this.#tally = tally;
    this.#times = times;
  }

  join(group: string, inbox: Inbox, entry: NonNullable<PresenceChange["entry"]>): void {
    let feed = this.#feeds.get(group);
    if (feed === undefined) {
      this.#feeds.set(group, (feed = new PresenceFeed(group, this.#store, this.#tally, this.#times)));
    }
    feed.join(inbox, entry);
    this.#timer ??= setInterval(() => this.#renew(), this.#times.leaseMs / 3).unref();
  }

  leave(group: string, inbox: Inbox): void {
    this.#feeds.get(group)?.leave(inbox);
  }

  receive(group: string, diff: PresenceDiff): void {
    this.#feeds.get(group)?.receive(diff);
  }

  async list(group: string): Promise<readonly PresenceEntry[]> {
    await this.#feeds.get(group)?.flush();
    const { entries } = await this.#store.list(group);
    return [...entries].sort((a, b) => a.since - b.since || (a.device < b.device ? -1 : 1));
  }

  async count(group: string): Promise<number> {
    await this.#feeds.get(group)?.flush();
    return this.#store.count(group);
  }

  /** The connection to the store is back. */
  restore(): void {
    for (const feed of this.#feeds.values()) feed.renewAll();
  }

  /** Everybody of this process leaves. Never rejects: where nobody can be told, the lease ends by itself. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const feeds = [...this.#feeds.values()];
    for (const feed of feeds) feed.leaveAll();
    await Promise.allSettled(feeds.map((feed) => feed.flush()));
    this.#feeds.clear();
  }

  #renew(): void {
    for (const [group, feed] of this.#feeds) {
      if (feed.isOver) this.#feeds.delete(group);
      else {
        feed.renew().catch((error: unknown) => {
          getLogger().debug({ err: toError(error), group }, "channel layer: a lease could not be renewed");
        });
      }
    }
    if (this.#feeds.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

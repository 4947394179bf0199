import { getLogger } from "../core/index.js";
import { dropChannel, type LayerDrop } from "./diagnostics.js";

/** What one process has done with messages, counted since its layer was made. */
export interface LayerCounters {
  /** Direct messages that the layer took. */
  readonly sent: number;
  /** Group messages that the layer took, however many members they had. */
  readonly groupSent: number;
  /** Group messages that were not sent again, because one with their idempotency key had been. */
  readonly groupRepeated: number;
  /** Messages handed to receivers of this process. */
  readonly delivered: number;
  /** Direct messages refused with `ChannelFull`. */
  readonly refusedFull: number;
  /** Copies of group messages lost because a member of this process was over its capacity. */
  readonly droppedFull: number;
  /** Messages that nobody read before they expired. */
  readonly droppedExpired: number;
  /** Messages that still waited when their channel ended or was flushed. */
  readonly droppedEnded: number;
  /** What came from the broker and was no message. */
  readonly droppedInvalid: number;
  /** How often messages of a group with history could not be found any more: each time its members were told. */
  readonly droppedMissed: number;
}

/** What may happen to a message that is not delivered. */
export type Drop = "droppedFull" | "droppedExpired" | "droppedEnded" | "droppedInvalid" | "droppedMissed";

/** How often drops are written to the log, at most. */
const logIntervalMs = 10_000;

/** Counts, and logs drops at a bounded rate: a flood of drops must not become a flood of lines. */
export class LayerTally implements LayerCounters {
  sent = 0;
  groupSent = 0;
  groupRepeated = 0;
  delivered = 0;
  refusedFull = 0;
  droppedFull = 0;
  droppedExpired = 0;
  droppedEnded = 0;
  droppedInvalid = 0;
  droppedMissed = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #unlogged = 0;

  /** The counters as plain data. */
  totals(): LayerCounters {
    const { sent, groupSent, groupRepeated, delivered, refusedFull } = this;
    const { droppedFull, droppedExpired, droppedEnded, droppedInvalid, droppedMissed } = this;
    const dropped = { droppedFull, droppedExpired, droppedEnded, droppedInvalid, droppedMissed };
    return { sent, groupSent, groupRepeated, delivered, refusedFull, ...dropped };
  }

  /** Counts `count` dropped messages. `where` names the channel or group for the log. */
  drop(kind: Drop, where: { channel?: string; group?: string }, count = 1): void {
    if (count === 0) return;
    this[kind] += count;
    if (dropChannel.hasSubscribers) dropChannel.publish({ kind, count, ...where } satisfies LayerDrop);
    // A channel that ends with unread messages is a socket that closed: normal.
    if (kind === "droppedEnded") return;
    this.#unlogged += count;
    const now = performance.now();
    if (now - this.#loggedAt < logIntervalMs) return;
    getLogger().warn({ ...where, kind, dropped: this.#unlogged }, "channel layer: messages were dropped");
    this.#loggedAt = now;
    this.#unlogged = 0;
  }
}

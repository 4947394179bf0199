import type { Message } from "../core/index.js";
import type { GroupPosition, MessagePosition } from "./history/group-position.js";
import type { HistoryLimits } from "./history/history-limits.js";
import type { HistoryPage } from "./history/history-page.js";
import type { LayerCounters } from "./layer-counters.js";
import type { LayerReport } from "./layer-report.js";
import type { LayerState, LayerStateListener } from "./layer-state.js";
import type { PresenceEntry, PresenceOptions } from "./presence/presence-entry.js";

/**
 * Stops a subscription. Resolves when nothing more will be delivered: what a named channel's receiver had already been
 * given by the broker is delivered first, because the receivers of other processes would not get it any more.
 */
export type Unsubscribe = () => Promise<void>;

/**
 * Takes a message from the layer. A returned promise means that the receiver is still busy with it: the layer holds
 * the channel's next message back until it settles, and counts what waits against the channel's capacity.
 * It must not throw or reject; if it does, that is logged and the next message follows.
 *
 * The message is frozen, and shared with the other members of the group in this process. It is never delivered inside
 * the call that sends it. `at` is its place in the history of its group, where that has one.
 */
export type Deliver = (message: Message, at?: MessagePosition) => void | Promise<void>;

/** How a message is sent to a group. */
export interface GroupSendOptions {
  /** Keep it for members that are away. The same for all messages of one group. */
  readonly history?: HistoryLimits;
  /**
   * Whatever is sent to the group with the same key within five minutes is one message, delivered once: what a
   * publisher may then send again, when it cannot know whether the first time went well. 1 to 200 characters.
   */
  readonly idempotencyKey?: string;
}

/** How a channel joins a group. */
export interface GroupAddOptions {
  /**
   * The group's messages are sent with these limits. Then everything that gets lost between sender and member is found
   * and delivered in its turn, as far as the history reaches, and what does not come any more is told (`layer.missed`).
   */
  readonly history?: HistoryLimits;
  /** Where the receiver was, to be given exactly what came after that. */
  readonly since?: GroupPosition;
  /** Without `since`, or where the history does not reach back to it: give it the newest so many. Default 0. */
  readonly last?: number;
  /** Shows the channel to others as present in the group, and tells it who else is (`presence.changed`). */
  readonly presence?: PresenceOptions;
}

/** What a join with history found. */
export interface GroupJoin {
  /** Whether `since` was given, and exactly what came after it is delivered. */
  readonly recovered: boolean;
  /** The newest message at the time. */
  readonly position: GroupPosition;
  /** How many messages of the history are delivered. */
  readonly replayed: number;
}

/**
 * Carries messages between consumers, in one process or in many.
 *
 * - **At most once**: a message is never delivered twice, and to one receiver of a channel only (L2). It may be lost
 *   when a process dies, when it was unread for longer than its expiry (L8), or when a member of a group is over
 *   capacity (L6); every drop that the layer sees is counted.
 * - **In order** per sender and receiver, direct messages and those of groups alike. Two exceptions: around the loss of
 *   a connection to a broker a direct message may overtake one of a group, or the other way round; and where a layer
 *   spreads over several servers, the messages of each group and the direct ones are in order among themselves only.
 * - **Groups** are broadcast: one `groupSend`, one copy for each member channel.
 *
 * Names: 1 to 99 ASCII letters, digits, `-`, `_`, `.`; a channel made by `newChannel` holds exactly one `!`, a group
 * none (L17). A wrong name rejects with `InvalidName`, before anything is sent.
 *
 * Every method that returns a promise rejects with `LayerUnavailable` when the broker cannot be reached: at once where
 * that is known, and within the layer's timeout otherwise. Nothing is queued for later. After `close` it rejects with
 * `LayerClosed`.
 */
export interface ChannelLayer {
  /** Whether messages can be carried now. */
  readonly state: LayerState;

  /** What this process has sent, delivered and dropped since the layer was made. */
  readonly counters: LayerCounters;

  /** How many messages may wait for a channel of this name: what the options `capacity` and `channelCapacity` say. */
  capacityOf(channel: string): number;

  /**
   * Counts a message of `group` that somebody who takes it for others could not keep for one of them (L6), in
   * `counters.droppedFull`.
   */
  countDrop(group: string): void;

  /**
   * Connects to the broker, so that a wrong address is known at start: rejects with `LayerUnavailable`, which says what
   * to do. Again is no error. Without it, the first call that needs the broker connects.
   */
  connect(): Promise<void>;

  /** Tells `listener` when the connection is lost and when it is back. Returns what ends that. */
  watch(listener: LayerStateListener): () => void;

  /** A fresh name for a channel that only this process can subscribe to. `prefix` default `specific`. No I/O. */
  newChannel(prefix?: string): string;

  /**
   * Puts `message` into `channel`. Resolves when the layer has it. Rejects with `ChannelFull` when the channel is at
   * its capacity, `MessageTooLarge` when it is over the limit, and `MessageInvalid` when it cannot travel (no `type`, a
   * protocol's type, a value that msgpack cannot carry).
   */
  send(channel: string, message: Message): Promise<void>;

  /**
   * Delivers the messages of `channel` to `deliver`, those that already wait first. Of several subscribers of one
   * channel, in any process, one gets each message. Resolves when the subscription stands.
   *
   * A channel made by `newChannel` lives as long as its subscription: when the last one ends, the memberships of the
   * channel end and what waits in it is dropped. Another process's channel is refused with `ChannelNotLocal`.
   */
  subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe>;

  /**
   * Makes `channel` a member of `group`; again is no error and renews the membership (L11). Resolves when every later
   * `groupSend`, from any process, reaches the channel. The channel must be one that `newChannel` of this layer made,
   * otherwise it rejects with `ChannelNotLocal`.
   *
   * With `history`, the channel is first given a message `layer.joined`, then what it missed, then what comes; resolves
   * with what was found. All of it comes with its position (see `Deliver`). A member that joins again goes on where it is,
   * whatever `since` and `last` say: it has `recovered`, and gets nothing twice.
   *
   * A membership lasts until `groupDiscard` or the end of the channel. Only that of a channel that nobody subscribes to
   * ends by itself, after the group expiry (L10).
   */
  groupAdd(group: string, channel: string, options?: GroupAddOptions): Promise<GroupJoin | undefined>;

  /**
   * From now on `to` is given the group's messages in place of `from`, for servers that pass them on to many receivers at
   * once. `from` stays a member in all else: it is present, and told what was lost for good (`layer.missed`), which ends
   * this, as does the end of the membership of `to`. False, and nothing changes, where one of both is no member or has
   * not been given everything that came until now. Not to be called by a receiver of the group's messages.
   */
  groupHandOver(group: string, from: string, to: string): boolean;

  /** Ends a membership; no error when there was none. Nothing sent to the group after it resolves is delivered. */
  groupDiscard(group: string, channel: string): Promise<void>;

  /**
   * Sends a copy of `message` to every member. A member over capacity loses it, counted; never `ChannelFull` (L6). With
   * `history` the message is kept, and gets its place among those of the group in the same step; resolves with that.
   */
  groupSend(group: string, message: Message, options?: GroupSendOptions): Promise<GroupPosition | undefined>;

  /**
   * The newest messages of a group with history: all after `since` where that is given and they are still there
   * (`isWhole`), otherwise the newest `last`.
   */
  groupHistory(group: string, since: GroupPosition | undefined, last: number): Promise<HistoryPage>;

  /** Who is in `group`, over all processes: one entry for each channel that joined with `presence`. */
  presenceList(group: string): Promise<readonly PresenceEntry[]>;

  /** How many people are in `group`: those of `presenceList`, each once. */
  presenceCount(group: string): Promise<number>;

  /** What every process has and does, for people. Processes that do not answer within a second are left out. */
  inspect(): Promise<LayerReport>;

  /** Forgets all messages and groups, everywhere (L13). For tests. */
  flush(): Promise<void>;

  /** Ends all subscriptions and connections. The layer cannot be used afterwards. Again is no error. */
  close(): Promise<void>;
}

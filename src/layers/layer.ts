import type { Message } from "../core/index.js";

/** Stops a subscription. Resolves when nothing more will be delivered. */
export type Unsubscribe = () => Promise<void>;

/**
 * Takes a message from the layer. A returned promise means that the receiver is still busy with it: the layer holds
 * the channel's next message back until it settles, and counts what waits against the channel's capacity.
 * It must not throw or reject.
 */
export type Deliver = (message: Message) => void | Promise<void>;

/**
 * Carries messages between consumers, in one process or in many.
 *
 * - **At most once**: a message is never delivered twice, and to one receiver of a channel only (L2). It may be lost
 *   when a process dies, when it was unread for longer than its expiry (L8), or when a member of a group is over
 *   capacity (L6); every drop that the layer sees is counted.
 * - **In order** per sender and channel.
 * - **Groups** are broadcast: one `groupSend`, one copy for each member channel.
 *
 * Names: 1 to 99 ASCII letters, digits, `-`, `_`, `.`; a channel made by `newChannel` holds exactly one `!`, a group
 * none (L17). A wrong name throws `InvalidName`, before anything is sent.
 */
export interface ChannelLayer {
  /** A fresh name for a channel that only this process can subscribe to. `prefix` default `specific`. No I/O. */
  newChannel(prefix?: string): string;

  /**
   * Puts `message` into `channel`. Resolves when the layer has it. Rejects with `ChannelFull` when the channel is at
   * its capacity, and `MessageInvalid` when the message cannot travel (no `type`, a protocol's type, a value that
   * msgpack cannot carry).
   */
  send(channel: string, message: Message): Promise<void>;

  /**
   * Delivers the messages of `channel` to `deliver`, those that already wait first. Of several subscribers of one
   * channel, in any process, one gets each message. Resolves when the subscription stands.
   */
  subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe>;

  /**
   * Makes `channel` a member of `group`; again is no error and renews the membership (L11). Resolves when every later
   * `groupSend`, from any process, reaches the channel. The channel must be one of this process.
   */
  groupAdd(group: string, channel: string): Promise<void>;

  /** Ends a membership; no error when there was none. Nothing sent to the group after it resolves is delivered. */
  groupDiscard(group: string, channel: string): Promise<void>;

  /** Sends a copy of `message` to every member. A member over capacity loses it, counted; never `ChannelFull` (L6). */
  groupSend(group: string, message: Message): Promise<void>;

  /** Forgets all messages and groups, everywhere (L13). For tests. */
  flush(): Promise<void>;

  /** Ends all subscriptions and connections. The layer cannot be used afterwards. */
  close(): Promise<void>;
}

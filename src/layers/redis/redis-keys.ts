import { channelOwner } from "../names.js";

/** Where a channel is kept and where its receivers listen. */
export interface ChannelKeys {
  /** The list of its waiting messages. */
  readonly list: string;
  /** The pub/sub channel on which its receivers are told that a message came. */
  readonly wake: string;
}

/**
 * Every name that the layer uses in Redis, made in this one place for senders and receivers alike (X1).
 *
 * What one script touches shares a hash tag (`{…}`), so that a cluster keeps it on one node: all channels of a process,
 * and each named channel with its wake channel.
 */
export class RedisKeys {
  /** On which processes tell each other to forget everything. */
  readonly control: string;
  readonly #prefix: string;
  readonly #groupPrefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#groupPrefix = `${prefix}:g:`;
    this.control = `${prefix}:control`;
  }

  channel(channel: string): ChannelKeys {
    const owner = channelOwner(channel);
    if (owner === undefined) {
      const key = `${this.#prefix}:c:{${channel}}`;
      return { list: key, wake: key };
    }
    const wake = this.process(owner);
    return { list: `${wake}:${channel}`, wake };
  }

  /** The pub/sub channel on which the process hears of messages in its channels. */
  process(processId: string): string {
    return `${this.#prefix}:p:{${processId}}`;
  }

  group(group: string): string {
    return this.#groupPrefix + group;
  }

  /** The group whose pub/sub channel this is; `undefined` when it is no group's. */
  groupOf(pubSubChannel: string): string | undefined {
    return pubSubChannel.startsWith(this.#groupPrefix) ? pubSubChannel.slice(this.#groupPrefix.length) : undefined;
  }

  /** Patterns of the keys that hold messages. */
  patterns(): readonly string[] {
    return [`${this.#prefix}:c:*`, `${this.#prefix}:p:*`];
  }
}

import { channelOwner } from "../names.js";

/** Where a channel is kept and where its receivers listen. */
export interface ChannelKeys {
  /** The list of its waiting messages. */
  readonly list: string;
  /** The pub/sub channel on which its receivers are told that a message came. */
  readonly wake: string;
}

/** Where the history of a group is kept. */
export interface HistoryKeys {
  readonly position: string;
  readonly stream: string;
  readonly pubSubChannel: string;
}

/** Where it is kept who is present in a group. */
export interface PresenceKeys {
  readonly processes: string;
  readonly people: string;
  readonly version: string;
  readonly pubSubChannel: string;
  readonly devices: string;
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

  /** Where a group's history is kept: beside its pub/sub channel. */
  history(group: string): HistoryKeys {
    const pubSubChannel = this.group(group);
    return {
      position: `${this.#prefix}:h:{${pubSubChannel}}`,
      stream: `${this.#prefix}:s:{${pubSubChannel}}`,
      pubSubChannel,
    };
  }

  /** Where the outcome for an idempotency key is noted. */
  once(group: string, key: string): string {
    return `${this.#prefix}:o:{${this.group(group)}}:${key}`;
  }

  /** Where it is kept who is present in a group, and in particular in one process. */
  presence(group: string, processId: string): PresenceKeys {
    const pubSubChannel = this.group(group);
    return {
      processes: `${this.#prefix}:n:{${pubSubChannel}}`,
      people: `${this.#prefix}:u:{${pubSubChannel}}`,
      version: `${this.#prefix}:v:{${pubSubChannel}}`,
      pubSubChannel,
      devices: `${this.#prefix}:d:{${pubSubChannel}}:${processId}`,
    };
  }

  /** The group whose pub/sub channel this is; `undefined` when it is no group's. */
  groupOf(pubSubChannel: string): string | undefined {
    return pubSubChannel.startsWith(this.#groupPrefix) ? pubSubChannel.slice(this.#groupPrefix.length) : undefined;
  }

  /** Patterns of the keys that hold messages. */
  patterns(): readonly string[] {
    return ["c", "p", "h", "s", "o", "n", "u", "v", "d"].map((kind) => `${this.#prefix}:${kind}:*`);
  }
}

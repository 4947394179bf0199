import type { Logger } from "../../core/index.js";
import type { ChannelLayer, GroupAddOptions } from "../../layers/index.js";
import type { WebSocketTopics } from "../../protocol/index.js";
import type { ConsumerChannel } from "../consumer-channel.js";
import { ClientGone } from "../errors.js";
import { LayerChannel, type Receiver } from "../layer-channel.js";
import type { Forwarding } from "./forwarding.js";
import { joinByRelay, type Relayed } from "./relays.js";

/**
 * The channel of a socket whose consumer only passes some messages on: those come by the relays of its groups, which the
 * sockets of a server share. What else it handles comes as to any consumer.
 */
export class RelayedChannel implements ConsumerChannel {
  readonly layer: ChannelLayer;
  readonly #receiver: Receiver;
  readonly #topics: WebSocketTopics;
  readonly #forwarding: Forwarding;
  readonly #log: Logger;
  /** For what is sent to this consumer alone, and for groups that are joined with presence or history. */
  readonly #own: LayerChannel;
  /** For the messages of groups that are not only passed on. */
  #others: LayerChannel | undefined;
  readonly #relayed = new Map<string, Promise<Relayed>>();
  #isClosed = false;

  constructor(layer: ChannelLayer, receiver: Receiver, log: Logger, topics: WebSocketTopics, forwarding: Forwarding) {
    this.layer = layer;
    this.#receiver = receiver;
    this.#log = log;
    this.#topics = topics;
    this.#forwarding = forwarding;
    this.#own = new LayerChannel(layer, receiver, log, forwarding.tellsState);
  }

  open(): Promise<string> {
    return this.#own.open();
  }

  async join(group: string, options?: GroupAddOptions): Promise<void> {
    // Presence and history belong to each member by itself.
    if (options !== undefined) return this.#own.join(group, options);
    if (this.#isClosed) throw new ClientGone();
    const { types, hasOthers, tellsState } = this.#forwarding;
    if (tellsState) await this.#own.open();
    if (hasOthers) await this.#channelForOthers().join(group);
    await this.#relay(group, types);
    // The scope may have ended meanwhile, after its memberships were given up.
    if (this.#isClosed) await this.leave(group);
  }

  async leave(group: string): Promise<void> {
    const relayed = this.#relayed.get(group);
    this.#relayed.delete(group);
    await Promise.all([(await relayed)?.leave(), this.#others?.leave(group), this.#own.leave(group)]);
  }

  refuse(): void {
    this.#isClosed = true;
    this.#own.refuse();
    this.#others?.refuse();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const relayed = await Promise.allSettled(this.#relayed.values());
    this.#relayed.clear();
    await Promise.all([
      ...relayed.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.leave() : undefined)),
      this.#others?.close(),
      this.#own.close(),
    ]);
  }

  async #relay(group: string, types: ReadonlySet<string>): Promise<void> {
    let relayed = this.#relayed.get(group);
    if (relayed === undefined) {
      relayed = joinByRelay(this.layer, group, types, { topics: this.#topics, receiver: this.#receiver });
      this.#relayed.set(group, relayed);
    }
    try {
      await relayed;
    } catch (error) {
      this.#relayed.delete(group);
      throw error;
    }
  }

  /** Leaves out what the relays bring. */
  #channelForOthers(): LayerChannel {
    const { types } = this.#forwarding;
    this.#others ??= new LayerChannel(
      this.layer,
      {
        post: (message, origin) => {
          if (!types.has(message.type)) this.#receiver.post(message, origin);
        },
        whenIdle: () => this.#receiver.whenIdle(),
        isIdle: () => this.#receiver.isIdle(),
      },
      this.#log,
    );
    return this.#others;
  }
}

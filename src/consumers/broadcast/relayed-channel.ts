import { toError } from "../../core/index.js";
import type { ChannelLayer, GroupAddOptions } from "../../layers/index.js";
import type { WebSocketTopics } from "../../protocol/index.js";
import type { ConsumerChannel, Logging } from "../consumer-channel.js";
import { ClientGone } from "../errors.js";
import { LayerChannel, type Receiver } from "../layer-channel.js";
import type { Forwarding } from "./forwarding.js";
import type { Relaying } from "./group-relay.js";
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
  readonly #owner: Logging;
  /**
   * For what is sent to this consumer alone, and a member of the groups that are joined with presence or history: until
   * it has caught up with their relays, where all of their messages are only passed on.
   */
  readonly #own: LayerChannel;
  /** For the messages of groups that are not only passed on. */
  #others: LayerChannel | undefined;
  readonly #relayed = new Map<string, Promise<Relayed>>();
  /** Those of the relayed groups that the own channel is a member of. */
  readonly #owned = new Set<string>();
  #isClosed = false;

  constructor(
    layer: ChannelLayer,
    receiver: Receiver,
    owner: Logging,
    topics: WebSocketTopics,
    forwarding: Forwarding,
  ) {
    this.layer = layer;
    this.#receiver = receiver;
    this.#owner = owner;
    this.#topics = topics;
    this.#forwarding = forwarding;
    this.#own = new LayerChannel(layer, receiver, owner, forwarding.tellsState);
  }

  open(): Promise<string> {
    return this.#own.open();
  }

  async join(group: string, options?: GroupAddOptions): Promise<void> {
    if (this.#isClosed) throw new ClientGone();
    if (options !== undefined) return this.#joinAsOne(group, options);
    const { types, hasOthers, tellsState } = this.#forwarding;
    if (tellsState) await this.#own.open();
    if (hasOthers) await this.#channelForOthers().join(group);
    await this.#relay({ group, types });
    // The scope may have ended meanwhile, after its memberships were given up.
    if (this.#isClosed) await this.leave(group);
  }

  async leave(group: string): Promise<void> {
    const relayed = this.#relayed.get(group);
    this.#relayed.delete(group);
    this.#owned.delete(group);
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

  /** Presence and history belong to each member by itself. */
  async #joinAsOne(group: string, options: GroupAddOptions): Promise<void> {
    const { types, hasOthers } = this.#forwarding;
    // What a handler takes its time for must not come to the client after what is only passed on.
    if (hasOthers) return this.#own.join(group, options);
    const { presence, history } = options;
    if (this.#owned.has(group)) {
      // It has had everything that it would be given again.
      if (presence !== undefined) await this.#own.join(group, { presence });
      return;
    }
    await this.leave(group);
    await this.#own.join(group, options);
    this.#owned.add(group);
    try {
      await this.#relay({ group, types, ...(history && { history }) }, this.#own.name);
    } catch (thrown) {
      this.#owner.log.debug({ err: toError(thrown) }, "a group has no relay; its messages come one by one");
    }
    if (this.#isClosed) await this.leave(group);
  }

  async #relay(relaying: Relaying, channel?: string): Promise<void> {
    const { group } = relaying;
    let relayed = this.#relayed.get(group);
    if (relayed === undefined) {
      const member = { topics: this.#topics, receiver: this.#receiver, ...(channel !== undefined && { channel }) };
      relayed = joinByRelay(this.layer, relaying, member);
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
        waitingFrom: (origin) => this.#receiver.waitingFrom(origin),
      },
      this.#owner,
    );
    return this.#others;
  }
}

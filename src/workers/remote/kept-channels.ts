import { type ConsumerChannel, openConsumerChannel } from "../../consumers/index.js";
import { getLogger, type Message } from "../../core/index.js";
import { channelLayers } from "../../layers/index.js";
import type { WebSocketTopics } from "../../protocol/index.js";
import { RemoteLayerUnknown } from "../errors.js";
import type { ChannelCall, PackedForwarding } from "./frames.js";
import { Gate } from "./gate.js";

/** With so many messages of groups under way, the layer holds the rest back, and drops what is over its capacity. */
const maxUnderWay = 64;

const handlesAll: PackedForwarding = { types: [], hasOthers: true, tellsState: false };

/**
 * The channels of a consumer that runs in another process, one for each layer that it uses. They are kept here, beside
 * its connection, so that its memberships outlive the worker and no message is lost while it is moved.
 */
export class KeptChannels {
  readonly #channels = new Map<string, ConsumerChannel>();
  readonly #watched: string[] = [];
  readonly #room = new Gate();
  readonly #topics: WebSocketTopics | undefined;
  readonly #underWay: () => number;
  readonly #deliver: (message: Message, layer: string) => void;
  #isClosed = false;

  /** `underWay` says how many messages the consumer was given and has not handled. */
  constructor(
    topics: WebSocketTopics | undefined,
    underWay: () => number,
    deliver: (message: Message, layer: string) => void,
  ) {
    this.#topics = topics;
    this.#underWay = underWay;
    this.#deliver = deliver;
  }

  /** Does what the consumer asks for; gives the name of its channel. */
  async perform({ action, layer, group, options, forwarding }: ChannelCall): Promise<string> {
    const channel = this.#channelOn(layer, forwarding);
    if (action === "open") return channel.open();
    await (action === "join" ? channel.join(group, options) : channel.leave(group));
    return "";
  }

  /** The aliases of the layers of whose loss and return the consumer wants to hear. */
  get watched(): readonly string[] {
    return this.#watched;
  }

  /** The consumer has handled something. */
  moved(): void {
    if (this.#underWay() < maxUnderWay) this.#room.open();
  }

  /** Ends all memberships. */
  close(): void {
    this.#isClosed = true;
    this.#room.open();
    for (const channel of this.#channels.values()) void channel.close();
    this.#channels.clear();
  }

  #channelOn(alias: string, forwarding: PackedForwarding = handlesAll): ConsumerChannel {
    const known = this.#channels.get(alias);
    if (known !== undefined) return known;
    const layer = channelLayers.get(alias);
    if (layer === undefined) throw new RemoteLayerUnknown({ alias });
    const receiver = {
      post: (message: Message): void => {
        if (!this.#isClosed) this.#deliver(message, alias);
      },
      whenIdle: () => (this.#isClosed || this.#underWay() < maxUnderWay ? undefined : this.#room.wait()),
      isIdle: () => this.#underWay() === 0,
      waitingFrom: () => this.#underWay(),
    };
    const { types, hasOthers, tellsState } = forwarding;
    const channel = openConsumerChannel(layer, receiver, { log: getLogger() }, this.#topics, {
      types: new Set(types),
      hasOthers,
      tellsState,
    });
    if (this.#isClosed) channel.refuse();
    else this.#channels.set(alias, channel);
    if (tellsState) this.#watched.push(alias);
    return channel;
  }
}

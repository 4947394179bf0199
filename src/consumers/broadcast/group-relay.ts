import { getLogger, type Message, toError } from "../../core/index.js";
import type { ChannelLayer, Unsubscribe } from "../../layers/index.js";
import type { TopicPublisher, WebSocketTopics } from "../../protocol/index.js";
import { jsonText } from "../json-text.js";
import type { Receiver } from "../layer-channel.js";

/** A socket that is a member of a group by way of a relay. */
export interface RelayMember {
  readonly topics: WebSocketTopics;
  /** Takes the group's messages until the socket can be subscribed without one overtaking another. */
  readonly receiver: Receiver;
}

let lastTopic = 0;

/**
 * Is a member of a group for many sockets of one server, and passes what they only pass on to all of them at once, over
 * a topic of the server. A socket that is not accepted yet, or has messages of the group waiting, gets them one by one
 * until it has caught up.
 */
export class GroupRelay {
  readonly topic: string;
  readonly #layer: ChannelLayer;
  readonly #group: string;
  readonly #publisher: TopicPublisher;
  readonly #types: ReadonlySet<string>;
  readonly #channel: string;
  readonly #behind = new Set<RelayMember>();
  readonly #subscribed = new Set<RelayMember>();
  #opening: Promise<Unsubscribe> | undefined;

  constructor(layer: ChannelLayer, group: string, publisher: TopicPublisher, types: ReadonlySet<string>) {
    lastTopic += 1;
    this.topic = String(lastTopic);
    this.#layer = layer;
    this.#group = group;
    this.#publisher = publisher;
    this.#types = types;
    this.#channel = layer.newChannel("relay");
  }

  get isEmpty(): boolean {
    return this.#behind.size === 0 && this.#subscribed.size === 0;
  }

  /** Resolves when every later message of the group will come to `member`. */
  async add(member: RelayMember): Promise<void> {
    this.#behind.add(member);
    this.#opening ??= this.#open();
    await this.#opening;
  }

  delete(member: RelayMember): void {
    this.#behind.delete(member);
    if (this.#subscribed.delete(member)) member.topics.unsubscribe(this.topic);
  }

  /** Ends the membership. Never rejects. */
  async close(): Promise<void> {
    try {
      await (
        await this.#opening
      )?.();
    } catch (thrown) {
      getLogger().warn({ err: toError(thrown) }, "a group could not be left; the membership expires by itself");
    }
  }

  async #open(): Promise<Unsubscribe> {
    const unsubscribe = await this.#layer.subscribe(this.#channel, (message) => this.#deliver(message));
    try {
      await this.#layer.groupAdd(this.#group, this.#channel);
    } catch (error) {
      this.#opening = undefined;
      await unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  #deliver(message: Message): void {
    if (!this.#types.has(message.type)) return;
    for (const member of this.#behind) {
      if (this.#subscribe(member)) continue;
      member.receiver.post(message, "layer");
    }
    if (this.#subscribed.size === 0) return;
    try {
      this.#publisher.publish(this.topic, jsonText(message) ?? "null");
    } catch (thrown) {
      // Such as a number that JSON cannot say.
      getLogger().error({ err: toError(thrown), type: message.type }, "a message of a group could not be passed on");
    }
  }

  /** From now on the server sends to this socket, if nothing that came before waits and the socket is open. */
  #subscribe(member: RelayMember): boolean {
    if (!member.receiver.isIdle() || !member.topics.subscribe(this.topic)) return false;
    this.#behind.delete(member);
    this.#subscribed.add(member);
    return true;
  }
}

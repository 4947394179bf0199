import { getLogger, type Message, toError } from "../../core/index.js";
import type { ChannelLayer, HistoryLimits, MessagePosition, Unsubscribe } from "../../layers/index.js";
import type { TopicPublisher, WebSocketTopics } from "../../protocol/index.js";
import { jsonText } from "../json-text.js";
import type { Receiver } from "../layer-channel.js";
import { placedMessage } from "../placed-message.js";

/** A socket that is a member of a group by way of a relay. */
export interface RelayMember {
  readonly topics: WebSocketTopics;
  /** Takes the group's messages until the socket can be subscribed without one overtaking another. */
  readonly receiver: Receiver;
  /**
   * Its own channel, where that is a member of the group, too: with presence or history. Then that takes the group's
   * messages until it can hand them over to the relay, having had exactly what the relay has had.
   */
  readonly channel?: string;
}

/** What the messages are that a relay passes on. */
export interface Relaying {
  readonly group: string;
  /** Their types. */
  readonly types: ReadonlySet<string>;
  /** Whether they say where they stand in the history of the group. */
  readonly history?: HistoryLimits;
}

let lastTopic = 0;

function newTopic(): string {
  lastTopic += 1;
  return String(lastTopic);
}

/**
 * Is a member of a group for many sockets of one server, and passes what they only pass on to all of them at once, over
 * a topic of the server. A socket that is not accepted yet, or has messages of the group waiting, gets them one by one
 * until it has caught up.
 */
export class GroupRelay {
  readonly #layer: ChannelLayer;
  readonly #relaying: Relaying;
  readonly #publisher: TopicPublisher;
  readonly #channel: string;
  /** How many messages may wait for a member that has fallen behind, as for any channel. */
  readonly #capacity: number;
  #topic = newTopic();
  readonly #behind = new Set<RelayMember>();
  readonly #subscribed = new Set<RelayMember>();
  /** Topics to which nothing is sent any more, and who is still subscribed to them. */
  readonly #stale = new Map<RelayMember, string>();
  #isSubscribing = false;
  #opening: Promise<Unsubscribe> | undefined;

  constructor(layer: ChannelLayer, relaying: Relaying, publisher: TopicPublisher) {
    this.#layer = layer;
    this.#relaying = relaying;
    this.#publisher = publisher;
    this.#channel = layer.newChannel("relay");
    this.#capacity = layer.capacityOf(layer.newChannel());
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
    if (this.#subscribed.delete(member)) member.topics.unsubscribe(this.#topic);
    this.#forgetStale(member);
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
    const { group, history } = this.#relaying;
    const unsubscribe = await this.#layer.subscribe(this.#channel, (message, at) => this.#deliver(message, at));
    try {
      await this.#layer.groupAdd(group, this.#channel, history && { history });
    } catch (error) {
      this.#opening = undefined;
      await unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  #deliver(message: Message, at: MessagePosition | undefined): void {
    const { types, history } = this.#relaying;
    if (message.type === "layer.missed") return this.#startAnew();
    if (!types.has(message.type)) return;
    let hasOwn = false;
    for (const member of this.#behind) {
      if (member.channel !== undefined) hasOwn = true;
      else if (!this.#subscribe(member)) this.#give(member, message);
    }
    if (hasOwn) this.#subscribeSoon();
    if (this.#subscribed.size === 0) return;
    try {
      const placed = at === undefined || history === undefined ? message : placedMessage(message, at);
      this.#publisher.publish(this.#topic, jsonText(placed) ?? "null");
    } catch (thrown) {
      // Such as a number that JSON cannot say.
      getLogger().error({ err: toError(thrown), type: message.type }, "a message of a group could not be passed on");
    }
  }

  /** A member that is stuck, or not accepted yet, loses what is over its capacity, counted (L6). */
  #give({ receiver }: RelayMember, message: Message): void {
    if (receiver.waitingFrom("layer") < this.#capacity) receiver.post(message, "layer");
    else this.#layer.countDrop(this.#relaying.group);
  }

  /** When the members have been given the same message, too. */
  #subscribeSoon(): void {
    if (this.#isSubscribing) return;
    this.#isSubscribing = true;
    queueMicrotask(() => {
      this.#isSubscribing = false;
      for (const member of this.#behind) if (member.channel !== undefined) this.#subscribe(member);
    });
  }

  /** The members are told themselves what they missed, and get what follows themselves until they have taken that. */
  #startAnew(): void {
    for (const member of this.#subscribed) {
      this.#behind.add(member);
      // What was sent over it may still be on its way to the socket: it is left when the socket is in another.
      this.#stale.set(member, this.#topic);
    }
    this.#subscribed.clear();
    this.#topic = newTopic();
  }

  /** From now on the server sends to this socket, if nothing that came before waits and the socket is open. */
  #subscribe(member: RelayMember): boolean {
    const { topics, receiver, channel } = member;
    if (!receiver.isIdle() || !topics.subscribe(this.#topic)) return false;
    if (channel !== undefined && !this.#layer.groupHandOver(this.#relaying.group, channel, this.#channel)) {
      topics.unsubscribe(this.#topic);
      return false;
    }
    this.#behind.delete(member);
    this.#subscribed.add(member);
    this.#forgetStale(member);
    return true;
  }

  #forgetStale(member: RelayMember): void {
    const topic = this.#stale.get(member);
    if (topic === undefined) return;
    this.#stale.delete(member);
    member.topics.unsubscribe(topic);
  }
}

import type { Message } from "../../core/index.js";
import { ChannelFull, LayerClosed, LayerUnavailable } from "../errors.js";
import type { GroupPosition, MessagePosition } from "../history/group-position.js";
import { requireIdempotencyKey, resolveHistory } from "../history/history-limits.js";
import type { HistoryPage, ReadHistory } from "../history/history-page.js";
import { LayerTally, type LayerCounters } from "../layer-counters.js";
import type { LayerReport } from "../layer-report.js";
import { resolveLayerOptions, type LayerOptions, type ResolvedLayerOptions } from "../layer-options.js";
import { LayerWatchers, type LayerState, type LayerStateListener } from "../layer-state.js";
import type { ChannelLayer, Deliver, GroupAddOptions, GroupJoin, GroupSendOptions, Unsubscribe } from "../layer.js";
import { LocalChannels } from "../local/local-channels.js";
import { copyMessage } from "../message-copy.js";
import { requireSize } from "../message-codec.js";
import { requireChannelName, requireGroupName } from "../names.js";
import { copyPresence, type PresenceEntry } from "../presence/presence-entry.js";
import { PresenceFeeds } from "../presence/presence-feeds.js";
import { MemoryHistory } from "./memory-history.js";
import { MemoryPresence } from "./memory-presence.js";

/** A message on its way, until the event loop turns. */
interface Departure {
  readonly message: Message;
  readonly to: "channel" | "group";
  readonly name: string;
  readonly at?: MessagePosition;
}

/** Far more than a program sends before it waits for anything. */
const maxDepartures = 100_000;

// Kept from before a test replaces the timers: delivery must not stop with a fake clock.
const nextTurn = setImmediate;

/**
 * A channel layer within one process, for development, tests and sites of one process.
 *
 * Messages leave when the event loop turns: so nothing is delivered inside the call that sends it, consumers that
 * answer each other leave room for everything else, and awaiting `send` goes at the pace of delivery.
 */
export class MemoryChannelLayer implements ChannelLayer {
  readonly #options: ResolvedLayerOptions;
  readonly #tally = new LayerTally();
  readonly #watchers = new LayerWatchers();
  readonly #local: LocalChannels;
  /** How many messages are on their way to each channel; they have a place in it. */
  readonly #reserved = new Map<string, number>();
  readonly #history: MemoryHistory;
  readonly #presence: PresenceFeeds;
  readonly #present: MemoryPresence;
  #departures: Departure[] = [];
  #turn: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LayerOptions = {}) {
    this.#options = resolveLayerOptions(options);
    this.#local = new LocalChannels(this.#options, this.#tally, {
      onLeave: (group, inbox) => this.#presence.leave(group, inbox),
    });
    this.#history = new MemoryHistory(this.#options.now);
    this.#present = new MemoryPresence((group, diff) => nextTurn(() => this.#presence.receive(group, diff)));
    this.#presence = new PresenceFeeds(this.#present, this.#tally, this.#options.presence);
  }

  get state(): LayerState {
    return this.#isClosed ? "closed" : "connected";
  }

  get counters(): LayerCounters {
    return this.#tally;
  }

  capacityOf(channel: string): number {
    return this.#options.capacityOf(channel);
  }

  countDrop(group: string): void {
    this.#tally.drop("droppedFull", { group });
  }

  async connect(): Promise<void> {
    this.#requireOpen();
  }

  watch(listener: LayerStateListener): () => void {
    return this.#watchers.add(listener);
  }

  newChannel(prefix?: string): string {
    return this.#local.newChannel(prefix);
  }

  async send(channel: string, message: Message): Promise<void> {
    this.#requireOpen();
    requireChannelName(channel);
    const copy = copyMessage(message);
    requireSize(copy, this.#options.maxMessageBytes);
    const inbox = this.#local.open(channel);
    const reserved = this.#reserved.get(channel) ?? 0;
    if (!inbox.hasSubscribers) inbox.dropExpired();
    if (inbox.waiting + reserved >= inbox.capacity) {
      this.#tally.refusedFull++;
      throw new ChannelFull({ channel, capacity: inbox.capacity });
    }
    this.#reserved.set(channel, reserved + 1);
    this.#tally.sent++;
    return this.#depart({ message: copy.message, to: "channel", name: channel });
  }

  async subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe> {
    this.#requireOpen();
    requireChannelName(channel);
    this.#local.requireReceivable(channel);
    const subscription = this.#local.subscribe(channel, deliver);
    return async () => void this.#local.unsubscribe(subscription);
  }

  async groupAdd(group: string, channel: string, options: GroupAddOptions = {}): Promise<GroupJoin | undefined> {
    this.#requireOpen();
    requireGroupName(group);
    requireChannelName(channel);
    this.#local.requireOwn(channel);
    const entry = options.presence && copyPresence(options.presence, channel);
    let found: GroupJoin | undefined = undefined;
    if (options.history === undefined) this.#local.join(group, channel);
    else {
      resolveHistory(options.history);
      const read = this.#readerOf(group);
      found = await this.#local.joinFeed(group, channel, read, options, () => Promise.resolve());
    }
    if (entry !== undefined) this.#presence.join(group, this.#local.open(channel), entry);
    return found;
  }

  groupHandOver(group: string, from: string, to: string): boolean {
    return this.#local.handOver(group, from, to);
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    this.#requireOpen();
    requireGroupName(group);
    requireChannelName(channel);
    this.#local.leave(group, channel);
  }

  async groupSend(
    group: string,
    message: Message,
    { history, idempotencyKey }: GroupSendOptions = {},
  ): Promise<GroupPosition | undefined> {
    this.#requireOpen();
    requireGroupName(group);
    const limits = history && resolveHistory(history);
    const copy = copyMessage(message);
    requireSize(copy, this.#options.maxMessageBytes);
    if (idempotencyKey !== undefined) {
      const before = this.#history.sentBefore(group, requireIdempotencyKey(idempotencyKey));
      if (before !== undefined) {
        this.#tally.groupRepeated++;
        return before.at;
      }
    }
    this.#requireRoom();
    const at = limits && this.#history.append(group, copy.message, limits);
    if (idempotencyKey !== undefined) this.#history.noteSent(group, idempotencyKey, at);
    this.#tally.groupSent++;
    await this.#depart({ message: copy.message, to: "group", name: group, ...(at && { at }) });
    return at;
  }

  async groupHistory(group: string, since: GroupPosition | undefined, last: number): Promise<HistoryPage> {
    this.#requireOpen();
    requireGroupName(group);
    return this.#history.read(group, since, last);
  }

  async presenceList(group: string): Promise<readonly PresenceEntry[]> {
    this.#requireOpen();
    requireGroupName(group);
    return this.#presence.list(group);
  }

  async presenceCount(group: string): Promise<number> {
    this.#requireOpen();
    requireGroupName(group);
    return this.#presence.count(group);
  }

  async inspect(): Promise<LayerReport> {
    this.#requireOpen();
    return { processes: [this.#local.report()], pending: [...this.#local.pending()] };
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    this.#tally.drop("droppedEnded", {}, this.#departures.length);
    this.#departures = [];
    this.#reserved.clear();
    this.#local.clear();
    this.#history.clear();
    this.#present.clear();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#presence.close();
    this.#departures = [];
    this.#local.close();
    this.#watchers.clear();
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new LayerClosed();
  }

  #requireRoom(): void {
    if (this.#departures.length < maxDepartures) return;
    throw new LayerUnavailable({ broker: "The memory layer", problem: `${maxDepartures} messages are on their way` });
  }

  #readerOf(group: string): ReadHistory {
    return async (since, last) => this.#history.read(group, since, last);
  }

  /** Resolves when the message has left: all that depart in one turn share a promise. */
  #depart(departure: Departure): Promise<void> {
    this.#requireRoom();
    this.#departures.push(departure);
    this.#turn ??= new Promise((resolve) => {
      nextTurn(() => {
        this.#turn = undefined;
        this.#deliver();
        resolve();
      });
    });
    return this.#turn;
  }

  #deliver(): void {
    const departures = this.#departures;
    this.#departures = [];
    this.#reserved.clear();
    for (const { message, to, name, at } of departures) {
      if (to === "group") this.#local.deliverToGroup(name, message, at);
      else this.#local.open(name).offer(message, true);
    }
  }
}

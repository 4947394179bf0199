import { getLogger, type Message } from "../../core/index.js";
import { type LayerStateChange, stateChannel } from "../diagnostics.js";
import { ChannelFull, LayerClosed, LayerUnavailable } from "../errors.js";
import type { GroupPosition } from "../history/group-position.js";
import { resolveHistory } from "../history/history-limits.js";
import type { HistoryPage, ReadHistory } from "../history/history-page.js";
import { LayerTally, type LayerCounters } from "../layer-counters.js";
import type { LayerReport } from "../layer-report.js";
import { resolveLayerOptions, type ResolvedLayerOptions } from "../layer-options.js";
import { LayerWatchers, type LayerState, type LayerStateListener } from "../layer-state.js";
import type { ChannelLayer, Deliver, GroupAddOptions, GroupJoin, GroupSendOptions, Unsubscribe } from "../layer.js";
import { LocalChannels, type Subscription } from "../local/local-channels.js";
import { MessageCodec } from "../message-codec.js";
import { copyMessage } from "../message-copy.js";
import { channelOwner, requireChannelName, requireGroupName } from "../names.js";
import { copyPresence, type PresenceEntry } from "../presence/presence-entry.js";
import { PresenceFeeds } from "../presence/presence-feeds.js";
import { type GroupFrame, readGroupFrame } from "./group-frames.js";
import { openBroker } from "./open-broker.js";
import { ProcessControl } from "./process-control.js";
import type { RedisBroker } from "./redis-broker.js";
import { RedisHistory } from "./redis-history.js";
import { RedisKeys } from "./redis-keys.js";
import { RedisLists } from "./redis-lists.js";
import { resolveRedisOptions, type RedisLayerOptions, type ResolvedRedisOptions } from "./redis-options.js";
import { RedisPresence } from "./redis-presence.js";

/**
 * A channel layer over Redis (6.2 or later, or Valkey), for sites of several processes.
 *
 * A group is a pub/sub channel: a process subscribes to it once, however many members it has there, and a message is
 * one PUBLISH. A channel is a bounded list; its receivers are told over pub/sub and take from it when they are free.
 */
export class RedisChannelLayer implements ChannelLayer {
  readonly #options: ResolvedLayerOptions;
  readonly #redisOptions: ResolvedRedisOptions;
  readonly #tally = new LayerTally();
  readonly #watchers = new LayerWatchers();
  readonly #keys: RedisKeys;
  readonly #local: LocalChannels;
  readonly #codec: MessageCodec;
  readonly #broker: RedisBroker;
  readonly #lists: RedisLists;
  readonly #history: RedisHistory;
  readonly #present: RedisPresence;
  readonly #presence: PresenceFeeds;
  readonly #control: ProcessControl;
  #state: LayerState = "idle";
  #lostAt = 0;

  /** `url`: see `openChannelLayer`. */
  constructor(url: string, options: RedisLayerOptions = {}) {
    this.#options = resolveLayerOptions(options);
    this.#redisOptions = resolveRedisOptions(url, options);
    this.#keys = new RedisKeys(this.#redisOptions.prefix);
    this.#codec = new MessageCodec(this.#options.maxMessageBytes, this.#redisOptions.encryptionKeys);
    this.#local = new LocalChannels(this.#options, this.#tally, {
      pull: (channel, count) => this.#lists.pull(channel, count),
      onGroupEmpty: (group) => this.#broker.unsubscribe(this.#keys.group(group)),
      onChannelEnd: (channel) => this.#lists.delete(channel),
      onLeave: (group, inbox) => this.#presence.leave(group, inbox),
    });
    this.#broker = openBroker(this.#redisOptions, `hotclub:${this.#local.processId}`, {
      onMessage: (pubSubChannel, payload) => this.#receive(pubSubChannel, payload),
      onLost: (reason) => this.#lose(reason),
      onRestored: (isWhole) => this.#restore(isWhole),
    });
    this.#control = new ProcessControl(this.#broker, this.#keys, this.#local, this.#tally);
    this.#lists = new RedisLists(this.#broker, this.#keys, this.#codec, this.#tally, this.#options.expiryMs);
    this.#history = new RedisHistory(this.#broker, this.#keys, this.#codec);
    const { presence } = this.#options;
    const { processId } = this.#local;
    this.#present = new RedisPresence(this.#broker, this.#keys, this.#codec, processId, presence.leaseMs);
    this.#presence = new PresenceFeeds(this.#present, this.#tally, presence);
  }

  get state(): LayerState {
    return this.#state;
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
    if (this.#state !== "idle") return;
    await this.#broker.connect();
    await Promise.all([
      this.#broker.subscribe(this.#keys.process(this.#local.processId)),
      this.#broker.subscribe(this.#keys.control),
    ]);
    if (this.#state === "idle") this.#state = "connected";
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
    const encoded = this.#lists.encode(channel, message);
    if (this.#state === "idle") await this.connect();
    const capacity = this.#options.capacityOf(channel);
    if (!(await this.#lists.push(channel, encoded, capacity))) {
      this.#tally.refusedFull++;
      throw new ChannelFull({ channel, capacity });
    }
    this.#tally.sent++;
  }

  async subscribe(channel: string, deliver: Deliver): Promise<Unsubscribe> {
    this.#requireOpen();
    requireChannelName(channel);
    this.#local.requireReceivable(channel);
    if (this.#state === "idle") await this.connect();
    const subscription = this.#local.subscribe(channel, deliver);
    if (channelOwner(channel) === undefined) {
      try {
        await this.#broker.subscribe(this.#keys.channel(channel).wake);
      } catch (error) {
        this.#unsubscribe(subscription);
        throw error;
      }
    }
    this.#announceWaiting(channel);
    return async () => {
      // What a process's own channel still holds ends with it; a named channel's belongs to whoever comes next.
      if (channelOwner(channel) === undefined) await subscription.inbox.drain();
      this.#unsubscribe(subscription);
    };
  }

  async groupAdd(group: string, channel: string, options: GroupAddOptions = {}): Promise<GroupJoin | undefined> {
    this.#requireOpen();
    requireGroupName(group);
    requireChannelName(channel);
    this.#local.requireOwn(channel);
    const entry = options.presence && copyPresence(options.presence, channel);
    if (options.history !== undefined) resolveHistory(options.history);
    if (this.#state === "idle") await this.connect();
    let found: GroupJoin | undefined = undefined;
    if (options.history === undefined) {
      const isNew = this.#local.join(group, channel);
      try {
        await this.#broker.subscribe(this.#keys.group(group));
      } catch (error) {
        if (isNew) this.#local.leave(group, channel);
        throw error;
      }
    } else {
      const subscribe = () => this.#broker.subscribe(this.#keys.group(group));
      found = await this.#local.joinFeed(group, channel, this.#readerOf(group), options, subscribe);
    }
    const inbox = this.#local.find(channel);
    // It may have left meanwhile.
    if (entry !== undefined && inbox?.groups.includes(group) === true) this.#presence.join(group, inbox, entry);
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

  async groupSend(group: string, message: Message, options?: GroupSendOptions): Promise<GroupPosition | undefined> {
    this.#requireOpen();
    requireGroupName(group);
    const pubSubChannel = this.#keys.group(group);
    const encoded = this.#codec.encode(copyMessage(message), pubSubChannel);
    if (this.#state === "idle") await this.connect();
    if (options?.history === undefined && options?.idempotencyKey === undefined) {
      await this.#broker.run(pubSubChannel, (link) => link.publish(pubSubChannel, encoded));
      this.#tally.groupSent++;
      return undefined;
    }
    const { position, isRepeated } = await this.#history.publish(group, encoded, options);
    if (isRepeated) this.#tally.groupRepeated++;
    else this.#tally.groupSent++;
    return position;
  }

  async groupHistory(group: string, since: GroupPosition | undefined, last: number): Promise<HistoryPage> {
    this.#requireOpen();
    requireGroupName(group);
    if (this.#state === "idle") await this.connect();
    return this.#readHistory(group, since, last, false);
  }

  async presenceList(group: string): Promise<readonly PresenceEntry[]> {
    this.#requireOpen();
    requireGroupName(group);
    if (this.#state === "idle") await this.connect();
    return this.#presence.list(group);
  }

  async presenceCount(group: string): Promise<number> {
    this.#requireOpen();
    requireGroupName(group);
    if (this.#state === "idle") await this.connect();
    return this.#presence.count(group);
  }

  async inspect(): Promise<LayerReport> {
    this.#requireOpen();
    if (this.#state === "idle") await this.connect();
    return this.#control.inspect();
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    if (this.#state === "idle") await this.connect();
    await this.#broker.runOnAll(async (link) => {
      for (const pattern of this.#keys.patterns()) await link.deleteMatching(pattern);
    });
    await this.#control.flush(this.#redisOptions.timeoutMs, (missing) =>
      this.#unavailable(`${missing} processes did not confirm a flush`),
    );
  }

  async close(): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#watchers.clear();
    await this.#presence.close();
    this.#local.close();
    await this.#broker.close();
  }

  #requireOpen(): void {
    if (this.#state === "closed") throw new LayerClosed();
  }

  #unavailable(problem: string): LayerUnavailable {
    return new LayerUnavailable({ broker: `Redis at ${this.#redisOptions.address}`, problem });
  }

  #unsubscribe(subscription: Subscription): void {
    const { channel } = subscription.inbox;
    const isLast = this.#local.unsubscribe(subscription);
    if (isLast && channelOwner(channel) === undefined) this.#broker.unsubscribe(this.#keys.channel(channel).wake);
  }

  #receive(pubSubChannel: string, payload: Buffer): void {
    const group = this.#keys.groupOf(pubSubChannel);
    if (group !== undefined) this.#receiveForGroup(group, payload);
    else if (pubSubChannel === this.#keys.control) this.#control.receive(payload.toString("latin1"));
    else if (!this.#control.receiveReport(payload)) {
      const inbox = this.#local.find(payload.toString("latin1"));
      if (inbox?.hasSubscribers === true) inbox.announce();
    }
  }

  #receiveForGroup(group: string, payload: Buffer): void {
    if (!this.#local.groups.has(group)) return;
    const frame = readGroupFrame(payload);
    if (frame !== undefined) return this.#receiveFrame(group, frame);
    const message = this.#codec.decode(payload, this.#keys.group(group));
    if (message === undefined) this.#tally.drop("droppedInvalid", { group });
    else this.#local.deliverToGroup(group, message);
  }

  #receiveFrame(group: string, frame: GroupFrame | "broken"): void {
    if (frame !== "broken" && frame.kind === "presence") {
      const diff = this.#present.decodeDiff(group, frame.epoch, frame.number, frame.body);
      if (diff !== undefined) return this.#presence.receive(group, diff);
    } else if (frame !== "broken") {
      const publication = this.#history.decode(group, frame.epoch, frame.number, frame.body);
      if (publication !== undefined) return this.#local.deliverToGroup(group, publication.message, publication.at);
    }
    this.#tally.drop("droppedInvalid", { group });
  }

  #readerOf(group: string): ReadHistory {
    return (since, last, isProven) => this.#readHistory(group, since, last, isProven);
  }

  #readHistory(group: string, since: GroupPosition | undefined, last: number, isProven: boolean): Promise<HistoryPage> {
    return this.#history.read(group, since, last, isProven, () => this.#tally.drop("droppedInvalid", { group }));
  }

  /** Asks how many messages wait in `channel`: what came before the subscription was told to nobody here. */
  #announceWaiting(channel: string): void {
    this.#lists.count(channel).then(
      (count) => this.#local.find(channel)?.announce(count),
      // Not connected: it is asked again when the connection is back.
      () => {},
    );
  }

  #lose(reason: string): void {
    // A part of Redis may go while another is gone.
    if (this.#state === "disconnected") return;
    this.#state = "disconnected";
    this.#lostAt = performance.now();
    getLogger().warn({ reason }, "channel layer: the connection was lost; trying again");
    this.#watchers.tell({ type: "layer.disconnected", reason });
    this.#publishState({ type: "layer.disconnected", address: this.#redisOptions.address, reason });
  }

  #publishState(change: LayerStateChange): void {
    if (stateChannel.hasSubscribers) stateChannel.publish(change);
  }

  #restore(isWhole: boolean): void {
    if (this.#state === "closed") return;
    for (const inbox of this.#local.attended()) {
      inbox.forgetAnnounced();
      this.#announceWaiting(inbox.channel);
    }
    for (const feed of this.#local.groups.feeds()) feed.fill();
    this.#presence.restore();
    if (!isWhole) return;
    this.#state = "connected";
    const afterMs = performance.now() - this.#lostAt;
    getLogger().info({ afterMs }, "channel layer: the connection is back");
    this.#watchers.tell({ type: "layer.restored", afterMs });
    this.#publishState({ type: "layer.restored", address: this.#redisOptions.address, afterMs });
  }
}

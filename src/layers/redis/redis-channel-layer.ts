import { randomUUID } from "node:crypto";

import { getLogger, type Message } from "../../core/index.js";
import { type LayerStateChange, stateChannel } from "../diagnostics.js";
import { ChannelFull, LayerClosed, LayerUnavailable } from "../errors.js";
import type { GroupPosition } from "../history/group-position.js";
import { resolveHistory } from "../history/history-limits.js";
import type { HistoryPage, ReadHistory } from "../history/history-page.js";
import { LayerTally, type LayerCounters } from "../layer-counters.js";
import type { LayerReport, ProcessReport } from "../layer-report.js";
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
import type { RedisBroker } from "./redis-broker.js";
import { RedisHistory } from "./redis-history.js";
import { RedisKeys } from "./redis-keys.js";
import { resolveRedisOptions, type RedisLayerOptions, type ResolvedRedisOptions } from "./redis-options.js";
import { RedisPresence } from "./redis-presence.js";
import { pullScript, pushScript } from "./scripts.js";

/** How long processes may take to report. */
const reportMs = 1000;
const openingBrace = 0x7b;

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
  readonly #history: RedisHistory;
  readonly #present: RedisPresence;
  readonly #presence: PresenceFeeds;
  #state: LayerState = "idle";
  #lostAt = 0;
  /** Flushes that this process asked for, and what to call for each process that has done it. */
  readonly #flushes = new Map<string, () => void>();
  /** What to call with the reports that this process asked for. */
  readonly #reports = new Map<string, (report: ProcessReport) => void>();

  /** `url`: see `openChannelLayer`. */
  constructor(url: string, options: RedisLayerOptions = {}) {
    this.#options = resolveLayerOptions(options);
    this.#redisOptions = resolveRedisOptions(url, options);
    this.#keys = new RedisKeys(this.#redisOptions.prefix);
    this.#codec = new MessageCodec(this.#options.maxMessageBytes, this.#redisOptions.encryptionKeys);
    this.#local = new LocalChannels(this.#options, this.#tally, {
      pull: (channel, count) => this.#pull(channel, count),
      onGroupEmpty: (group) => this.#broker.unsubscribe(this.#keys.group(group)),
      onChannelEnd: (channel) => this.#deleteChannel(channel),
      onLeave: (group, inbox) => this.#presence.leave(group, inbox),
    });
    this.#broker = openBroker(this.#redisOptions, `hotclub:${this.#local.processId}`, {
      onMessage: (pubSubChannel, payload) => this.#receive(pubSubChannel, payload),
      onLost: (reason) => this.#lose(reason),
      onRestored: (isWhole) => this.#restore(isWhole),
    });
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
    const { list, wake } = this.#keys.channel(channel);
    const encoded = this.#codec.encode(copyMessage(message), list);
    if (this.#state === "idle") await this.connect();
    const capacity = this.#options.capacityOf(channel);
    const args = [encoded, capacity, Math.ceil(this.#options.expiryMs), channel, this.#broker.publishCommand];
    const expired = Number(await this.#broker.run(list, (link) => link.run(pushScript, [list, wake], args)));
    if (expired < 0) {
      this.#tally.refusedFull++;
      throw new ChannelFull({ channel, capacity });
    }
    this.#tally.sent++;
    this.#tally.drop("droppedExpired", { channel }, expired);
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
      const ready = this.#broker.subscribe(this.#keys.group(group));
      found = await this.#local.joinFeed(group, channel, this.#readerOf(group), options, ready);
    }
    const inbox = this.#local.find(channel);
    // It may have left meanwhile.
    if (entry !== undefined && inbox?.groups.includes(group) === true) this.#presence.join(group, inbox, entry);
    return found;
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
    const [processes, pending] = await Promise.all([this.#askProcesses(), this.#pendingChannels()]);
    return { processes, pending };
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    if (this.#state === "idle") await this.connect();
    await this.#broker.runOnAll(async (link) => {
      for (const pattern of this.#keys.patterns()) await link.deleteMatching(pattern);
    });
    const id = randomUUID();
    let done = 0;
    let expected = Number.POSITIVE_INFINITY;
    const everyone = new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (done >= expected) resolve();
      };
      this.#flushes.set(id, () => {
        done++;
        check();
      });
      setTimeout(
        () => reject(this.#unavailable(`${expected - done} processes did not confirm a flush`)),
        this.#redisOptions.timeoutMs,
      ).unref();
      this.#tellProcesses(`flush ${id}`).then((processes) => {
        expected = processes;
        check();
      }, reject);
    });
    await everyone.finally(() => this.#flushes.delete(id));
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
    else if (pubSubChannel === this.#keys.control) this.#receiveControl(payload.toString("latin1"));
    // No channel is called so.
    else if (payload[0] === openingBrace) this.#receiveReport(payload.toString());
    else {
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

  #receiveControl(text: string): void {
    const [verb, id = "", from = ""] = text.split(" ");
    if (verb === "report") this.#report(id, from);
    if (verb === "flushed") this.#flushes.get(id)?.();
    if (verb !== "flush") return;
    this.#local.clear();
    this.#tellProcesses(`flushed ${id}`).catch(() => {});
  }

  async #askProcesses(): Promise<ProcessReport[]> {
    const id = randomUUID();
    const reports: ProcessReport[] = [];
    let stop = (): void => {};
    const late = new Promise<void>((resolve) => (stop = resolve));
    let expected = Number.POSITIVE_INFINITY;
    this.#reports.set(id, (report) => {
      reports.push(report);
      if (reports.length >= expected) stop();
    });
    const timer = setTimeout(stop, reportMs);
    try {
      expected = await this.#tellProcesses(`report ${id} ${this.#local.processId}`);
      if (reports.length < expected) await late;
    } finally {
      clearTimeout(timer);
      this.#reports.delete(id);
    }
    return reports.sort((a, b) => (a.processId < b.processId ? -1 : 1));
  }

  async #pendingChannels(): Promise<{ channel: string; messages: number }[]> {
    const found = await this.#broker.runOnAll(async (link) => {
      const pending: { channel: string; messages: number }[] = [];
      for await (const keys of link.scan(this.#keys.channel("*").list)) {
        for (const key of keys) {
          const channel = key.slice(key.indexOf("{") + 1, -1);
          pending.push({ channel, messages: await link.length(key) });
        }
      }
      return pending;
    });
    return found.flat();
  }

  #report(id: string, processId: string): void {
    const to = this.#keys.process(processId);
    const text = JSON.stringify({ id, report: this.#local.report() });
    this.#broker.run(to, (link) => link.publish(to, text)).catch(() => {});
  }

  #receiveReport(text: string): void {
    let answer: { readonly id: string; readonly report: ProcessReport };
    try {
      answer = JSON.parse(text) as typeof answer;
    } catch {
      return this.#tally.drop("droppedInvalid", {});
    }
    this.#reports.get(answer.id)?.(answer.report);
  }

  /** Gives `text` to every process. Resolves with how many there are. */
  #tellProcesses(text: string): Promise<number> {
    return this.#broker.run(this.#keys.control, (link) => link.publish(this.#keys.control, text));
  }

  async #pull(channel: string, count: number): Promise<(Message | undefined)[]> {
    const { list } = this.#keys.channel(channel);
    const taken = (await this.#broker.run(list, (link) => link.run(pullScript, [list], [count]))) as (Buffer | null)[];
    return taken.map((encoded) => {
      const message = encoded === null ? undefined : this.#codec.decode(encoded, list);
      if (message === undefined) {
        this.#tally.drop(encoded === null ? "droppedExpired" : "droppedInvalid", { channel });
      }
      return message;
    });
  }

  /** Asks how many messages wait in `channel`: what came before the subscription was told to nobody here. */
  #announceWaiting(channel: string): void {
    const { list } = this.#keys.channel(channel);
    this.#broker
      .run(list, (link) => link.length(list))
      .then(
        (count) => this.#local.find(channel)?.announce(count),
        // Not connected: it is asked again when the connection is back.
        () => {},
      );
  }

  #deleteChannel(channel: string): void {
    // Where this fails the list expires by itself.
    const { list } = this.#keys.channel(channel);
    this.#broker.run(list, (link) => link.delete(list)).catch(() => {});
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

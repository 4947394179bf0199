import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

import type { Message } from "../../core/index.js";
import { ChannelNotLocal } from "../errors.js";
import type { MessagePosition } from "../history/group-position.js";
import type { ReadHistory } from "../history/history-page.js";
import type { LayerTally } from "../layer-counters.js";
import { maxReportedGroups, type ProcessReport } from "../layer-report.js";
import type { ResolvedLayerOptions } from "../layer-options.js";
import type { Deliver, GroupAddOptions, GroupJoin } from "../layer.js";
import { channelOwner, requireChannelPrefix } from "../names.js";
import { Inbox, type InboxHost, type Subscriber } from "./inbox.js";
import { LocalGroups } from "./local-groups.js";

/** How long channels without subscribers may keep what has expired. */
const maxSweepMs = 60_000;

/** What a layer wants to hear of its channels. */
export interface LocalChannelsHooks {
  readonly pull?: InboxHost["pull"];
  /** A channel has left a group. */
  readonly onLeave?: (group: string, inbox: Inbox) => void;
  /** A group has no members in this process any more. */
  readonly onGroupEmpty?: (group: string) => void;
  /** A channel of this process ended, while messages for it may still wait at the broker. */
  readonly onChannelEnd?: (channel: string) => void;
}

/** One receiver of one channel. */
export interface Subscription {
  readonly inbox: Inbox;
  readonly subscriber: Subscriber;
}

/** The channels and groups of one process, as every engine needs them. */
export class LocalChannels {
  /** Names this process; part of the name of every channel that `newChannel` makes. */
  readonly processId: string = randomBytes(9).toString("base64url");
  readonly groups: LocalGroups;

  readonly #options: ResolvedLayerOptions;
  readonly #tally: LayerTally;
  readonly #hooks: LocalChannelsHooks;
  readonly #host: InboxHost;
  readonly #inboxes = new Map<string, Inbox>();
  /** Inboxes without subscribers: only these can hold messages and memberships that nobody will ever take away. */
  readonly #unattended = new Set<Inbox>();
  #sweepTimer: NodeJS.Timeout | undefined;
  #lastChannel = 0;

  constructor(options: ResolvedLayerOptions, tally: LayerTally, hooks: LocalChannelsHooks = {}) {
    this.#options = options;
    this.#tally = tally;
    this.#hooks = hooks;
    this.groups = new LocalGroups(tally, hooks.onLeave);
    const { now, expiryMs } = options;
    this.#host = { now, expiryMs, tally, ...(hooks.pull && { pull: hooks.pull }) };
  }

  newChannel(prefix = "specific"): string {
    if (prefix !== "specific") requireChannelPrefix(prefix);
    return `${prefix}.${this.processId}!${(++this.#lastChannel).toString(36)}`;
  }

  /** Throws `ChannelNotLocal` when `channel` belongs to another process. */
  requireReceivable(channel: string): void {
    const owner = channelOwner(channel);
    if (owner !== undefined && owner !== this.processId) {
      throw new ChannelNotLocal({ channel, action: "subscribe to" });
    }
  }

  /** Throws `ChannelNotLocal` unless `channel` belongs to this process. */
  requireOwn(channel: string): void {
    if (channelOwner(channel) !== this.processId) throw new ChannelNotLocal({ channel, action: "add to a group" });
  }

  /** The inbox of `channel`, if there is one. */
  find(channel: string): Inbox | undefined {
    return this.#inboxes.get(channel);
  }

  /** The inbox of `channel`, made now if there is none. */
  open(channel: string): Inbox {
    const existing = this.#inboxes.get(channel);
    if (existing !== undefined) return existing;
    const inbox = this.#create(channel);
    this.#leaveUnattended(inbox);
    return inbox;
  }

  /** Every inbox that somebody subscribes to. */
  *attended(): Generator<Inbox> {
    for (const inbox of this.#inboxes.values()) if (inbox.hasSubscribers) yield inbox;
  }

  /** Adds a receiver. */
  subscribe(channel: string, deliver: Deliver): Subscription {
    const inbox = this.#inboxes.get(channel) ?? this.#create(channel);
    this.#unattended.delete(inbox);
    if (this.#areMembershipsOver(inbox)) this.#leaveGroups(inbox);
    inbox.membershipsEndAt = undefined;
    return { inbox, subscriber: inbox.subscribe(deliver) };
  }

  /** Removes a receiver. True when the channel has none left in this process. */
  unsubscribe({ inbox, subscriber }: Subscription): boolean {
    if (!inbox.unsubscribe(subscriber) || inbox.hasSubscribers) return false;
    if (channelOwner(inbox.channel) === undefined) this.#leaveUnattended(inbox);
    else this.#end(inbox);
    return true;
  }

  /** Makes `channel` a member. True when it was none before. */
  join(group: string, channel: string): boolean {
    const inbox = this.open(channel);
    if (!inbox.hasSubscribers) inbox.membershipsEndAt = this.#options.now() + this.#options.groupExpiryMs;
    return this.groups.add(group, inbox);
  }

  leave(group: string, channel: string): void {
    const inbox = this.#inboxes.get(channel);
    if (inbox !== undefined && this.groups.discard(group, inbox)) this.#hooks.onGroupEmpty?.(group);
  }

  /** See `ChannelLayer.groupHandOver`. */
  handOver(group: string, from: string, to: string): boolean {
    const [giver, taker] = [this.#inboxes.get(from), this.#inboxes.get(to)];
    return giver !== undefined && taker !== undefined && this.groups.handOver(group, giver, taker);
  }

  /** Sends to the members that `group` has in this process. */
  deliverToGroup(group: string, message: Message, at?: MessagePosition): void {
    this.groups.send(group, message, at);
  }

  /**
   * Makes `channel` a member of a group with history: gives it what it missed, and everything after that. What `subscribe`
   * gives settles when the group's messages arrive in this process.
   */
  async joinFeed(
    group: string,
    channel: string,
    read: ReadHistory,
    { since, last = 0 }: Pick<GroupAddOptions, "since" | "last">,
    subscribe: () => Promise<unknown>,
  ): Promise<GroupJoin> {
    // A worker that goes on with a consumer may ask again for what is under way. Cut off, that would lose what it brings.
    let found: GroupJoin | undefined;
    for (let earlier = this.#joining(group, channel); earlier !== undefined; earlier = this.#joining(group, channel)) {
      found = await earlier.catch(() => undefined);
    }
    // It was asked to leave after both.
    if (found !== undefined && this.#inboxes.get(channel)?.groups.includes(group) !== true) return found;
    const isNew = this.join(group, channel);
    const inbox = this.open(channel);
    this.groups.takeBack(group, inbox);
    try {
      const feed = this.groups.feed(group, read);
      return await (isNew ? feed.join(inbox, since, last, subscribe()) : feed.joinAgain(inbox, subscribe()));
    } catch (error) {
      if (isNew) this.leave(group, channel);
      throw error;
    }
  }

  #joining(group: string, channel: string): Promise<GroupJoin> | undefined {
    const inbox = this.#inboxes.get(channel);
    return inbox && this.groups.joining(group, inbox);
  }

  /** What this process has and does. */
  report(): ProcessReport {
    let [channels, waiting] = [0, 0];
    for (const inbox of this.#inboxes.values()) {
      if (inbox.hasSubscribers) channels++;
      waiting += inbox.waiting;
    }
    const groups = [...this.groups.names()].map((name) => ({ name, members: this.groups.size(name) }));
    groups.sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1));
    return {
      processId: this.processId,
      pid: process.pid,
      host: hostname(),
      groups: groups.slice(0, maxReportedGroups),
      groupCount: groups.length,
      channels,
      waiting,
      counters: { ...this.#tally.totals() },
    };
  }

  /** The channels that somebody subscribes to or that hold something, with how many messages wait in each. */
  *pending(): Generator<{ readonly channel: string; readonly messages: number }> {
    for (const { channel, waiting } of this.#inboxes.values()) {
      if (waiting > 0 && channelOwner(channel) === undefined) yield { channel, messages: waiting };
    }
  }

  /** Forgets the messages and groups of this process; subscriptions stay. */
  clear(): void {
    for (const inbox of this.#inboxes.values()) {
      this.#leaveGroups(inbox);
      this.#tally.drop("droppedEnded", { channel: inbox.channel }, inbox.clear());
    }
    this.sweep();
  }

  /** Drops what has expired in channels that nobody subscribes to. Runs by itself while there are any. */
  sweep(): void {
    for (const inbox of this.#unattended) {
      inbox.dropExpired();
      if (this.#areMembershipsOver(inbox)) this.#leaveGroups(inbox);
      if (inbox.waiting === 0 && inbox.groups.length === 0) this.#forget(inbox);
    }
    if (this.#unattended.size > 0) return;
    clearInterval(this.#sweepTimer);
    this.#sweepTimer = undefined;
  }

  /** Stops the timer. */
  close(): void {
    clearInterval(this.#sweepTimer);
    this.#inboxes.clear();
    this.#unattended.clear();
  }

  #create(channel: string): Inbox {
    const inbox = new Inbox(channel, this.#options.capacityOf(channel), this.#host);
    this.#inboxes.set(channel, inbox);
    return inbox;
  }

  #leaveUnattended(inbox: Inbox): void {
    this.#unattended.add(inbox);
    this.#sweepTimer ??= setInterval(() => this.sweep(), Math.min(this.#options.expiryMs, maxSweepMs)).unref();
  }

  #end(inbox: Inbox): void {
    const { channel } = inbox;
    this.#leaveGroups(inbox);
    const dropped = inbox.clear();
    this.#tally.drop("droppedEnded", { channel }, dropped);
    this.#forget(inbox);
    if (dropped > 0) this.#hooks.onChannelEnd?.(channel);
  }

  #areMembershipsOver({ membershipsEndAt }: Inbox): boolean {
    return membershipsEndAt !== undefined && membershipsEndAt <= this.#options.now();
  }

  #leaveGroups(inbox: Inbox): void {
    for (const group of inbox.groups) {
      if (this.groups.discard(group, inbox)) this.#hooks.onGroupEmpty?.(group);
    }
  }

  #forget(inbox: Inbox): void {
    this.#inboxes.delete(inbox.channel);
    this.#unattended.delete(inbox);
  }
}

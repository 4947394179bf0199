import { getLogger, toError, type Message } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { GroupJoin } from "../layer.js";
import type { Inbox } from "../local/inbox.js";
import type { GroupPosition, MessagePosition } from "./group-position.js";
import type { HistoryPage, Publication, ReadHistory } from "./history-page.js";
import { joined, missed } from "./join-messages.js";

/** How many messages are kept that came before their turn; more are read again from the history. */
const maxEarly = 10_000;
/** How soon a history that could not be read is tried again. */
const tryAgainMs = 1000;

/** The members of a group in this process. */
export interface FeedMembers {
  /** Those who are given its messages. */
  listening(): readonly Inbox[];
  /** All of them, each of whom listens itself from now on. */
  all(): readonly Inbox[];
}

/** A member that is given what it missed; what comes meanwhile waits until that is done. */
interface Latecomer {
  readonly held: { readonly message: Message; readonly at: MessagePosition | undefined }[];
  /** From which offset on `held` is complete; `undefined` while the feed has not begun. */
  heldFrom: number | undefined;
}

/**
 * The messages of a group with history on their way to its members in this process, each once and in order: what
 * pub/sub lost is read from the history, and so is what a member was too slow for.
 */
export class GroupFeed {
  readonly #group: string;
  readonly #read: ReadHistory;
  readonly #tally: LayerTally;
  readonly #members: FeedMembers;
  /** The last message that was given to the members. `undefined` until somebody has joined. */
  #position: GroupPosition | undefined;
  /** Came before the feed began, or after a hole. */
  #early: Publication[] = [];
  #isFilling = false;
  #isClosed = false;
  #retry: NodeJS.Timeout | undefined;
  readonly #latecomers = new Map<Inbox, Latecomer>();
  /** Members that have everything up to a position that the feed has not reached. */
  readonly #ahead = new Map<Inbox, GroupPosition>();
  /** Members that were full, and where they stopped. */
  readonly #behind = new Map<Inbox, GroupPosition>();
  readonly #joining = new Map<Inbox, Promise<GroupJoin>>();

  constructor(group: string, read: ReadHistory, tally: LayerTally, members: FeedMembers) {
    this.#group = group;
    this.#read = read;
    this.#tally = tally;
    this.#members = members;
  }

  /**
   * Gives a new member what it missed since `since`, or else the newest `last`; then everything that comes. `ready`
   * settles when the group's messages arrive here.
   */
  join(inbox: Inbox, since: GroupPosition | undefined, last: number, ready: Promise<unknown>): Promise<GroupJoin> {
    const joining = this.#join(inbox, since, last, ready);
    this.#joining.set(inbox, joining);
    const forget = (): void => {
      if (this.#joining.get(inbox) === joining) this.#joining.delete(inbox);
    };
    joining.then(forget, forget);
    return joining;
  }

  /** The join of a member that is under way. */
  joining(inbox: Inbox): Promise<GroupJoin> | undefined {
    return this.#joining.get(inbox);
  }

  /**
   * Joins a member that is one already: it goes on where it is, and is told that it misses nothing. What is not given to
   * it yet is read again, for its place in what pub/sub brings is not known.
   */
  joinAgain(inbox: Inbox, ready: Promise<unknown>): Promise<GroupJoin> {
    const position = this.#behind.get(inbox) ?? this.#ahead.get(inbox) ?? this.#position;
    return this.join(inbox, position, position === undefined ? 0 : Number.POSITIVE_INFINITY, ready);
  }

  async #join(
    inbox: Inbox,
    since: GroupPosition | undefined,
    last: number,
    ready: Promise<unknown>,
  ): Promise<GroupJoin> {
    const page = await this.#bring(inbox, since, last, ready, (found) => {
      this.#behind.delete(inbox);
      const recovered = since !== undefined && found.isWhole;
      inbox.offer(joined(this.#group, startOf(found), recovered), true);
    });
    return {
      recovered: since !== undefined && page.isWhole,
      position: page.end,
      replayed: page.publications.length,
    };
  }

  /** Takes what pub/sub brought. */
  receive(publication: Publication): void {
    const { at } = publication;
    const position = this.#position;
    if (position?.epoch === at.epoch && at.offset <= position.offset) return;
    if (position?.epoch === at.epoch && at.offset === position.offset + 1 && !this.#isFilling) {
      this.#deliver(publication);
      return;
    }
    if (this.#early.length >= maxEarly) this.#early = [];
    this.#early.push(publication);
    if (position !== undefined) this.fill();
  }

  /** Gives a message that is not in the history to every member. */
  pass(message: Message): void {
    for (const inbox of this.#members.listening()) this.#give(inbox, message, undefined);
  }

  /** Reads what pub/sub may have lost. */
  fill(): void {
    if (this.#isFilling || this.#position === undefined || this.#isClosed) return;
    this.#isFilling = true;
    const early = this.#early.length;
    this.#read(this.#position, Number.POSITIVE_INFINITY, true).then(
      (page) => {
        this.#isFilling = false;
        if (!this.#isClosed) this.#fillWith(page, early);
      },
      (error: unknown) => {
        this.#isFilling = false;
        this.#tryAgain(error);
      },
    );
  }

  /** Whether a member has more, or less, than the others. */
  isUneven(inbox: Inbox): boolean {
    return this.#latecomers.has(inbox) || this.#ahead.has(inbox) || this.#behind.has(inbox);
  }

  /** Forgets a member. */
  leave(inbox: Inbox): void {
    this.#latecomers.delete(inbox);
    this.#ahead.delete(inbox);
    this.#behind.delete(inbox);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  /** `asked`: how many had come before their turn when the history was read. It is right about those. */
  #fillWith(page: HistoryPage, asked: number): void {
    if (!page.isWhole) this.#skipTo(startOf(page));
    for (const publication of page.publications) this.#deliver(publication);
    const early = this.#early;
    this.#early = [];
    for (const [index, publication] of early.entries()) {
      const position = this.#position ?? publication.at;
      if (index < asked) {
        // Of an epoch that is over, or lost to the history although it was published.
        if (publication.at.epoch !== position.epoch) continue;
        if (publication.at.offset > position.offset + 1) {
          this.#skipTo({ epoch: position.epoch, offset: publication.at.offset - 1 });
        }
      }
      this.receive(publication);
    }
  }

  /** What lies before a position is lost. */
  #skipTo(start: GroupPosition): void {
    this.#tally.drop("droppedMissed", { group: this.#group });
    this.#position = start;
    const message = missed(this.#group, start);
    for (const inbox of this.#members.all()) {
      if (this.#ahead.get(inbox)?.epoch !== start.epoch) this.#give(inbox, message, undefined, true);
    }
  }

  #tryAgain(error: unknown): void {
    if (this.#isClosed) return;
    getLogger().debug({ err: toError(error), group: this.#group }, "channel layer: a history could not be read");
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.fill();
    }, tryAgainMs).unref();
  }

  #deliver({ message, at }: Publication): void {
    const before = this.#position ?? at;
    this.#position = at;
    for (const inbox of this.#members.listening()) {
      if (inbox.isMembershipOver) continue;
      // What comes while it catches up is held for it: the history may have been read before.
      if (this.#behind.has(inbox) && !this.#latecomers.has(inbox)) continue;
      if (this.#ahead.size > 0 && this.#isAhead(inbox, at)) continue;
      if (!this.#give(inbox, message, at)) this.#fallBehind(inbox, before);
    }
  }

  #isAhead(inbox: Inbox, at: GroupPosition): boolean {
    const has = this.#ahead.get(inbox);
    if (has === undefined) return false;
    const isSame = has.epoch === at.epoch;
    if (!isSame || has.offset <= at.offset) this.#ahead.delete(inbox);
    return isSame && has.offset >= at.offset;
  }

  /** False when the member is full. */
  #give(inbox: Inbox, message: Message, at: MessagePosition | undefined, isReserved = false): boolean {
    const latecomer = this.#latecomers.get(inbox);
    if (latecomer !== undefined) {
      if (latecomer.held.length >= maxEarly) {
        latecomer.held.length = 0;
        latecomer.heldFrom = at === undefined ? latecomer.heldFrom : at.offset - 1;
      }
      latecomer.held.push({ message, at });
      return true;
    }
    if (inbox.offer(message, isReserved, at)) return true;
    if (at === undefined) this.#tally.drop("droppedFull", { channel: inbox.channel, group: this.#group });
    return false;
  }

  /** It is given what it misses when it has room again. */
  #fallBehind(inbox: Inbox, since: GroupPosition): void {
    this.#behind.set(inbox, since);
    inbox.whenRoomy(() => this.#catchUp(inbox));
  }

  #catchUp(inbox: Inbox): void {
    const since = this.#behind.get(inbox);
    if (since === undefined || this.#isClosed || this.#latecomers.has(inbox)) return;
    this.#bring(inbox, since, Number.POSITIVE_INFINITY, undefined, (page) => {
      this.#behind.delete(inbox);
      if (page.isWhole) return;
      this.#tally.drop("droppedMissed", { channel: inbox.channel, group: this.#group });
      inbox.offer(missed(this.#group, startOf(page)), true);
    }).catch((error: unknown) => {
      getLogger().debug({ err: toError(error), group: this.#group }, "channel layer: a history could not be read");
    });
  }

  /** Hands the history since a position to one member, then what came meanwhile. `begin` is called before. */
  async #bring(
    inbox: Inbox,
    since: GroupPosition | undefined,
    last: number,
    ready: Promise<unknown> | undefined,
    begin: (page: HistoryPage) => void,
  ): Promise<HistoryPage> {
    const latecomer: Latecomer = { held: [], heldFrom: this.#position?.offset };
    this.#latecomers.set(inbox, latecomer);
    try {
      await ready;
      let page = await this.#read(since, last, false);
      this.#begin(page);
      // Another read, which came back first, has set the feed further on than this one.
      while (page.end.offset < (latecomer.heldFrom ?? 0) && page.end.epoch === this.#position?.epoch) {
        page = joinPages(page, await this.#read(page.end, last, true));
      }
      if (this.#latecomers.get(inbox) !== latecomer) return page;
      this.#latecomers.delete(inbox);
      begin(page);
      for (const { message, at } of page.publications) inbox.offer(message, true, at);
      this.#handOver(inbox, latecomer, page.end);
      return page;
    } catch (error) {
      if (this.#latecomers.get(inbox) === latecomer) this.#latecomers.delete(inbox);
      if (this.#behind.has(inbox)) setTimeout(() => this.#catchUp(inbox), tryAgainMs).unref();
      throw error;
    }
  }

  /** The feed begins where the first page ends. */
  #begin({ end }: HistoryPage): void {
    if (this.#position !== undefined) return;
    this.#position = end;
    for (const latecomer of this.#latecomers.values()) latecomer.heldFrom = end.offset;
    const early = this.#early;
    this.#early = [];
    for (const publication of early) this.receive(publication);
  }

  #handOver(inbox: Inbox, { held }: Latecomer, end: GroupPosition): void {
    for (const { message, at } of held) {
      if (at === undefined || at.epoch !== end.epoch || at.offset > end.offset) inbox.offer(message, true, at);
    }
    const position = this.#position;
    if (position?.epoch === end.epoch && position.offset >= end.offset) return;
    this.#ahead.set(inbox, end);
    if (position?.epoch !== end.epoch) this.fill();
  }
}

/** The position before the first message of a page. */
function startOf({ end, publications }: HistoryPage): GroupPosition {
  return { epoch: end.epoch, offset: end.offset - publications.length };
}

function joinPages(first: HistoryPage, second: HistoryPage): HistoryPage {
  if (!second.isWhole) return second;
  return {
    end: second.end,
    isWhole: first.isWhole,
    publications: [...first.publications, ...second.publications],
  };
}

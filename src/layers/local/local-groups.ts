import type { Message } from "../../core/index.js";
import { GroupFeed } from "../history/group-feed.js";
import type { MessagePosition } from "../history/group-position.js";
import type { GroupJoin } from "../layer.js";
import type { ReadHistory } from "../history/history-page.js";
import type { LayerTally } from "../layer-counters.js";
import type { Inbox } from "./inbox.js";

interface Group {
  readonly members: Set<Inbox>;
  /** Those whose messages another member is given, and who that is. */
  readonly silent: Map<Inbox, Inbox>;
  /** Those who are given messages in place of others, or were. */
  readonly takers: Set<Inbox>;
  /** The members that are not silent as a list, made when the group is sent to; a change of the members throws it away. */
  list: readonly Inbox[] | undefined;
  /** Of a group with history. */
  feed: GroupFeed | undefined;
}

/** Which channels of this process are in which group. */
export class LocalGroups {
  readonly #groups = new Map<string, Group>();
  readonly #tally: LayerTally;
  /** Called when a membership has ended, however that came. */
  readonly #onLeave: (name: string, inbox: Inbox) => void;

  constructor(tally: LayerTally, onLeave: (name: string, inbox: Inbox) => void = () => {}) {
    this.#tally = tally;
    this.#onLeave = onLeave;
  }

  /** The names of the groups that have members. */
  names(): Iterable<string> {
    return this.#groups.keys();
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** How many members a group has in this process. */
  size(name: string): number {
    return this.#groups.get(name)?.members.size ?? 0;
  }

  /** Makes `inbox` a member. True when it was none before. */
  add(name: string, inbox: Inbox): boolean {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { members: new Set(), silent: new Map(), takers: new Set(), list: undefined, feed: undefined };
      this.#groups.set(name, group);
    }
    if (group.members.has(inbox)) return false;
    group.members.add(inbox);
    group.list = undefined;
    inbox.groups = inbox.groups.concat(name);
    return true;
  }

  /** Ends a membership. True when the group has no members in this process any more. */
  discard(name: string, inbox: Inbox): boolean {
    const group = this.#groups.get(name);
    if (group === undefined || !group.members.delete(inbox)) return false;
    group.list = undefined;
    group.silent.delete(inbox);
    if (group.takers.delete(inbox)) {
      for (const [from, to] of group.silent) if (to === inbox) group.silent.delete(from);
    }
    group.feed?.leave(inbox);
    inbox.groups = inbox.groups.filter((other) => other !== name);
    this.#onLeave(name, inbox);
    if (group.members.size > 0) return false;
    group.feed?.close();
    return this.#groups.delete(name);
  }

  /** Lets `to` be given the messages in place of `from`, if both have had everything until now. */
  handOver(name: string, from: Inbox, to: Inbox): boolean {
    const group = this.#groups.get(name);
    if (group === undefined) return false;
    const isReady = (inbox: Inbox): boolean =>
      group.members.has(inbox) && inbox.isSettled && group.feed?.isUneven(inbox) !== true;
    if (!isReady(from) || !isReady(to)) return false;
    group.silent.set(from, to);
    group.takers.add(to);
    group.list = undefined;
    return true;
  }

  /** Gives a member its messages itself again, if another was given them. */
  takeBack(name: string, inbox: Inbox): void {
    const group = this.#groups.get(name);
    if (group?.silent.delete(inbox) === true) group.list = undefined;
  }

  /** The feed of a group that has members, made now if there is none. */
  feed(name: string, read: ReadHistory): GroupFeed {
    const group = this.#groups.get(name);
    if (group === undefined) throw new RangeError(`the group ${name} has no members here`);
    group.feed ??= new GroupFeed(name, read, this.#tally, {
      listening: () => listOf(group),
      all() {
        group.silent.clear();
        group.list = undefined;
        return listOf(group);
      },
    });
    return group.feed;
  }

  /** The join of a member to a group with history that is under way. */
  joining(name: string, inbox: Inbox): Promise<GroupJoin> | undefined {
    return this.#groups.get(name)?.feed?.joining(inbox);
  }

  /** The feeds of all groups with history. */
  *feeds(): Generator<GroupFeed> {
    for (const { feed } of this.#groups.values()) if (feed !== undefined) yield feed;
  }

  /**
   * Gives `message` to every member; `at` is where it stands in the group's history, if it has one. Those over capacity
   * lose it, counted (L6), or where there is a history get it later.
   */
  send(name: string, message: Message, at?: MessagePosition): void {
    const group = this.#groups.get(name);
    if (group === undefined) return;
    if (group.feed !== undefined) {
      if (at === undefined) group.feed.pass(message);
      else group.feed.receive({ message, at });
      return;
    }
    // A list and not the set itself: a receiver may join or leave while its copy is delivered.
    for (const inbox of listOf(group)) {
      if (inbox.isMembershipOver) continue;
      if (!inbox.offer(message, false, at)) this.#tally.drop("droppedFull", { channel: inbox.channel, group: name });
    }
  }
}

function listOf(group: Group): readonly Inbox[] {
  group.list ??= [...group.members].filter((inbox) => !group.silent.has(inbox));
  return group.list;
}

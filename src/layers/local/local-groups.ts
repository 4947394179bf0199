import type { Message } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { Inbox } from "./inbox.js";

interface Group {
  readonly members: Set<Inbox>;
  /** The members as a list, made when the group is sent to; a change of the members throws it away. */
  list: readonly Inbox[] | undefined;
}

/** Which channels of this process are in which group. */
export class LocalGroups {
  readonly #groups = new Map<string, Group>();
  readonly #tally: LayerTally;

  constructor(tally: LayerTally) {
    this.#tally = tally;
  }

  /** The names of the groups that have members. */
  names(): Iterable<string> {
    return this.#groups.keys();
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** Makes `inbox` a member. True when it was none before. */
  add(name: string, inbox: Inbox): boolean {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = { members: new Set(), list: undefined }));
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
    inbox.groups = inbox.groups.filter((other) => other !== name);
    return group.members.size === 0 && this.#groups.delete(name);
  }

  /**
   * Gives `message` to every member. Those over capacity lose it, counted (L6). `now` is asked where a membership has an
   * end.
   */
  send(name: string, message: Message, now: () => number): void {
    const group = this.#groups.get(name);
    if (group === undefined) return;
    // A list and not the set itself: a receiver may join or leave while its copy is delivered.
    group.list ??= [...group.members];
    for (const inbox of group.list) {
      if (inbox.membershipsEndAt !== undefined && inbox.membershipsEndAt <= now()) continue;
      if (!inbox.offer(message)) this.#tally.drop("droppedFull", { channel: inbox.channel, group: name });
    }
  }
}

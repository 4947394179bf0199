import { getLogger, toError } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { Inbox } from "../local/inbox.js";
import type { PresenceChanged, PresenceEntry } from "./presence-entry.js";
import type { PresenceChange, PresenceDiff, PresenceState, PresenceStore } from "./presence-store.js";
import type { PresenceTimes } from "./presence-times.js";

/**
 * Who is present in one group, as this process knows it, for its own members: what they say of themselves goes to the
 * store, in batches, and what the store tells comes to all of them.
 */
export class PresenceFeed {
  readonly #group: string;
  readonly #store: PresenceStore;
  readonly #tally: LayerTally;
  readonly #times: PresenceTimes;
  readonly #own = new Map<Inbox, NonNullable<PresenceChange["entry"]>>();
  /** Devices that have left, and what will tell so. */
  readonly #lingering = new Map<string, NodeJS.Timeout>();
  /** What the store was not told yet. */
  readonly #dirty = new Map<string, PresenceChange>();
  /** Those who must be told everything, when they have room for it. */
  readonly #unaware = new Set<Inbox>();
  /** Those among them that say when they have. */
  readonly #full = new Set<Inbox>();
  #known: ReadonlyMap<string, PresenceEntry> | undefined;
  #epoch = "";
  #version = 0;
  #whole: PresenceChanged | undefined;
  #isScheduled = false;
  #writing: Promise<void> | undefined;
  #isReading = false;
  #mustReadAgain = false;

  constructor(group: string, store: PresenceStore, tally: LayerTally, times: PresenceTimes) {
    this.#group = group;
    this.#store = store;
    this.#tally = tally;
    this.#times = times;
  }

  /** Whether nobody of this process is present, and everybody knows. */
  get isOver(): boolean {
    const present = this.#own.size + this.#lingering.size;
    return present === 0 && this.#dirty.size === 0 && this.#writing === undefined;
  }

  join(inbox: Inbox, entry: NonNullable<PresenceChange["entry"]>): void {
    this.#stopLingering(inbox.channel);
    const isNew = !this.#own.has(inbox);
    this.#own.set(inbox, entry);
    this.#change({ device: inbox.channel, entry });
    if (!isNew) return;
    this.#unaware.add(inbox);
    if (this.#known === undefined) this.read();
    else this.#makeAware(inbox);
  }

  leave(inbox: Inbox): void {
    if (!this.#own.delete(inbox)) return;
    // Nobody here hears of changes any more.
    if (this.#own.size === 0) this.#known = this.#whole = undefined;
    this.#unaware.delete(inbox);
    this.#full.delete(inbox);
    const { channel } = inbox;
    if (this.#times.lingerMs === 0) return this.#end(channel);
    this.#lingering.set(channel, setTimeout(() => this.#end(channel), this.#times.lingerMs).unref());
  }

  /** All are gone at once, those who linger too. */
  leaveAll(): void {
    for (const inbox of this.#own.keys()) this.leave(inbox);
    for (const channel of this.#lingering.keys()) this.#end(channel);
  }

  /** Takes what the store told all processes. */
  receive({ epoch, version, joined, left }: PresenceDiff): void {
    if (this.#known === undefined) {
      // What is being read may be older than this.
      this.#mustReadAgain = this.#isReading;
      return;
    }
    if (epoch === this.#epoch && version <= this.#version) return;
    if (epoch !== this.#epoch || version !== this.#version + 1) return this.read();
    this.#version = version;
    const next = new Map(this.#known);
    for (const device of left) next.delete(device);
    for (const entry of joined) next.set(entry.device, entry);
    this.#turnTo(next);
  }

  /** Reads who is present, and tells the members what is new to them. */
  read(): void {
    this.#mustReadAgain = this.#isReading;
    if (this.#isReading) return;
    this.#isReading = true;
    this.#store.list(this.#group).then(
      (state) => {
        this.#isReading = false;
        if (this.#mustReadAgain) this.read();
        this.#take(state);
      },
      (error: unknown) => {
        this.#isReading = false;
        this.#log(error);
      },
    );
  }

  /** Renews the lease of this process; tells everything again where it was forgotten. */
  async renew(): Promise<void> {
    if (this.#writing !== undefined) return;
    await this.#write([...this.#dirty.values()]);
    if (this.#known === undefined && this.#own.size > 0) this.read();
    for (const inbox of this.#unaware) this.#makeAware(inbox);
  }

  /** Resolves when the store knows everything that was said until now. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#dirty.size > 0) await this.#write([...this.#dirty.values()]);
  }

  /** After a lost connection: says everything again, and asks what has changed. */
  renewAll(): void {
    for (const [{ channel }, entry] of this.#own) this.#dirty.set(channel, { device: channel, entry });
    this.renew().then(
      () => this.read(),
      (error: unknown) => this.#log(error),
    );
  }

  #end(channel: string): void {
    this.#stopLingering(channel);
    this.#change({ device: channel, entry: undefined });
  }

  #stopLingering(channel: string): void {
    clearTimeout(this.#lingering.get(channel));
    this.#lingering.delete(channel);
  }

  #change(change: PresenceChange): void {
    this.#dirty.set(change.device, change);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      this.flush().catch((error: unknown) => this.#log(error));
    }, this.#times.batchMs).unref();
  }

  async #write(changes: readonly PresenceChange[]): Promise<void> {
    const writing = this.#store.write(this.#group, changes).then((isRemembered) => {
      for (const change of changes) {
        if (this.#dirty.get(change.device) === change) this.#dirty.delete(change.device);
      }
      if (isRemembered) return;
      const said = new Set(changes.map(({ device }) => device));
      for (const [{ channel }, entry] of this.#own) if (!said.has(channel)) this.#change({ device: channel, entry });
    });
    this.#writing = writing.catch(() => {}).then(() => void (this.#writing = undefined));
    await writing;
  }

  #take({ epoch, version, entries }: PresenceState): void {
    // What came over pub/sub meanwhile may be newer.
    const isOld = this.#known !== undefined && epoch === this.#epoch && version <= this.#version;
    if (isOld) return;
    this.#epoch = epoch;
    this.#version = version;
    this.#turnTo(new Map(entries.map((entry) => [entry.device, entry])));
  }

  #turnTo(next: ReadonlyMap<string, PresenceEntry>): void {
    const before = this.#known ?? new Map<string, PresenceEntry>();
    this.#known = next;
    this.#whole = undefined;
    const joined = [...next.values()].filter((entry) => !isSame(entry, before.get(entry.device)));
    const left = [...before.values()].filter(({ device }) => !next.has(device));
    if (joined.length + left.length > 0) {
      const [peopleBefore, people] = [peopleOf(before), peopleOf(next)];
      const message: PresenceChanged = Object.freeze({
        type: "presence.changed",
        group: this.#group,
        joined: Object.freeze(joined),
        left: Object.freeze(left),
        arrived: Object.freeze([...people].filter((person) => !peopleBefore.has(person))),
        gone: Object.freeze([...peopleBefore].filter((person) => !people.has(person))),
        isWhole: false,
      });
      for (const inbox of this.#own.keys()) {
        if (!this.#unaware.has(inbox) && !inbox.offer(message)) this.#missOut(inbox);
      }
    }
    for (const inbox of this.#unaware) this.#makeAware(inbox);
  }

  /** It is told everything when it has room. */
  #missOut(inbox: Inbox): void {
    this.#tally.drop("droppedFull", { channel: inbox.channel, group: this.#group });
    this.#unaware.add(inbox);
    this.#makeAware(inbox);
  }

  #makeAware(inbox: Inbox): void {
    if (this.#known === undefined || !this.#unaware.has(inbox)) return;
    this.#whole ??= this.#wholeMessage(this.#known);
    if (this.#full.has(inbox)) return;
    if (inbox.offer(this.#whole)) {
      this.#unaware.delete(inbox);
      return;
    }
    this.#full.add(inbox);
    inbox.whenRoomy(() => {
      this.#full.delete(inbox);
      this.#makeAware(inbox);
    });
  }

  #wholeMessage(known: ReadonlyMap<string, PresenceEntry>): PresenceChanged {
    return Object.freeze({
      type: "presence.changed",
      group: this.#group,
      joined: Object.freeze([...known.values()]),
      left: Object.freeze([]),
      arrived: Object.freeze([...peopleOf(known)]),
      gone: Object.freeze([]),
      isWhole: true,
    });
  }

  #log(error: unknown): void {
    getLogger().debug({ err: toError(error), group: this.#group }, "channel layer: presence is behind");
  }
}

function isSame(entry: PresenceEntry, before: PresenceEntry | undefined): boolean {
  if (entry === before) return true;
  return (
    before !== undefined &&
    entry.since === before.since &&
    entry.person === before.person &&
    JSON.stringify(entry.meta, plain) === JSON.stringify(before.meta, plain)
  );
}

/** What JSON has no form for. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

function peopleOf(entries: ReadonlyMap<string, PresenceEntry>): ReadonlySet<string> {
  const people = new Set<string>();
  for (const { person } of entries.values()) people.add(person);
  return people;
}

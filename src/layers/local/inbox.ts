import { getLogger, toError, type Message } from "../../core/index.js";
import type { MessagePosition } from "../history/group-position.js";
import type { LayerTally } from "../layer-counters.js";
import type { Deliver } from "../layer.js";
import { isLayerType } from "../message-copy.js";
import { place, WaitingLine, type Waiting } from "./waiting-line.js";

/** What an inbox needs from the layer it belongs to. */
export interface InboxHost {
  readonly now: () => number;
  readonly expiryMs: number;
  readonly tally: LayerTally;
  /**
   * Takes up to `count` messages of `channel` from the broker, oldest first; `undefined` in place of each that had to
   * be dropped, and was counted. Fewer than `count` means that none is left there. Only for layers that call `announce`.
   */
  readonly pull?: (channel: string, count: number) => Promise<readonly (Message | undefined)[]>;
}

/** One receiver of an inbox. */
export interface Subscriber {
  readonly deliver: Deliver;
  isBusy: boolean;
}

// An idle channel holds no lists of its own: there are as many channels as sockets. Replaced, never changed.
const noGroups: readonly string[] = [];
const noSubscribers: readonly Subscriber[] = [];
const nothingWaits = new WaitingLine();

/** How many messages are taken from the broker at once, as long as their receiver takes them without a promise. */
const maxPull = 64;

/**
 * The messages of one channel on their way to its receivers in this process: at most `capacity` of them wait, in
 * order, while every receiver is busy.
 */
export class Inbox {
  readonly channel: string;
  readonly capacity: number;
  /** The groups that the channel is a member of; kept by `LocalGroups`. */
  groups: readonly string[] = noGroups;
  /** When a channel that nobody subscribes to leaves its groups, on the host's clock. */
  membershipsEndAt: number | undefined;

  readonly #host: InboxHost;
  /** Called when half of the inbox is free again. */
  #onRoomy: (() => void) | undefined;
  #subscribers: readonly Subscriber[] = noSubscribers;
  #waiting = nothingWaits;
  #isPumping = false;
  /** How many messages the running pull asked for; 0 when none runs. */
  #asked = 0;
  /** How many places are known to be of nothing if the running pull brings less than it asked for. */
  #doubtful = 0;
  #pullSize = 1;
  /** Changes when everything that waits is thrown away, also what a running pull will bring. */
  #generation = 0;
  /** Set while the last receiver leaves: then nothing more is taken from the broker. */
  #onDrained: (() => void)[] | undefined;

  constructor(channel: string, capacity: number, host: InboxHost) {
    this.channel = channel;
    this.capacity = capacity;
    this.#host = host;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Whether nothing waits, and no receiver is busy. */
  get isSettled(): boolean {
    return this.#waiting.length === 0 && this.#subscribers.every(({ isBusy }) => !isBusy);
  }

  /** How many messages wait, here and at the broker as far as it told. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds a receiver, which gets what waits. */
  subscribe(deliver: Deliver): Subscriber {
    const subscriber: Subscriber = { deliver, isBusy: false };
    this.#subscribers = this.#subscribers.concat(subscriber);
    this.#stopDraining();
    this.#pump();
    return subscriber;
  }

  /**
   * Takes nothing more from the broker, and resolves when what was already taken has been handed out: it would be lost
   * to the receivers of other processes. Ends early when there is another receiver here.
   */
  drain(): Promise<void> {
    if (this.#subscribers.length > 1) return Promise.resolve();
    return new Promise((resolve) => {
      (this.#onDrained ??= []).push(resolve);
      this.#checkDrained();
    });
  }

  /** Removes a receiver. False when it was none of this inbox. */
  unsubscribe(subscriber: Subscriber): boolean {
    if (!this.#subscribers.includes(subscriber)) return false;
    this.#stopDraining();
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
    return true;
  }

  /**
   * Gives `message` to a receiver that is free, or lets it wait. False when it cannot wait: the inbox is full, and the
   * message has no place reserved in it.
   */
  offer(message: Message, isReserved = false, at?: MessagePosition): boolean {
    if (this.#waiting.length === 0 && !this.#isPumping) {
      const subscriber = this.#freeSubscriber();
      if (subscriber !== undefined) {
        this.#hand(subscriber, message, at);
        if (this.#waiting.length > 0) this.#pump();
        return true;
      }
    }
    if (this.#waiting.length >= this.capacity && !isReserved) return false;
    // Of a history, or of those who are present, nothing may be missed without a word.
    const isKept = at !== undefined || isLayerType(message.type);
    this.#enqueue({ message, expiresAt: this.#host.now() + this.#host.expiryMs, at, isKept });
    return true;
  }

  /** Calls `tell` once, when half of the inbox is free. It is full now. */
  whenRoomy(tell: () => void): void {
    const before = this.#onRoomy;
    this.#onRoomy =
      before === undefined
        ? tell
        : () => {
            before();
            tell();
          };
  }

  /** Whether its memberships have ended by themselves (L10). */
  get isMembershipOver(): boolean {
    return this.membershipsEndAt !== undefined && this.membershipsEndAt <= this.#host.now();
  }

  /**
   * Says that `count` more messages wait at the broker. There cannot be more than the capacity, and those that the
   * running pull has taken there while their places still stand here.
   */
  announce(count = 1): void {
    for (let i = 0; i < count && this.#waiting.places < this.capacity + this.#asked; i++) this.#enqueue(place);
    this.#pump();
  }

  /** Forgets what was announced, because announcements may have been missed; except what a running pull may bring. */
  forgetAnnounced(): void {
    this.#waiting.dropPlaces(this.#waiting.places, this.#asked);
    this.#doubtful = this.#asked;
  }

  /** Throws away everything that waits. Returns how many. */
  clear(): number {
    const dropped = this.#waiting.length;
    this.#generation++;
    this.#asked = 0;
    this.#waiting = nothingWaits;
    this.#checkDrained();
    this.#sayRoomy();
    return dropped;
  }

  /** Drops the messages that waited for too long. */
  dropExpired(): void {
    const expired = this.#waiting.dropExpired(this.#host.now());
    this.#host.tally.drop("droppedExpired", { channel: this.channel }, expired);
  }

  #enqueue(entry: Waiting | typeof place): void {
    if (this.#waiting === nothingWaits) this.#waiting = new WaitingLine();
    this.#waiting.push(entry);
  }

  #freeSubscriber(): Subscriber | undefined {
    for (const subscriber of this.#subscribers) if (!subscriber.isBusy) return subscriber;
    return undefined;
  }

  /** Hands out what waits, in order, until nothing waits or every receiver is busy. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (;;) {
      const next = this.#waiting.head;
      if (next === undefined) break;
      const subscriber = this.#freeSubscriber();
      if (subscriber === undefined) break;
      if (next === place) {
        if (this.#onDrained === undefined) this.#pull();
        break;
      }
      this.#waiting.shift();
      if (next.isKept || next.expiresAt > this.#host.now()) this.#hand(subscriber, next.message, next.at);
      else this.#host.tally.drop("droppedExpired", { channel: this.channel });
    }
    this.#isPumping = false;
    this.#checkDrained();
    if (this.#onRoomy !== undefined && this.#waiting.length * 2 <= this.capacity) this.#sayRoomy();
  }

  #sayRoomy(): void {
    const tell = this.#onRoomy;
    this.#onRoomy = undefined;
    tell?.();
  }

  #stopDraining(): void {
    const waiting = this.#onDrained ?? [];
    this.#onDrained = undefined;
    for (const resolve of waiting) resolve();
  }

  #checkDrained(): void {
    if (this.#onDrained === undefined || this.#asked > 0 || this.#waiting.length > this.#waiting.places) return;
    for (const resolve of this.#onDrained) resolve();
  }

  #hand(subscriber: Subscriber, message: Message, at?: MessagePosition): void {
    // Busy also during the call itself: what it sends to its own channel waits, and is not delivered inside it.
    subscriber.isBusy = true;
    this.#host.tally.delivered++;
    let busy: void | Promise<void> = undefined;
    try {
      busy = at === undefined ? subscriber.deliver(message) : subscriber.deliver(message, at);
    } catch (error) {
      this.#logFailure(error, message);
    }
    if (busy === undefined) {
      subscriber.isBusy = false;
      this.#pullSize = Math.min(this.#pullSize * 2, maxPull);
      return;
    }
    // A receiver that takes its time gets messages one by one: what it has not begun still waits at the broker.
    this.#pullSize = 1;
    busy.then(
      () => this.#release(subscriber),
      (error: unknown) => {
        this.#logFailure(error, message);
        this.#release(subscriber);
      },
    );
  }

  #release(subscriber: Subscriber): void {
    subscriber.isBusy = false;
    this.#pump();
  }

  #logFailure(error: unknown, { type }: Message): void {
    getLogger().error({ err: toError(error), channel: this.channel, type }, "channel layer: a receiver failed");
  }

  #pull(): void {
    const { pull } = this.#host;
    if (this.#asked > 0 || pull === undefined) return;
    const generation = this.#generation;
    const asked = this.#waiting.leadingPlaces(this.#pullSize);
    this.#asked = asked;
    this.#doubtful = this.#waiting.places;
    pull(this.channel, asked).then(
      (messages) => this.#place(messages, generation),
      () => {
        // The connection was lost. When it is back, the layer asks what waits and announces it anew.
        if (generation !== this.#generation) return;
        this.#asked = 0;
        this.#checkDrained();
      },
    );
  }

  /** Puts what was pulled in the places that were kept for it. */
  #place(messages: readonly (Message | undefined)[], generation: number): void {
    if (generation !== this.#generation) {
      this.#host.tally.drop("droppedEnded", { channel: this.channel }, messages.length);
      return;
    }
    const isShort = messages.length < this.#asked;
    this.#asked = 0;
    const expiresAt = this.#host.now() + this.#host.expiryMs;
    const arrived: Waiting[] = [];
    for (const message of messages)
      if (message !== undefined) arrived.push({ message, expiresAt, at: undefined, isKept: false });
    this.#waiting.fill(messages.length, arrived);
    // Another receiver was quicker, or the messages made room at the broker because they had expired.
    if (isShort) this.#waiting.dropPlaces(this.#doubtful - messages.length);
    this.#pump();
  }
}

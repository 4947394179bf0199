import { getLogger, toError, type Message } from "../../core/index.js";
import type { LayerTally } from "../layer-counters.js";
import type { Deliver } from "../layer.js";

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

interface Waiting {
  readonly message: Message;
  readonly expiresAt: number;
}

// An idle channel holds no lists of its own: there are as many channels as sockets. Replaced, never changed.
const noGroups: readonly string[] = [];
const noSubscribers: readonly Subscriber[] = [];
const nothingWaits: never[] = [];

/** Keeps the place of a message that waits at the broker, so that it comes in its turn among those that wait here. */
const atBroker = Symbol("a message at the broker");

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
  #subscribers: readonly Subscriber[] = noSubscribers;
  #waiting: (Waiting | typeof atBroker)[] = nothingWaits;
  /** How many of those that wait are places kept for messages at the broker. */
  #announced = 0;
  #isPumping = false;
  /** How many messages the running pull asked for; 0 when none runs. */
  #asked = 0;
  #pullSize = 1;
  /** Changes when everything that waits is thrown away, also what a running pull will bring. */
  #generation = 0;

  constructor(channel: string, capacity: number, host: InboxHost) {
    this.channel = channel;
    this.capacity = capacity;
    this.#host = host;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.length > 0;
  }

  /** How many messages wait, here and at the broker as far as it told. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds a receiver, which gets what waits. */
  subscribe(deliver: Deliver): Subscriber {
    const subscriber: Subscriber = { deliver, isBusy: false };
    this.#subscribers = this.#subscribers.concat(subscriber);
    this.#pump();
    return subscriber;
  }

  /** Removes a receiver. False when it was none of this inbox. */
  unsubscribe(subscriber: Subscriber): boolean {
    if (!this.#subscribers.includes(subscriber)) return false;
    this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
    return true;
  }

  /**
   * Gives `message` to a receiver that is free, or lets it wait. False when it cannot wait: the inbox is full, and the
   * message has no place reserved in it.
   */
  offer(message: Message, isReserved = false): boolean {
    if (this.#waiting.length === 0 && !this.#isPumping) {
      const subscriber = this.#freeSubscriber();
      if (subscriber !== undefined) {
        this.#hand(subscriber, message);
        if (this.#waiting.length > 0) this.#pump();
        return true;
      }
    }
    if (this.#waiting.length >= this.capacity && !isReserved) return false;
    this.#enqueue({ message, expiresAt: this.#host.now() + this.#host.expiryMs });
    return true;
  }

  /**
   * Says that `count` more messages wait at the broker. There cannot be more than the capacity, and those that the
   * running pull has taken there while their places still stand here.
   */
  announce(count = 1): void {
    for (let i = 0; i < count && this.#announced < this.capacity + this.#asked; i++) {
      this.#enqueue(atBroker);
      this.#announced++;
    }
    this.#pump();
  }

  /** Forgets what was announced: the connection to the broker is new. */
  forgetAnnounced(): void {
    this.#generation++;
    this.#asked = 0;
    this.#forgetPlaces(this.#announced);
  }

  /** Throws away everything that waits. Returns how many. */
  clear(): number {
    const dropped = this.#waiting.length;
    this.#generation++;
    this.#asked = 0;
    this.#waiting = nothingWaits;
    this.#announced = 0;
    return dropped;
  }

  /** Drops the messages that waited for too long. */
  dropExpired(): void {
    const now = this.#host.now();
    let expired = 0;
    for (const entry of this.#waiting) {
      if (entry === atBroker || entry.expiresAt > now) break;
      expired++;
    }
    this.#waiting.splice(0, expired);
    this.#host.tally.drop("droppedExpired", { channel: this.channel }, expired);
  }

  #enqueue(entry: Waiting | typeof atBroker): void {
    if (this.#waiting === nothingWaits) this.#waiting = [];
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
      const next = this.#waiting[0];
      if (next === undefined) break;
      const subscriber = this.#freeSubscriber();
      if (subscriber === undefined) break;
      if (next === atBroker) {
        this.#pull();
        break;
      }
      this.#waiting.shift();
      if (next.expiresAt > this.#host.now()) this.#hand(subscriber, next.message);
      else this.#host.tally.drop("droppedExpired", { channel: this.channel });
    }
    this.#isPumping = false;
  }

  #hand(subscriber: Subscriber, message: Message): void {
    // Busy also during the call itself: what it sends to its own channel waits, and is not delivered inside it.
    subscriber.isBusy = true;
    this.#host.tally.delivered++;
    let busy: void | Promise<void> = undefined;
    try {
      busy = subscriber.deliver(message);
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
    let count = 0;
    while (count < this.#pullSize && this.#waiting[count] === atBroker) count++;
    this.#asked = count;
    const announced = this.#announced;
    pull(this.channel, count).then(
      (messages) => this.#place(messages, count, announced, generation),
      () => {
        // The connection was lost. When it is back, the layer asks what waits and announces it anew.
        if (generation === this.#generation) this.#asked = 0;
      },
    );
  }

  /** Puts what was pulled in the places that were kept for it. */
  #place(messages: readonly (Message | undefined)[], asked: number, announced: number, generation: number): void {
    if (generation !== this.#generation) {
      this.#host.tally.drop("droppedEnded", { channel: this.channel }, messages.length);
      return;
    }
    this.#asked = 0;
    const expiresAt = this.#host.now() + this.#host.expiryMs;
    const arrived: Waiting[] = [];
    for (const message of messages) if (message !== undefined) arrived.push({ message, expiresAt });
    this.#waiting.splice(0, messages.length, ...arrived);
    this.#announced -= messages.length;
    if (messages.length < asked) this.#forgetPlaces(announced - messages.length);
    this.#pump();
  }

  /** Drops the first `count` kept places: another receiver was quicker, or the messages expired at the broker. */
  #forgetPlaces(count: number): void {
    let left = count;
    for (let i = 0; i < this.#waiting.length && left > 0;) {
      if (this.#waiting[i] === atBroker) {
        this.#waiting.splice(i, 1);
        this.#announced--;
        left--;
      } else i++;
    }
  }
}

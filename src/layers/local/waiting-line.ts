import type { Message } from "../../core/index.js";
import type { MessagePosition } from "../history/group-position.js";

/** A message that waits here until `expiresAt`. */
export interface Waiting {
  readonly message: Message;
  readonly expiresAt: number;
  readonly at: MessagePosition | undefined;
  /** Whether a receiver that has been busy for longer is given it all the same. */
  readonly isKept: boolean;
}

/** Keeps the place of a message that waits at the broker, so that it comes in its turn among those that wait here. */
export const place = Symbol("the place of a message at the broker");

/** What waits in one channel, oldest first: messages, and places of messages that are still at the broker. */
export class WaitingLine {
  readonly #entries: (Waiting | typeof place)[] = [];
  #places = 0;

  get length(): number {
    return this.#entries.length;
  }

  get places(): number {
    return this.#places;
  }

  get head(): Waiting | typeof place | undefined {
    return this.#entries[0];
  }

  push(entry: Waiting | typeof place): void {
    this.#entries.push(entry);
    if (entry === place) this.#places++;
  }

  /** Takes away the head, which must be a message. */
  shift(): void {
    this.#entries.shift();
  }

  /** How many places stand at the head, counted up to `max`. */
  leadingPlaces(max: number): number {
    let count = 0;
    while (count < max && this.#entries[count] === place) count++;
    return count;
  }

  /** Puts `arrived` where `count` places stand at the head; there may be fewer messages than places. */
  fill(count: number, arrived: readonly Waiting[]): void {
    this.#entries.splice(0, count, ...arrived);
    this.#places -= count;
  }

  /** Drops `count` places, the first `keep` excepted. */
  dropPlaces(count: number, keep = 0): void {
    let [kept, left] = [0, count];
    for (let i = 0; i < this.#entries.length && left > 0;) {
      if (this.#entries[i] !== place || kept++ < keep) i++;
      else {
        this.#entries.splice(i, 1);
        this.#places--;
        left--;
      }
    }
  }

  /** Drops the messages at the head that have expired. Returns how many. */
  dropExpired(now: number): number {
    let expired = 0;
    for (const entry of this.#entries) {
      if (entry === place || entry.expiresAt > now) break;
      expired++;
    }
    this.#entries.splice(0, expired);
    return expired;
  }
}

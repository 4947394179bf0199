/** What happens, in order, for a test that waits for it. */
export class EventQueue<Event> {
  readonly #events: Event[] = [];
  readonly #waiting: ((event: Event) => void)[] = [];

  push(event: Event): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#events.push(event);
    else waiting(event);
  }

  /** The next event, when it happens. */
  next(): Promise<Event> {
    if (this.#events.length > 0) return Promise.resolve(this.#events.shift() as Event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What has happened and nobody has asked for. */
  get pending(): readonly Event[] {
    return this.#events;
  }
}

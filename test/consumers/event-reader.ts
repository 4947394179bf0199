/** An event as a browser would see it, and the comments and times that it would not show. */
export interface ReadEvent {
  readonly event?: string;
  readonly data?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
}

/** Reads an event stream block by block (WHATWG HTML §9.2.6). */
export class EventReader {
  readonly response: Response;
  readonly #pieces: AsyncIterator<string>;
  #received = "";

  constructor(response: Response) {
    this.response = response;
    if (response.body === null) throw new Error("the response has no body");
    this.#pieces = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  /** Asks for an event stream. */
  static async open(url: string, init: RequestInit = {}): Promise<EventReader> {
    return new EventReader(await fetch(url, init));
  }

  /** The next block, or `undefined` at the end of the stream. */
  async next(): Promise<ReadEvent | undefined> {
    for (;;) {
      const end = this.#received.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 2);
        return parse(block);
      }
      const { value, done } = await this.#pieces.next();
      if (done === true) {
        if (this.#received !== "") throw new Error(`the stream ended within an event: ${this.#received}`);
        return undefined;
      }
      this.#received += value;
    }
  }

  /** The next block that has data. */
  async event(): Promise<ReadEvent> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error("the stream ended before an event");
      if (event.data !== undefined) return event;
    }
  }

  /** Everything that is left. */
  async rest(): Promise<ReadEvent[]> {
    const events: ReadEvent[] = [];
    for (let event = await this.next(); event !== undefined; event = await this.next()) events.push(event);
    return events;
  }
}

function parse(block: string): ReadEvent {
  const event: Record<string, string | number> = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (colon === 0) event["comment"] = value;
    else if (field === "data") event["data"] = event["data"] === undefined ? value : `${event["data"]}\n${value}`;
    else if (field === "retry") event["retry"] = Number(value);
    else event[field] = value;
  }
  return event;
}

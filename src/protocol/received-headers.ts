import type { HeaderLine, RequestHeaders } from "../core/index.js";
import { sharedText } from "./shared-text.js";

/** Headers whose values are those of a browser or a site rather than those of a visitor. */
const alike: ReadonlySet<string | undefined> = new Set([
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "host",
  "origin",
  "pragma",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "upgrade",
  "user-agent",
]);

/** The headers of a request as a library gave them: names in lower case and values by turns, none of them empty. */
export class ReceivedHeaders implements RequestHeaders {
  readonly #namesAndValues: readonly string[];

  constructor(namesAndValues: readonly string[]) {
    this.#namesAndValues = namesAndValues;
  }

  get(name: string): string | undefined {
    const list = this.#namesAndValues;
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1];
    return undefined;
  }

  getAll(name: string): readonly string[] {
    const list = this.#namesAndValues;
    const values: string[] = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1] ?? "");
    return values;
  }

  /** The same headers in less memory, for who keeps them for long: texts that many clients send are there once. */
  compact(): ReceivedHeaders {
    const list = this.#namesAndValues;
    return new ReceivedHeaders(
      list.map((text, index) => (index % 2 === 0 || alike.has(list[index - 1]) ? sharedText(text) : text)),
    );
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *[Symbol.iterator](): Iterator<HeaderLine> {
    const list = this.#namesAndValues;
    for (let i = 0; i + 1 < list.length; i += 2) yield [list[i] ?? "", list[i + 1] ?? ""];
  }
}

import type { HeaderLine, RequestHeaders } from "../core/index.js";

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
    return Array.from(this, (line) => (line[0] === name ? line[1] : "")).filter((value) => value !== "");
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *[Symbol.iterator](): Iterator<HeaderLine> {
    const list = this.#namesAndValues;
    for (let i = 0; i + 1 < list.length; i += 2) yield [list[i] ?? "", list[i + 1] ?? ""];
  }
}

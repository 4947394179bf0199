/** One header line: lower-case name and value, as received. */
export type HeaderLine = readonly [name: string, value: string];

/**
 * The headers of a request, in order, duplicates kept. Names are lower case.
 *
 * A protocol server may read them from its native request only when they are asked for, so treat the object as a
 * reader: ask for what you need. A header whose value is empty counts as absent.
 */
export interface RequestHeaders extends Iterable<HeaderLine> {
  /** The first value of `name` (lower case), or `undefined`. */
  get(name: string): string | undefined;
  /** Every value of `name` in order; empty when there is none. */
  getAll(name: string): readonly string[];
  has(name: string): boolean;
}

/** Request headers held as plain lines: what travels over a channel layer, what tests build. */
export class HeaderLines implements RequestHeaders {
  readonly #lines: readonly HeaderLine[];

  constructor(lines: Iterable<HeaderLine> | Readonly<Record<string, string>> = []) {
    const pairs = Symbol.iterator in lines ? [...lines] : Object.entries(lines);
    this.#lines = pairs
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name.toLowerCase(), value] as const);
  }

  get(name: string): string | undefined {
    for (const line of this.#lines) if (line[0] === name) return line[1];
    return undefined;
  }

  getAll(name: string): readonly string[] {
    const values: string[] = [];
    for (const line of this.#lines) if (line[0] === name) values.push(line[1]);
    return values;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<HeaderLine> {
    return this.#lines[Symbol.iterator]();
  }
}

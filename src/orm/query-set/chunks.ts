import type { QueryResult } from "../backends/backend.js";
import type { Statement } from "../compiler/statement.js";
import type { Database } from "../database/database.js";

/** Options of `iterator`. */
export interface IteratorOptions {
  /** How many rows are in memory at a time. Default 2000. */
  readonly chunkSize?: number;
}

/** The rows of a statement, some at a time. */
export class Chunks implements AsyncIterable<QueryResult["rows"]> {
  readonly #database: Database;
  readonly #statement: Statement;
  readonly #parameters: readonly unknown[];
  readonly #size: number;

  constructor(
    database: Database,
    statement: Statement,
    parameters: readonly unknown[],
    { chunkSize = 2000 }: IteratorOptions,
  ) {
    if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) {
      throw new RangeError(`chunkSize must be a whole number from 1: ${chunkSize}`);
    }
    this.#database = database;
    this.#statement = statement;
    this.#parameters = parameters;
    this.#size = chunkSize;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<QueryResult["rows"], void, undefined> {
    const stream = this.#database.stream(this.#statement, this.#parameters, this.#size);
    if (stream !== undefined) {
      yield* stream;
      return;
    }
    // There is no cursor that would see what this transaction wrote, or the database lives in memory anyway.
    const { rows } = await this.#database.execute(this.#statement, this.#parameters);
    for (let start = 0; start < rows.length; start += this.#size) yield rows.slice(start, start + this.#size);
  }
}

import { abortedBy } from "../backends/aborted.js";
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
  readonly #signal: AbortSignal | undefined;

  constructor(
    database: Database,
    statement: Statement,
    parameters: readonly unknown[],
    { chunkSize = 2000, signal }: IteratorOptions & { readonly signal?: AbortSignal | undefined },
  ) {
    if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) {
      throw new RangeError(`chunkSize must be a whole number from 1: ${chunkSize}`);
    }
    this.#database = database;
    this.#statement = statement;
    this.#parameters = parameters;
    this.#size = chunkSize;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<QueryResult["rows"], void, undefined> {
    this.#refuseAborted();
    const stream = this.#database.stream(this.#statement, this.#parameters, this.#size, this.#signal);
    if (stream !== undefined) {
      for await (const rows of stream) {
        yield rows;
        this.#refuseAborted();
      }
      return;
    }
    // There is no cursor that would see what this transaction wrote, or the database lives in memory anyway.
    const { rows } = await this.#database.execute(this.#statement, this.#parameters, this.#signal);
    for (let start = 0; start < rows.length; start += this.#size) {
      yield rows.slice(start, start + this.#size);
      this.#refuseAborted();
    }
  }

  #refuseAborted(): void {
    if (this.#signal?.aborted === true) throw abortedBy(this.#signal, this.#statement.sql);
  }
}

import type { Sql } from "postgres";

import type { Statement } from "../../compiler/statement.js";
import { ConnectionLost } from "../../database-errors.js";
import { abortedBy } from "../aborted.js";
import type { QueryResult } from "../backend.js";
import type { PooledConnection } from "./connection-pool.js";
import { letCompile } from "./let-compile.js";
import { convertPostgresError, lostConnection, type ServerAddress } from "./postgres-errors.js";

/** Makes an instance of the driver with one connection, which calls `onClose` when that has ended. */
export type OpenDriver = (onClose: () => void) => Sql;

/** A statement of the driver's. Its own `cancel` drops the promise, whose rejection nobody could handle then. */
interface Cancellable {
  readonly active?: boolean;
  readonly canceller?: ((query: Cancellable) => Promise<void>) | null;
}

type RawRows = readonly unknown[][] & {
  readonly count: number | null;
  readonly columns?: readonly { readonly name: string }[];
};

/** How many statements one connection keeps prepared, which the server pays for. More than that are not kept. */
const maxKnown = 1000;

/** The text of a shape is always the same, so that it is prepared once per connection. */
const withPreparing = { prepare: true, simple: false };
const withoutPreparing = { prepare: false, simple: false };
/** For commands such as BEGIN: one message instead of four. */
const asCommand = { prepare: false, simple: true };

/**
 * One connection, opened when it is first used, and anew when it broke: by another instance of the driver, for one
 * that lost its socket may have kept half of a message for the next.
 *
 * The driver never gets a statement that it would have to keep back, because it would send what it kept over the next
 * connection, when its caller was told long ago that it is lost. It keeps back what comes while it connects, and while
 * it learns the types of a statement that is new to the connection; such statements are on the way alone.
 */
export class PostgresConnection implements PooledConnection {
  outstanding = 0;
  isTaken = false;
  /** Goes up when the connection ends: whoever saw another number has lost what it was doing. */
  generation = 0;
  readonly #open: OpenDriver;
  readonly #address: ServerAddress;
  readonly #prepares: boolean;
  readonly #known = new Set<string>();
  /** The statement that was sent last. */
  #pending: Cancellable | undefined;
  /** What to tell those whose statements are on the way, should the connection end. */
  #onLoss = new Set<(reason: unknown) => void>();
  #newStatements = 0;
  #sql: Sql | undefined;

  constructor(open: OpenDriver, address: ServerAddress, prepares: boolean) {
    this.#open = open;
    this.#address = address;
    this.#prepares = prepares;
  }

  get isHeld(): boolean {
    return this.#newStatements > 0;
  }

  #openDriver(): Sql {
    const { generation } = this;
    this.#sql = this.#open(() => {
      // It may end after its place was taken by another.
      if (generation === this.generation) this.#lose(lostConnection(this.#address));
    });
    return this.#sql;
  }

  /** Leaves the instance of the driver to itself. It forgets statements that come between an error and its end. */
  #lose(reason: unknown): void {
    this.generation++;
    this.#sql = undefined;
    this.#known.clear();
    const callbacks = this.#onLoss;
    this.#onLoss = new Set();
    for (const callback of callbacks) callback(reason);
  }

  #optionsFor(statement: Statement, parameters: readonly unknown[]) {
    if (!statement.hasRows && parameters.length === 0) return asCommand;
    const isWorthKeeping = statement.isOnce !== true && (this.#known.has(statement.sql) || this.#known.size < maxKnown);
    return this.#prepares && isWorthKeeping ? withPreparing : withoutPreparing;
  }

  /**
   * Sends a statement that nothing else is on the way beside, and gives it up when `signal` is aborted. The server is
   * told to stop it, and the connection is given up as well: the message may come when the next statement runs.
   */
  async askUntil(signal: AbortSignal, statement: Statement, parameters: readonly unknown[]): Promise<QueryResult> {
    if (signal.aborted) throw abortedBy(signal, statement.sql);
    const driver = this.#sql ?? this.#openDriver();
    const { generation } = this;
    const abort = (): void => {
      if (generation !== this.generation) return;
      const pending = this.#pending;
      this.#lose(abortedBy(signal, statement.sql));
      void stop(driver, pending);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await this.ask(statement, parameters);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Sends a statement. `onDone` is called when its answer is here, or its error, before the promise settles. */
  ask(
    statement: Statement,
    parameters: readonly unknown[],
    onDone?: (connection: PostgresConnection) => void,
  ): Promise<QueryResult> {
    const { sql } = statement;
    const isNew = !this.#known.has(sql);
    if (isNew) this.#newStatements++;
    const options = this.#optionsFor(statement, parameters);
    return new Promise((resolve, reject) => {
      const query = (this.#sql ?? this.#openDriver()).unsafe(sql, parameters as never[], options).values();
      this.#pending = query as unknown as Cancellable;
      const onLoss = this.#onLoss;
      const settle = (): void => {
        onLoss.delete(fail);
        if (isNew) this.#newStatements--;
        onDone?.(this);
      };
      const fail = (thrown: unknown): void => {
        const error = convertPostgresError(thrown, sql, this.#address);
        // The driver tells its callers before it tells that the connection has ended.
        if (error instanceof ConnectionLost && onLoss === this.#onLoss) {
          onLoss.delete(fail);
          this.#lose(thrown);
        }
        settle();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      onLoss.add(fail);
      // Its own `then`: the driver's promise is no plain one, and awaiting it takes longer.
      query.then(
        (rows: RawRows) => {
          if (!onLoss.has(fail)) return;
          if (options === withPreparing) this.#known.add(sql);
          if (isNew) {
            letCompile(query);
            letCompile(rows);
          }
          settle();
          const count = rows.count ?? rows.length;
          if (statement.tellsColumns !== true) resolve({ rows, count });
          else resolve({ rows, count, columns: rows.columns?.map(({ name }) => name) });
        },
        (thrown: unknown) => {
          if (onLoss.has(fail)) fail(thrown);
        },
      );
    });
  }

  async end(): Promise<void> {
    await this.#sql?.end({ timeout: 5 });
  }
}

/** Tells the server to stop what runs, and ends the driver's connection. Neither can fail in a way that matters. */
async function stop(driver: Sql, pending: Cancellable | undefined): Promise<void> {
  const cancelled = pending?.active === true ? pending.canceller?.(pending) : undefined;
  await Promise.allSettled([cancelled, driver.end({ timeout: 0 })]);
}

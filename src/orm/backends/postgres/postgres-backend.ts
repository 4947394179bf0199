import type { Options } from "postgres";

import type { Statement } from "../../compiler/statement.js";
import { ConnectionLost } from "../../database-errors.js";
import type {
  BackendTransaction,
  BeginOptions,
  DatabaseBackend,
  DatabaseFeatures,
  Executor,
  IsolationLevel,
  QueryResult,
  SchemaSession,
} from "../backend.js";
import { abortedBy } from "../aborted.js";
import type { SchemaEditor } from "../schema-editor.js";
import { ConnectionPool } from "./connection-pool.js";
import { PostgresConnection, type OpenDriver } from "./postgres-connection.js";
import { postgresDialect } from "./postgres-dialect.js";
import { readCursor } from "./postgres-cursor.js";
import { convertPostgresError, type ServerAddress } from "./postgres-errors.js";
import { PostgresSchemaEditor, schemaLockNumber } from "./postgres-schema-editor.js";

/** Options of a PostgreSQL database. */
export interface PostgresOptions {
  /** The most connections that are open at once. Default 10. */
  readonly poolSize?: number;
  /** How long a statement or transaction waits for a connection to be free, in milliseconds. Default 5000. */
  readonly lockTimeoutMs?: number;
  /** How long a connection may take to be made, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** How long a statement may run before the server ends it (`StatementTimeout`), in milliseconds. Default: as the server is set up. */
  readonly statementTimeoutMs?: number;
  /** Keep prepared statements in the server. Turn off behind a pooler that cannot (pgbouncer before 1.21). Default true. */
  readonly prepare?: boolean;
}

/** Connects to the server at `url` and asks it for its version, so that what is wrong is known at the start. */
export async function connectPostgres(url: string, options: PostgresOptions = {}): Promise<DatabaseBackend> {
  const { default: postgres } = await import("postgres");
  const open: OpenDriver = (onClose) => postgres(url, driverOptions(options, onClose));
  const probe = open(() => {});
  const { host, port, database, user } = probe.options;
  // Not connected yet; it only read the URL.
  const address: ServerAddress = { host: host[0] ?? "localhost", port: port[0] ?? 5432, database, user };
  const backend = new PostgresBackend(open, address, options);
  try {
    await backend.askVersion();
    return backend;
  } catch (thrown) {
    await backend.close();
    throw thrown;
  }
}

function driverOptions(
  { prepare, connectTimeoutMs = 10_000, statementTimeoutMs }: PostgresOptions,
  onClose: () => void,
): Options<{}> {
  return {
    // One connection each: the pool above knows which of them has broken, and whose transaction that was.
    max: 1,
    onclose: onClose,
    prepare: prepare ?? true,
    connect_timeout: connectTimeoutMs / 1000,
    idle_timeout: 0,
    // Ours to decide: the driver would end a connection between two statements of a transaction.
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    connection: {
      application_name: "hotclub",
      TimeZone: "UTC",
      DateStyle: "ISO, YMD",
      IntervalStyle: "postgres",
      ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
    },
    types: {
      // Timestamps stay text both ways: the dialect reads and writes them faster than `Date` does.
      date: {
        to: 1184,
        from: [1082, 1083, 1114, 1184],
        serialize: (value: unknown) => value,
        parse: (text: string) => text,
      },
      // Text both ways, too: a value of ours is JSON by then, and must not be made JSON again.
      json: {
        to: 3802,
        from: [114, 3802],
        serialize: (value: unknown) => value,
        parse: (text: string) => text,
      },
      // 64 bits, as a number where one can hold it.
      bigint: { to: 20, from: [20], serialize: String, parse: parseInteger },
    },
  };
}

function parseInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

const levels: Readonly<Record<IsolationLevel, string>> = {
  "read committed": "READ COMMITTED",
  "repeatable read": "REPEATABLE READ",
  serializable: "SERIALIZABLE",
};

class PostgresBackend implements DatabaseBackend {
  readonly engine = "postgres";
  description = "postgres.js";
  readonly dialect = postgresDialect;
  readonly features: DatabaseFeatures = {
    hasConcurrentWriters: true,
    hasTransactionalDdl: true,
    canAddForeignKeys: true,
    foldsCaseBeyondAscii: true,
    canRepeat: false,
    maxParameters: 65_534,
  };
  readonly #pool: ConnectionPool<PostgresConnection>;
  readonly #open: OpenDriver;
  readonly #address: ServerAddress;
  readonly #release = (connection: PostgresConnection): void => this.#pool.release(connection);
  /** Those who listen, each with a connection of her own. */
  readonly #listeners = new Set<() => Promise<void>>();

  constructor(open: OpenDriver, address: ServerAddress, options: PostgresOptions) {
    const { poolSize = 10, lockTimeoutMs = 5000, prepare = true } = options;
    this.#open = open;
    this.#address = address;
    this.#pool = new ConnectionPool(() => new PostgresConnection(open, address, prepare), poolSize, lockTimeoutMs);
  }

  async askVersion(): Promise<void> {
    const sql = "SHOW server_version";
    const { rows } = await this.execute({ sql, parameters: [], access: "read", hasRows: true }, []);
    this.#describe(String(rows[0]?.[0]));
  }

  #describe(version: string): void {
    const { host, port, database } = this.#address;
    this.description = `postgres.js, PostgreSQL ${version} at ${host}:${port}/${database}`;
  }

  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    if (signal !== undefined) return this.#executeUntil(signal, statement, parameters);
    const connection = this.#pool.forStatement();
    if (connection !== undefined) return connection.ask(statement, parameters, this.#release);
    return this.#pool.waitForStatement((free) => free.ask(statement, parameters, this.#release));
  }

  /** What may be aborted has a connection to itself meanwhile: it is the connection that the server is told of. */
  #executeUntil(signal: AbortSignal, statement: Statement, parameters: readonly unknown[]): Promise<QueryResult> {
    if (signal.aborted) return Promise.reject(abortedBy(signal, statement.sql));
    const asked = this.#pool.take(async (connection) => {
      try {
        return await connection.askUntil(signal, statement, parameters);
      } finally {
        this.#pool.giveBack(connection);
      }
    });
    return untilAborted(signal, asked, statement.sql);
  }

  stream(
    statement: Statement,
    parameters: readonly unknown[],
    size: number,
    executor: Executor | undefined,
    signal?: AbortSignal,
  ) {
    return readCursor(statement, parameters, { size, signal }, executor, (options) => this.begin(options));
  }

  begin({ readOnly = false, isolation }: BeginOptions = {}): Promise<BackendTransaction> {
    const level = isolation === undefined ? "" : ` ISOLATION LEVEL ${levels[isolation]}`;
    const begin = `BEGIN${level}${readOnly ? " READ ONLY" : ""}`;
    return this.#pool.take((connection) => this.#beginOn(connection, begin));
  }

  async #beginOn(
    connection: PostgresConnection,
    begin: string,
    end: () => void = () => this.#pool.giveBack(connection),
    run: TransactionConnection["run"] = (statement, parameters, signal) =>
      signal === undefined ? connection.ask(statement, parameters) : connection.askUntil(signal, statement, parameters),
  ): Promise<BackendTransaction> {
    try {
      await connection.ask(command(begin), []);
    } catch (thrown) {
      end();
      throw thrown;
    }
    const { generation } = connection;
    return new PostgresTransaction({
      isLost: () => connection.generation !== generation,
      run,
      end,
    });
  }

  openSchemaSession(): Promise<SchemaSession> {
    return this.#pool.take(async (connection) => this.#sessionOn(connection));
  }

  #sessionOn(connection: PostgresConnection): SchemaSession {
    const ask = (sql: string) => connection.ask({ sql, parameters: [], access: "write", hasRows: true }, []);
    let lockedAt: number | undefined;
    // Kept by the server, a statement would have the types of columns as they were when it was first run.
    const execute = (statement: Statement, parameters: readonly unknown[]) =>
      connection.ask({ ...statement, isOnce: true }, parameters);
    return {
      execute,
      // Not `pg_advisory_lock`: whoever waits in it has a snapshot, which CREATE INDEX CONCURRENTLY waits for.
      tryLock: async () => {
        const { rows } = await ask(`SELECT pg_try_advisory_lock(${schemaLockNumber})::int`);
        if (rows[0]?.[0] === 1) lockedAt = connection.generation;
        return lockedAt === connection.generation;
      },
      // The lock goes with its connection, and then another process may have begun.
      begin: () => {
        if (lockedAt === undefined || lockedAt === connection.generation)
          return this.#beginOn(connection, "BEGIN", () => {}, execute);
        throw new ConnectionLost({
          problem: "The connection broke that had the lock for changing tables; run it again.",
        });
      },
      release: async () => {
        try {
          if (lockedAt === connection.generation) await ask(`SELECT pg_advisory_unlock(${schemaLockNumber})::int`);
        } catch {
          // The connection is gone, and its lock with it.
        } finally {
          this.#pool.giveBack(connection);
        }
      },
    };
  }

  async listen(channel: string, receive: (text: string) => void, onRestored: () => void): Promise<() => Promise<void>> {
    // The driver opens a connection for this alone, and again when it is lost.
    const driver = this.#open(() => {});
    const stop = async (): Promise<void> => {
      if (this.#listeners.delete(stop)) await driver.end({ timeout: 1 });
    };
    this.#listeners.add(stop);
    let isFirst = true;
    try {
      await driver.listen(channel, receive, () => {
        if (!isFirst) onRestored();
        isFirst = false;
      });
    } catch (thrown) {
      await stop();
      throw convertPostgresError(thrown, `LISTEN ${channel}`, this.#address);
    }
    return stop;
  }

  schemaEditor(executor: Executor): SchemaEditor {
    return new PostgresSchemaEditor(executor);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners].map((stop) => stop()));
    await this.#pool.end();
  }
}

/** A statement without parameters and rows. */
function command(sql: string): Statement {
  return { sql, parameters: [], access: "write", hasRows: false };
}

/** As `asked`, but rejects as soon as `signal` is aborted: whoever waits for a connection need not wait on. */
function untilAborted<T>(signal: AbortSignal, asked: Promise<T>, sql: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortedBy(signal, sql));
    signal.addEventListener("abort", abort, { once: true });
    const settled = (): void => signal.removeEventListener("abort", abort);
    asked.finally(settled).then(resolve, reject);
  });
}

interface TransactionConnection {
  readonly isLost: () => boolean;
  readonly run: (statement: Statement, parameters: readonly unknown[], signal?: AbortSignal) => Promise<QueryResult>;
  readonly end: () => void;
}

/**
 * Statements are sent one by one. Were they queued in the driver, a connection that breaks would be opened anew for
 * those that wait, and they would run outside of the transaction.
 */
class PostgresTransaction implements BackendTransaction {
  readonly #connection: TransactionConnection;
  #last: Promise<unknown> = Promise.resolve();
  #unfinished = 0;

  constructor(connection: TransactionConnection) {
    this.#connection = connection;
  }

  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    const run = (): Promise<QueryResult> => this.#run(statement, parameters, signal);
    const result = this.#unfinished++ === 0 ? run() : this.#last.then(run);
    // Whoever comes next waits for the end of this, however it ends.
    this.#last = result.catch(() => {});
    return result;
  }

  async #run(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): Promise<QueryResult> {
    try {
      if (!this.#connection.isLost()) return await this.#connection.run(statement, parameters, signal);
    } finally {
      this.#unfinished--;
    }
    throw new ConnectionLost({
      problem: "The connection of this transaction broke, and all of it was rolled back; run it again.",
    });
  }

  async commit(): Promise<void> {
    try {
      await this.execute(command("COMMIT"), []);
    } finally {
      this.#connection.end();
    }
  }

  async rollback(): Promise<void> {
    try {
      await this.execute(command("ROLLBACK"), []);
    } catch {
      // The connection is gone, and the transaction with it.
    } finally {
      this.#connection.end();
    }
  }
}

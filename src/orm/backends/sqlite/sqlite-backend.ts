import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Statement } from "../../compiler/statement.js";
import { DatabaseUnreachable } from "../../database-errors.js";
import type {
  BackendTransaction,
  BeginOptions,
  DatabaseBackend,
  DatabaseFeatures,
  Executor,
  MaybePromise,
  QueryResult,
  SchemaSession,
} from "../backend.js";
import { abortedBy } from "../aborted.js";
import { Lock } from "../lock.js";
import type { SchemaEditor } from "../schema-editor.js";
import { RepeatedInserts } from "./repeated-inserts.js";
import { loadSqliteDriver, type SqliteDriverName } from "./load-driver.js";
import { sqliteDialect } from "./sqlite-dialect.js";
import type { SqliteConnection, SqliteDriver, SqlitePrepared } from "./sqlite-driver.js";
import { WriteGroups } from "./write-groups.js";
import { convertSqliteError, isBusy } from "./sqlite-errors.js";
import { SqliteSchemaEditor } from "./sqlite-schema-editor.js";

/** Options of a SQLite database. */
export interface SqliteOptions {
  /** The package to use. Default: better-sqlite3 where it loads, otherwise libsql. */
  readonly driver?: SqliteDriverName;
  /** How long a write waits for a transaction of another flow or process to end, in milliseconds. Default 5000. */
  readonly lockTimeoutMs?: number;
}

/** Prepared statements that one connection keeps. */
const maxPrepared = 500;

/** How long SQLite itself waits for another process; it blocks this one meanwhile, so the rest of the wait is ours. */
const busyTimeoutMs = 20;

/** Opens the database at `path` (`:memory:` for one that lives in this process only). */
export async function connectSqlite(path: string, options: SqliteOptions = {}): Promise<DatabaseBackend> {
  const driver = await loadSqliteDriver(options.driver);
  const isMemory = path === ":memory:" || path === "";
  if (!isMemory && !existsSync(dirname(resolve(path)))) {
    throw new DatabaseUnreachable({
      problem: `The directory of the SQLite file ${path} does not exist; make it first.`,
    });
  }
  return new SqliteBackend(driver, path, options.lockTimeoutMs ?? 5000);
}

/**
 * SQLite, in this process. The driver is synchronous: a statement is done when `execute` returns, and no promise is
 * made for it.
 *
 * There is one connection that writes. While a transaction of one flow of code is open on it, the writes of all others
 * wait their turn, and their reads go over a second connection, which sees what was last committed. A database in
 * memory has one connection only, so there the reads wait too.
 */
class SqliteBackend implements DatabaseBackend {
  readonly engine = "sqlite";
  readonly description: string;
  readonly dialect = sqliteDialect;
  readonly features: DatabaseFeatures = {
    hasConcurrentWriters: false,
    hasTransactionalDdl: true,
    canAddForeignKeys: false,
    foldsCaseBeyondAscii: false,
    canRepeat: true,
    maxParameters: 32_766,
  };
  readonly #driver: SqliteDriver;
  readonly #path: string;
  readonly #main: CachingConnection;
  readonly #lock: Lock;
  readonly #lockTimeoutMs: number;
  /** The writes outside of transactions that wait for others; none while a transaction is open. */
  readonly #groups: WriteGroups;
  #reader: CachingConnection | undefined;

  constructor(driver: SqliteDriver, path: string, lockTimeoutMs: number) {
    this.#driver = driver;
    this.#path = path;
    this.description = driver.description;
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#lock = new Lock(lockTimeoutMs, "a transaction on the SQLite database to end");
    this.#main = this.#open();
    this.#groups = new WriteGroups(
      (statement, parameters) => this.#main.run(statement, parameters),
      (statement, parameters) => this.#runAlone(statement, parameters),
    );
  }

  #open(): CachingConnection {
    try {
      const connection = new CachingConnection(this.#driver.open(this.#path));
      connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      this.#chooseJournal(connection);
      connection.exec("PRAGMA synchronous = NORMAL");
      connection.exec("PRAGMA foreign_keys = ON");
      return connection;
    } catch (thrown) {
      const problem = `The SQLite database ${this.#path} cannot be opened: ${(thrown as Error).message}.`;
      throw new DatabaseUnreachable({ problem }, { cause: thrown });
    }
  }

  /** The first process that opens a new file changes it for all; others that come meanwhile are told it is busy. */
  #chooseJournal(connection: CachingConnection): void {
    const end = performance.now() + this.#lockTimeoutMs;
    for (;;) {
      try {
        connection.exec("PRAGMA journal_mode = WAL");
        return;
      } catch (thrown) {
        if (!isBusy((thrown as Error).cause) || performance.now() > end) throw thrown;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
  }

  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): MaybePromise<QueryResult> {
    if (signal?.aborted === true) throw abortedBy(signal, statement.sql);
    if (!this.#lock.isHeld) {
      if (isGroupable(statement) && this.#groups.isToWait()) return this.#groups.add(statement, parameters, signal);
      this.#groups.flush();
      // What was written may wait for another process by now, with the lock.
      if (!this.#lock.isHeld) return this.#runAlone(statement, parameters);
    }
    if (statement.access === "read" && this.#path !== ":memory:") {
      this.#reader ??= this.#open();
      return this.#reader.run(statement, parameters);
    }
    return this.#runInTurn(() => {
      if (signal?.aborted === true) throw abortedBy(signal, statement.sql);
      return this.#main.run(statement, parameters);
    });
  }

  /**
   * Runs a statement outside of transactions. Where another process writes, it waits with the lock: a transaction that
   * began meanwhile would take it in, and others would each stand still for as long.
   */
  #runAlone(statement: Statement, parameters: readonly unknown[]): MaybePromise<QueryResult> {
    const run = (): QueryResult => this.#main.run(statement, parameters);
    if (this.#lock.isHeld) return this.#runInTurn(run);
    try {
      return run();
    } catch (thrown) {
      if (!isBusy((thrown as Error).cause)) throw thrown;
      return this.#runInTurn(run);
    }
  }

  async #runInTurn<T>(run: () => T): Promise<T> {
    await this.#lock.acquire();
    try {
      return await this.#runWhenNotBusy(run);
    } finally {
      this.#lock.release();
    }
  }

  /** Runs now; if another process is writing, again and again until it has stopped or the time is over. */
  #runWhenNotBusy<T>(run: () => T): MaybePromise<T> {
    try {
      return run();
    } catch (thrown) {
      if (!isBusy((thrown as Error).cause)) throw thrown;
      return this.#retry(run, thrown);
    }
  }

  async #retry<T>(run: () => T, first: unknown): Promise<T> {
    const end = performance.now() + this.#lockTimeoutMs;
    let last = first;
    while (performance.now() < end) {
      await sleep(5 + Math.random() * 20);
      try {
        return run();
      } catch (thrown) {
        if (!isBusy((thrown as Error).cause)) throw thrown;
        last = thrown;
      }
    }
    throw last;
  }

  stream(statement: Statement, parameters: readonly unknown[], size: number, executor: Executor | undefined) {
    // A database in memory has one connection, and what a transaction wrote is seen over its own only: while a cursor
    // is open on a connection, nothing else can be done with it.
    if (this.#path === ":memory:" || executor !== undefined) return undefined;
    this.#groups.flush();
    return this.#readApart(statement, parameters, size);
  }

  async *#readApart(
    statement: Statement,
    parameters: readonly unknown[],
    size: number,
  ): AsyncGenerator<QueryResult["rows"], void, undefined> {
    const connection = this.#open();
    try {
      yield* connection.readInChunks(statement, parameters, size);
    } finally {
      connection.close();
    }
  }

  begin({ readOnly = false }: BeginOptions = {}): MaybePromise<BackendTransaction> {
    if (!readOnly) return this.#begin(() => this.#lock.release());
    const end = (): void => {
      this.#main.exec("PRAGMA query_only = OFF");
      this.#lock.release();
    };
    // Only now: BEGIN IMMEDIATE itself counts as a write.
    const forbidWrites = (transaction: BackendTransaction): BackendTransaction => {
      this.#main.exec("PRAGMA query_only = ON");
      return transaction;
    };
    const begun = this.#begin(end);
    return begun instanceof Promise ? begun.then(forbidWrites) : forbidWrites(begun);
  }

  #begin(end: () => void, prepare?: () => void): MaybePromise<BackendTransaction> {
    this.#groups.flush();
    if (!this.#lock.tryAcquire()) return this.#lock.acquire().then(() => this.#beginHeld(end, prepare));
    return this.#beginHeld(end, prepare);
  }

  #beginHeld(end: () => void, prepare?: () => void): MaybePromise<BackendTransaction> {
    // IMMEDIATE takes the write lock at once: a transaction that reads first could not get it later without a conflict.
    const begin = (): BackendTransaction => {
      prepare?.();
      this.#main.exec("BEGIN IMMEDIATE");
      return new SqliteTransaction(this.#main, end);
    };
    try {
      const begun = this.#runWhenNotBusy(begin);
      return begun instanceof Promise ? begun.catch((thrown: unknown) => this.#releaseAndThrow(thrown)) : begun;
    } catch (thrown) {
      return this.#releaseAndThrow(thrown);
    }
  }

  #releaseAndThrow(thrown: unknown): never {
    this.#main.exec("PRAGMA foreign_keys = ON");
    this.#lock.release();
    throw thrown;
  }

  /** SQLite's write lock keeps other processes away, one transaction after the other. */
  openSchemaSession(): SchemaSession {
    const end = (): void => {
      this.#main.exec("PRAGMA foreign_keys = ON");
      this.#lock.release();
    };
    return {
      execute: (statement, parameters) => this.execute(statement, parameters),
      tryLock: () => true,
      // A table that is made anew is dropped meanwhile, and others refer to it. It cannot be said in a transaction.
      begin: () => this.#begin(end, () => this.#main.exec("PRAGMA foreign_keys = OFF")),
      release: () => {},
    };
  }

  schemaEditor(executor: Executor): SchemaEditor {
    return new SqliteSchemaEditor(executor);
  }

  async close(): Promise<void> {
    this.#groups.flush();
    // A transaction that does not end in time is cut: SQLite rolls it back.
    await this.#lock.acquire().catch(() => {});
    this.#reader?.close();
    this.#main.close();
    this.#lock.release();
  }
}

class SqliteTransaction implements BackendTransaction {
  readonly #connection: CachingConnection;
  readonly #end: () => void;

  constructor(connection: CachingConnection, end: () => void) {
    this.#connection = connection;
    this.#end = end;
  }

  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): QueryResult {
    if (signal?.aborted === true) throw abortedBy(signal, statement.sql);
    return this.#connection.run(statement, parameters);
  }

  commit(): void {
    try {
      this.#connection.exec("COMMIT");
    } catch (thrown) {
      this.rollback();
      throw thrown;
    }
    this.#end();
  }

  rollback(): void {
    try {
      this.#connection.exec("ROLLBACK");
    } catch {
      // SQLite rolls back by itself after some errors (a full disk); then there is nothing left to end.
    }
    this.#end();
  }
}

/** Whether each of `parameters` is taken for one value. Drivers look into arrays and plain objects for more. */
function areScalars(parameters: readonly unknown[]): boolean {
  // libsql looks into whatever stands alone, null and bytes too.
  if (parameters.length === 1) return typeof parameters[0] !== "object";
  for (const value of parameters) {
    if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) return false;
  }
  return true;
}

/** Whether it may be committed with others: what the ORM writes may, SQL of a program's own may be of any kind. */
function isGroupable({ access, isOnce, repetition }: Statement): boolean {
  return access === "write" && isOnce !== true && repetition === undefined;
}

type Preparable = Pick<Statement, "sql" | "hasRows" | "hasBigInts">;

/** A connection with its prepared statements. */
class CachingConnection {
  readonly #connection: SqliteConnection;
  readonly #prepared = new Map<string, SqlitePrepared>();
  readonly #inserts: RepeatedInserts;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
    this.#inserts = new RepeatedInserts(connection, (sql, hasRows) => this.#preparedFor({ sql, hasRows }));
  }

  run(statement: Statement, parameters: readonly unknown[]): QueryResult {
    try {
      if (statement.repetition !== undefined) {
        const { repetition } = statement;
        const keys = this.#inserts.run(statement, repetition, parameters);
        return { rows: [], count: repetition.rowCount, keys };
      }
      const prepared = this.#preparedFor(statement);
      if (statement.hasRows && prepared.givesRows) {
        const rows = prepared.all(parameters);
        if (statement.tellsColumns !== true) return { rows, count: rows.length };
        return { rows, count: rows.length, columns: prepared.columnNames() };
      }
      // Spread, as the driver takes arguments more quickly than an array with them.
      const { changes, lastInsertRowid } = areScalars(parameters)
        ? prepared.run(...parameters)
        : prepared.run(parameters);
      return { rows: [], count: changes, lastInsertId: lastInsertRowid };
    } catch (thrown) {
      throw convertSqliteError(thrown, statement.sql);
    }
  }

  *readInChunks(
    { sql }: Statement,
    parameters: readonly unknown[],
    size: number,
  ): Generator<QueryResult["rows"], void, undefined> {
    let chunk: unknown[][] = [];
    try {
      for (const row of this.#connection.prepare(sql, true, false).iterate(parameters)) {
        if (chunk.push(row) < size) continue;
        yield chunk;
        chunk = [];
      }
    } catch (thrown) {
      throw convertSqliteError(thrown, sql);
    }
    if (chunk.length > 0) yield chunk;
  }

  #preparedFor(statement: Preparable): SqlitePrepared {
    return this.#prepared.get(statement.sql) ?? this.#prepare(statement);
  }

  #prepare(statement: Preparable): SqlitePrepared {
    const prepared = this.#connection.prepare(statement.sql, statement.hasRows, statement.hasBigInts ?? false);
    if (this.#prepared.size >= maxPrepared) {
      // The oldest goes. Programs have fewer statements than this; more come one by one and are not worth keeping.
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    this.#prepared.set(statement.sql, prepared);
    return prepared;
  }

  exec(sql: string): void {
    try {
      this.#connection.exec(sql);
    } catch (thrown) {
      throw convertSqliteError(thrown, sql);
    }
  }

  close(): void {
    this.#prepared.clear();
    this.#connection.close();
  }
}

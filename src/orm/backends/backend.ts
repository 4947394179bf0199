import type { Dialect } from "../compiler/dialect.js";
import type { Statement } from "../compiler/statement.js";
import type { DatabaseErrorParams } from "../database-errors.js";
import type { SchemaEditor } from "./schema-editor.js";

/** What a statement gave. */
export interface QueryResult {
  /** The rows, each an array in the order of the selected columns; empty for statements that give none. */
  readonly rows: readonly (readonly unknown[])[];
  /** How many rows were changed; of a statement that reads, how many it gave. */
  readonly count: number;
  /** The names of the columns, where the statement asks for them. */
  readonly columns?: readonly string[] | undefined;
  /** The key that the database gave to the row just inserted, where the driver tells it without `RETURNING`. */
  readonly lastInsertId?: number | bigint | undefined;
  /** Of an insert that was repeated: the keys that the database counted, in the order of the rows. */
  readonly keys?: readonly (number | bigint)[] | undefined;
}

/** At once where the driver is synchronous, so that no promise is made for it. */
export type MaybePromise<T> = T | Promise<T>;

/** What can run a statement: a database, or an open transaction of it. */
export interface Executor {
  /**
   * Runs `statement` with `parameters` in the order of its placeholders. Throws or rejects with `DatabaseError`.
   * What `DatabaseErrorParams` a backend cannot know (model, fields) is filled in by its caller. When `signal` is
   * aborted it rejects with `QueryAborted`, and what runs is stopped where the database can be told.
   */
  execute(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): MaybePromise<QueryResult>;
}

/** An open transaction, on a connection of its own. Its statements run one after the other. */
export interface BackendTransaction extends Executor {
  commit(): MaybePromise<void>;
  /** Never rejects for a connection that is gone: the database has rolled back then. */
  rollback(): MaybePromise<void>;
}

/**
 * A connection for changing tables. Its transactions can do so, where an ordinary one could not (SQLite checks no
 * foreign keys in it); what is executed outside of them commits at once.
 */
export interface SchemaSession extends Executor {
  /**
   * Takes the one lock that all processes have in common for changing tables, unless another has it. It is held until
   * `release`, or until the connection breaks. True where the database needs none.
   */
  tryLock(): MaybePromise<boolean>;
  begin(): MaybePromise<BackendTransaction>;
  release(): MaybePromise<void>;
}

/** Options of `begin`. */
export interface BeginOptions {
  /** Runs without writing, beside transactions that write where the database allows that. Default false. */
  readonly readOnly?: boolean;
  /** How much it sees of others. Default: as the database is set up (PostgreSQL: `read committed`). */
  readonly isolation?: IsolationLevel | undefined;
}

/** What a transaction sees of others that run beside it. SQLite runs all as `serializable`. */
export type IsolationLevel = "read committed" | "repeatable read" | "serializable";

/** What a database can do, where they differ. */
export interface DatabaseFeatures {
  /** Whether statements of several transactions run at the same time. Default true; SQLite has one writer. */
  readonly hasConcurrentWriters: boolean;
  /** Whether `CREATE TABLE` and its like can be rolled back. Default true; MySQL cannot. */
  readonly hasTransactionalDdl: boolean;
  /** Whether a foreign key can be added to a table that is there. Default true; SQLite cannot. */
  readonly canAddForeignKeys: boolean;
  /** Whether `contains` and its like can tell upper from lower case, and `icontains` need not, beyond ASCII. */
  readonly foldsCaseBeyondAscii: boolean;
  /** Whether it inserts many rows faster by statements for a part of them each than by one: `Statement.repetition`. */
  readonly canRepeat: boolean;
  /** The most parameters that one statement takes. */
  readonly maxParameters: number;
}

/**
 * A kind of database. A new one is a folder beside its siblings that gives these methods and passes the contract
 * tests; it imports its driver lazily, and nothing else does.
 *
 * - **Rows are arrays**, and values in them are what `dialect.fromDatabase` takes.
 * - **Statements outside of a transaction commit at once**, each on its own.
 * - **A transaction is alone on its connection.** A statement that is given to the backend itself while a transaction
 *   is open never becomes a part of it.
 * - **A connection that breaks** fails what runs on it with `ConnectionLost` and is replaced; an open transaction
 *   fails every later statement with `ConnectionLost`, too.
 */
export interface DatabaseBackend extends Executor {
  /** `sqlite`, `postgres`: for messages and for code that must tell them apart. */
  readonly engine: string;
  /** Name and version of driver and database, for the log. */
  readonly description: string;
  readonly dialect: Dialect;
  readonly features: DatabaseFeatures;
  /**
   * The rows of a statement that reads from a cursor, `size` at a time. With `executor`, a transaction, what that has
   * written is seen. Gives `undefined` where there is no such cursor.
   */
  stream?(
    statement: Statement,
    parameters: readonly unknown[],
    size: number,
    executor: Executor | undefined,
    signal?: AbortSignal,
  ): AsyncIterable<QueryResult["rows"]> | undefined;
  /** Opens a transaction. Rejects with `DatabaseBusy` when there is no turn within the lock timeout. */
  begin(options?: BeginOptions): MaybePromise<BackendTransaction>;
  /** Opens a session for changing tables. */
  openSchemaSession(): MaybePromise<SchemaSession>;
  /**
   * Hears what others tell on a channel of the database (NOTIFY), until what it resolves to is called. `onRestored` is
   * called when something may have been missed: the connection was lost and is back. Databases that cannot lack it.
   */
  listen?(channel: string, receive: (text: string) => void, onRestored: () => void): Promise<() => Promise<void>>;
  /** The editor that makes and changes tables through `executor`. */
  schemaEditor(executor: Executor): SchemaEditor;
  /** Waits for what runs, then ends all connections. Nothing can be executed afterwards. */
  close(): Promise<void>;
}

/** The facts about an error that only the driver's message has, for the caller to complete. */
export type BackendErrorParams = Omit<DatabaseErrorParams, "model">;

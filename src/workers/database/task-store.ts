import {
  type BackendTransaction,
  ConnectionLost,
  type Database,
  DatabaseBusy,
  DatabaseUnreachable,
  type MaybePromise,
  type QueryResult,
  type Statement,
} from "../../orm/index.js";
import { TaskBackendUnavailable } from "../errors.js";
import { type TaskSql, taskSql } from "./task-sql.js";

/** The database of a backend, with the statements on its tables of tasks. */
export class TaskStore {
  readonly database: Database;
  readonly sql: TaskSql;

  constructor(database: Database) {
    this.database = database;
    this.sql = taskSql(database.engine);
  }

  get isPostgres(): boolean {
    return this.database.engine === "postgres";
  }

  /** Asks outside of any transaction that the caller may be in. Rejects with `TaskBackendUnavailable`. */
  ask(statement: Statement, ...parameters: readonly unknown[]): Promise<QueryResult["rows"]> {
    return this.#asked(() => this.database.backend.execute(statement, parameters));
  }

  /** Asks in the transaction that the caller is in, where there is one. */
  askHere(statement: Statement, ...parameters: readonly unknown[]): Promise<QueryResult["rows"]> {
    return this.#asked(() => this.database.execute(statement, parameters));
  }

  async #asked(execute: () => MaybePromise<QueryResult>): Promise<QueryResult["rows"]> {
    try {
      return (await execute()).rows;
    } catch (thrown) {
      throw this.#explain(thrown);
    }
  }

  /** Runs `work` in a transaction of its own. */
  async transaction<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    let transaction: BackendTransaction;
    try {
      transaction = await this.database.backend.begin();
    } catch (thrown) {
      throw this.#explain(thrown);
    }
    let result: T;
    try {
      result = await work(async (statement, ...parameters) => (await transaction.execute(statement, parameters)).rows);
    } catch (thrown) {
      await transaction.rollback();
      throw this.#explain(thrown);
    }
    await transaction.commit();
    return result;
  }

  #explain(thrown: unknown): unknown {
    const isAway =
      thrown instanceof ConnectionLost || thrown instanceof DatabaseUnreachable || thrown instanceof DatabaseBusy;
    if (!isAway) return thrown;
    const remedy = "Check DATABASE_URL and that the database runs there";
    return new TaskBackendUnavailable(
      { server: this.database.description, problem: thrown.message, remedy },
      { cause: thrown },
    );
  }
}

/** Asks in a transaction. */
export type Ask = (statement: Statement, ...parameters: readonly unknown[]) => Promise<QueryResult["rows"]>;

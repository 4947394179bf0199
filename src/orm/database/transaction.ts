import { AsyncLocalStorage } from "node:async_hooks";

import { toError } from "../../core/index.js";
import type { BackendTransaction, MaybePromise, QueryResult } from "../backends/backend.js";
import { Lock } from "../backends/lock.js";
import type { Statement } from "../compiler/statement.js";
import { DatabaseError } from "../database-errors.js";
import { CommitHookFailed, TransactionBroken, TransactionEnded } from "../errors.js";

/** A function that runs once the transaction is committed. */
export type CommitHook = () => unknown;

/** A database, as its transactions see it: told from others by identity. */
export interface TransactionalDatabase {
  /** An error of the database with the model named that it is about. */
  explain(thrown: unknown): unknown;
}

/** How long a query waits for a nested `atomic` beside it to end. */
const nestedTimeoutMs = 30_000;

/**
 * One `atomic`: a transaction, or a savepoint inside one. Queries find the innermost one that they were made in by
 * their async context.
 *
 * A savepoint belongs to one flow of code. Queries of the flow around it, and other savepoints beside it, wait until
 * it ends: they would become a part of it otherwise, and be lost with it when it rolls back.
 */
export class TransactionScope {
  readonly database: TransactionalDatabase;
  readonly parent: TransactionScope | undefined;
  /** The scope of another database that this one was opened in. */
  readonly outside: TransactionScope | undefined;
  /** Aborts what runs in it. */
  readonly signal: AbortSignal | undefined;
  readonly #transaction: BackendTransaction;
  readonly #hooks: CommitHook[] = [];
  readonly #nested = new Lock(nestedTimeoutMs, "a nested atomic() to end, which this query stands beside");
  #hasEnded = false;
  #failure: unknown;

  constructor(
    database: TransactionalDatabase,
    transaction: BackendTransaction,
    parent: TransactionScope | undefined,
    outside: TransactionScope | undefined,
    signal: AbortSignal | undefined = parent?.signal,
  ) {
    this.database = database;
    this.#transaction = transaction;
    this.parent = parent;
    this.outside = outside;
    this.signal = signal;
  }

  get transaction(): BackendTransaction {
    return this.#transaction;
  }

  /** The error of the query that failed in this scope, so that it can only be rolled back. */
  get failure(): unknown {
    return this.#failure;
  }

  execute(
    statement: Statement,
    parameters: readonly unknown[],
    signal: AbortSignal | undefined = this.signal,
  ): MaybePromise<QueryResult> {
    if (this.#nested.isHeld) return this.#executeInTurn(statement, parameters, signal);
    this.#refuseIfOver();
    return this.run(statement, parameters, signal);
  }

  async #executeInTurn(
    statement: Statement,
    parameters: readonly unknown[],
    signal: AbortSignal | undefined,
  ): Promise<QueryResult> {
    await this.#nested.acquire();
    try {
      this.#refuseIfOver();
      return await this.run(statement, parameters, signal);
    } finally {
      this.#nested.release();
    }
  }

  #refuseIfOver(): void {
    if (this.#hasEnded) throw new TransactionEnded();
    if (this.#failure !== undefined) throw new TransactionBroken({}, { cause: this.#failure });
  }

  /** Runs at once, whatever the state of the scope. A failure makes the scope one that can only be rolled back. */
  run(statement: Statement, parameters: readonly unknown[], signal?: AbortSignal): MaybePromise<QueryResult> {
    try {
      const result = this.#transaction.execute(statement, parameters, signal);
      return result instanceof Promise ? result.catch((thrown: unknown) => this.#failWith(thrown)) : result;
    } catch (thrown) {
      return this.#failWith(thrown);
    }
  }

  #failWith(thrown: unknown): never {
    const explained = this.database.explain(thrown);
    if (thrown instanceof DatabaseError) this.#failure ??= explained;
    throw explained;
  }

  /** Resolves when no other savepoint stands beside the one that the caller is to open. */
  async enterNested(): Promise<void> {
    await this.#nested.acquire();
    try {
      this.#refuseIfOver();
    } catch (thrown) {
      this.#nested.release();
      throw thrown;
    }
  }

  leaveNested(): void {
    this.#nested.release();
  }

  /** Refuses all later queries that were made in this scope. */
  end(): void {
    this.#hasEnded = true;
  }

  addHook(hook: CommitHook): void {
    if (this.#hasEnded) throw new TransactionEnded();
    this.#hooks.push(hook);
  }

  /** Leaves the hooks of this savepoint to the scope around it. */
  passHooksOn(): void {
    for (const hook of this.#hooks) this.parent?.addHook(hook);
  }

  /** Runs the hooks one after the other. Each of them runs; the errors come together at the end. */
  async runHooks(): Promise<void> {
    const errors: Error[] = [];
    for (const hook of this.#hooks) {
      try {
        await hook();
      } catch (thrown) {
        errors.push(toError(thrown));
      }
    }
    if (errors.length === 0) return;
    throw new CommitHookFailed({ failed: errors.length, total: this.#hooks.length, errors }, { cause: errors[0] });
  }
}

const scopes = new AsyncLocalStorage<TransactionScope | undefined>();

/** The innermost scope of `database` that the running code is in. */
export function currentScope(database: object): TransactionScope | undefined {
  for (let scope = scopes.getStore(); scope !== undefined; scope = scope.parent ?? scope.outside) {
    if (scope.database === database) return scope;
  }
  return undefined;
}

/** The innermost scope of any database. */
export function innermostScope(): TransactionScope | undefined {
  return scopes.getStore();
}

/** Runs `work` so that the queries it makes, also after an `await`, find `scope`. */
export function runInScope<T>(scope: TransactionScope | undefined, work: () => T): T {
  return scopes.run(scope, work);
}

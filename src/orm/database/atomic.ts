import { setTimeout as sleep } from "node:timers/promises";

import { getLogger, toError } from "../../core/index.js";
import { abortedBy } from "../backends/aborted.js";
import type { BackendTransaction, IsolationLevel, MaybePromise } from "../backends/backend.js";
import type { Statement } from "../compiler/statement.js";
import { TransactionConflict } from "../database-errors.js";
import { TransactionBroken, TransactionNested } from "../errors.js";
import { databases } from "./databases.js";
import type { Database } from "./database.js";
import { currentScope, innermostScope, runInScope, TransactionScope, type CommitHook } from "./transaction.js";

/** Options of `atomic`. */
export interface AtomicOptions {
  /** The alias of the database. Default `default`. */
  readonly using?: string;
  /** Refuse to be nested: when it resolves, its work is committed. Default false. */
  readonly durable?: boolean;
  /** How much it sees of others that run beside it. Default: as the database is set up. */
  readonly isolation?: IsolationLevel;
  /** Refuse to write. Default false. */
  readonly readOnly?: boolean;
  /**
   * How often to run `work` again when the database ended the transaction because of another (`TransactionConflict`):
   * a deadlock, or what `serializable` forbids. `work` must bear that: what it does beside the database it does again.
   * Default 0.
   */
  readonly retries?: number;
  /** When it is aborted, what runs in the transaction rejects with `QueryAborted`, and all of it is rolled back. */
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` in a transaction: all of it is committed when `work` resolves, none of it when `work` throws. Gives what
 * `work` gives.
 *
 * ```ts
 * await atomic(async () => {
 *   const order = await Order.create({ … });
 *   await Item.filter({ id: 3 }).update({ stock: 4 });
 *   await onCommit(() => mail.enqueue({ order: order.id }));
 * });
 * ```
 *
 * Every query that `work` makes belongs to it, also in functions that it calls and after an `await`. An `atomic`
 * inside another is a savepoint: what it did can be undone alone. A query that fails breaks the innermost `atomic`
 * around it; that one can only roll back then, so put what may fail into an `atomic` of its own.
 *
 * Rejects with `TransactionBroken` where `work` swallowed the error of a query, `CommitHookFailed` where the
 * transaction is committed and a function given to `onCommit` failed, `DatabaseBusy` where it got no turn in time.
 */
export async function atomic<T>(work: () => T | Promise<T>, options: AtomicOptions = {}): Promise<T> {
  const database = databases.get(options.using);
  const parent = currentScope(database);
  const { durable, isolation, readOnly = false, retries = 0, signal } = options;
  if (signal?.aborted === true) throw abortedBy(signal);
  if (parent === undefined) {
    const begin = (): MaybePromise<BackendTransaction> => database.backend.begin({ readOnly, isolation });
    const run = (): Promise<T> => inTransaction(database, begin, work, signal);
    return retries === 0 ? run() : withRetries(retries, run);
  }
  if (durable === true || isolation !== undefined || readOnly || retries > 0) throw new TransactionNested();
  return inSavepoint(database, parent, work, signal);
}

async function withRetries<T>(retries: number, run: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (thrown) {
      if (!(thrown instanceof TransactionConflict) || attempt >= retries) throw thrown;
      // Not at once, and not all at the same moment: those in each other's way would be again.
      await sleep(Math.random() * 10 * 2 ** Math.min(attempt, 6));
    }
  }
}

/** Runs `work` as `atomic` does, in the transaction that `begin` opens, which is the outermost one. */
export async function inTransaction<T>(
  database: Database,
  begin: () => MaybePromise<BackendTransaction>,
  work: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const transaction = await begin();
  const scope = new TransactionScope(database, transaction, undefined, innermostScope(), signal);
  let result: T;
  try {
    result = await runInScope(scope, work);
    if (scope.failure !== undefined) throw new TransactionBroken({}, { cause: scope.failure });
  } catch (thrown) {
    scope.end();
    await transaction.rollback();
    throw thrown;
  }
  scope.end();
  try {
    await transaction.commit();
  } catch (thrown) {
    throw database.explain(thrown);
  }
  // Outside of the scope: what a hook asks of the database is no part of the transaction.
  await runInScope(scope.outside, () => scope.runHooks());
  return result;
}

async function inSavepoint<T>(
  database: Database,
  parent: TransactionScope,
  work: () => T | Promise<T>,
  signal: AbortSignal | undefined = parent.signal,
): Promise<T> {
  await parent.enterNested();
  try {
    const name = `s${depthOf(parent)}`;
    const scope = new TransactionScope(database, parent.transaction, parent, undefined, signal);
    await parent.run(command(`SAVEPOINT ${name}`), []);
    let result: T;
    try {
      result = await runInScope(scope, work);
      if (scope.failure !== undefined) throw new TransactionBroken({}, { cause: scope.failure });
    } catch (thrown) {
      scope.end();
      await rollBackTo(parent, name);
      throw thrown;
    }
    scope.end();
    await parent.run(command(`RELEASE SAVEPOINT ${name}`), []);
    scope.passHooksOn();
    return result;
  } finally {
    parent.leaveNested();
  }
}

async function rollBackTo(parent: TransactionScope, name: string): Promise<void> {
  try {
    await parent.run(command(`ROLLBACK TO SAVEPOINT ${name}`), []);
    await parent.run(command(`RELEASE SAVEPOINT ${name}`), []);
  } catch {
    // The connection is gone. The scope around knows it by now, and the first error is the one to tell.
  }
}

function depthOf(scope: TransactionScope): number {
  return scope.parent === undefined ? 1 : depthOf(scope.parent) + 1;
}

function command(sql: string): Statement {
  return { sql, parameters: [], access: "write", hasRows: false };
}

/** Options of `onCommit`. */
export interface OnCommitOptions {
  /** The alias of the database whose transaction is meant. Default `default`. */
  readonly using?: string;
  /** Log an error of the hook instead of failing `atomic` with it. Default false. */
  readonly robust?: boolean;
}

/**
 * Runs `hook` when the transaction around the caller is committed, after those given before it; at once where there is
 * no transaction. It is dropped when the transaction, or the savepoint it was given in, is rolled back.
 *
 * Resolves when `hook` is noted, or without a transaction when it has run.
 */
export async function onCommit(hook: CommitHook, { using, robust = false }: OnCommitOptions = {}): Promise<void> {
  const run = robust ? () => runRobustly(hook) : hook;
  const scope = currentScope(databases.get(using));
  if (scope === undefined) await run();
  else scope.addHook(run);
}

async function runRobustly(hook: CommitHook): Promise<void> {
  try {
    await hook();
  } catch (thrown) {
    getLogger().error({ err: toError(thrown) }, "a robust onCommit function failed");
  }
}

/** Whether the caller is inside an `atomic` of the database called `using` (default `default`). */
export function inAtomic(using?: string): boolean {
  return currentScope(databases.get(using)) !== undefined;
}

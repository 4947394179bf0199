import type { Statement } from "../../compiler/statement.js";
import type { BackendTransaction, BeginOptions, Executor, QueryResult } from "../backend.js";

let lastCursor = 0;

function command(sql: string, hasRows: boolean): Statement {
  // Each cursor has a name of its own, so that the text is not worth keeping.
  return { sql, parameters: [], access: "write", hasRows, isOnce: true };
}

interface CursorOptions {
  /** How many rows are fetched at a time. */
  readonly size: number;
  readonly signal: AbortSignal | undefined;
}

/** The rows of a statement from a cursor of `executor`, a transaction, or of a transaction of its own. */
export async function* readCursor(
  statement: Statement,
  parameters: readonly unknown[],
  options: CursorOptions,
  executor: Executor | undefined,
  begin: (options: BeginOptions) => Promise<BackendTransaction>,
): AsyncGenerator<QueryResult["rows"], void, undefined> {
  if (executor !== undefined) {
    yield* fetchAll(statement, parameters, options, executor);
    return;
  }
  const transaction = await begin({ readOnly: true });
  let isDone = false;
  try {
    yield* fetchAll(statement, parameters, options, transaction);
    isDone = true;
  } finally {
    // Also where the loop was left early.
    if (isDone) await transaction.commit();
    else await transaction.rollback();
  }
}

async function* fetchAll(
  { sql }: Statement,
  parameters: readonly unknown[],
  { size, signal }: CursorOptions,
  executor: Executor,
): AsyncGenerator<QueryResult["rows"], void, undefined> {
  const name = `hotclub_${++lastCursor}`;
  await executor.execute(command(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, false), parameters, signal);
  let isDone = false;
  try {
    for (;;) {
      const { rows } = await executor.execute(command(`FETCH ${size} FROM ${name}`, true), [], signal);
      if (rows.length > 0) yield rows;
      if (rows.length < size) break;
    }
    isDone = true;
  } finally {
    const close = async (): Promise<void> => void (await executor.execute(command(`CLOSE ${name}`, false), []));
    // After an error the transaction is over, and the cursor with it.
    if (isDone) await close();
    else await close().catch(() => {});
  }
}

import type { Executor, QueryResult } from "../../backends/backend.js";
import { sqlLiteral } from "../../backends/literal.js";
import { DatabaseError } from "../../database-errors.js";
import type { Statement } from "../../compiler/statement.js";
import { databases } from "../../database/databases.js";
import type { ProjectState } from "../state/project-state.js";
import type { MigrationNode } from "./migration-node.js";
import { backwardSteps, forwardSteps, isAtomic, isFor, refuseIrreversible } from "./step-runner.js";

/** Options of `collectSql`. */
export interface CollectSqlOptions {
  /** The alias of the database whose SQL it is. Default `default`. */
  readonly using?: string;
  /** The SQL that takes it back. Default false. */
  readonly backwards?: boolean;
}

/** Gathers statements that write, and lets those through that only look. */
class CollectingExecutor implements Executor {
  readonly lines: string[] = [];
  readonly #inner: Executor;

  constructor(inner: Executor) {
    this.#inner = inner;
  }

  async execute(statement: Statement, parameters: readonly unknown[]): Promise<QueryResult> {
    if (statement.access === "read") {
      try {
        return await this.#inner.execute(statement, parameters);
      } catch (thrown) {
        // It asks about a table that an earlier statement would have made or renamed.
        if (thrown instanceof DatabaseError) return { rows: [], count: 0 };
        throw thrown;
      }
    }
    let index = 0;
    const text = statement.sql.replace(/\$(\d+)|\?/g, (_, place: string | undefined) =>
      sqlLiteral(parameters[place === undefined ? index++ : Number(place) - 1]),
    );
    this.lines.push(`${parameters.length === 0 ? statement.sql : text};`);
    return { rows: [], count: 0 };
  }
}

/**
 * The statements that a migration would run, with a comment before those of each operation. `before` is the state of
 * the models before it. Code is not run, and leaves a comment only.
 */
export async function collectSql(
  node: MigrationNode,
  before: ProjectState,
  { using, backwards = false }: CollectSqlOptions = {},
): Promise<string[]> {
  const database = databases.get(using);
  if (backwards) refuseIrreversible(node);
  const collector = new CollectingExecutor(database);
  const editor = database.backend.schemaEditor(collector);
  const steps = backwards ? backwardSteps(node, before) : forwardSteps(node, before.clone());
  for (const { operation, run, from, to } of steps) {
    const count = collector.lines.push(`-- ${operation.describe()}`);
    if (isFor(database, node.app, operation)) {
      await run({ app: node.app, from, to, editor, database, isDryRun: true });
    }
    if (collector.lines.length === count) collector.lines.push("-- (no SQL)");
  }
  return isAtomic(node) ? ["BEGIN;", ...collector.lines, "COMMIT;"] : collector.lines;
}

import type { IndexShape } from "../../backends/table-shape.js";
import type { IndexDefinition } from "../../definitions.js";
import { AddDefinition, RemoveDefinition } from "../operations/definition-operations.js";
import type { Operation, OperationCall, OperationRun } from "../operations/operation.js";
import { labelIn } from "../state/model-state.js";

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The index that one state has and the other has not, and its table. */
function difference(
  { app, editor, from, to }: OperationRun,
  model: string,
  isAdded: boolean,
): { readonly table: string; readonly index: IndexShape | undefined } {
  const label = labelIn(app, model);
  const [before, after] = [from, to].map((models) => editor.shapeOf(models.schema(label)));
  const [having, lacking] = isAdded ? [after, before] : [before, after];
  const others = new Set(lacking?.indexes.map(({ name }) => name));
  return { table: having?.name ?? "", index: having?.indexes.find(({ name }) => !others.has(name)) };
}

/** Makes an index while its table is written to. One that was left half made is made anew. */
async function create(run: OperationRun, model: string): Promise<void> {
  const { table, index } = difference(run, model, true);
  const { database, editor } = run;
  if (index === undefined) return;
  if (database.engine !== "postgres") return editor.createIndex(table, index, { ifNotExists: true });
  const { name, isUnique, body } = index;
  const [row] = await editor.ask("SELECT indisvalid::int FROM pg_index WHERE indexrelid = to_regclass($1)", [
    quote(name),
  ]);
  if (row?.[0] === 1) return;
  if (row !== undefined) await editor.run(`DROP INDEX CONCURRENTLY IF EXISTS ${quote(name)}`);
  await editor.run(`CREATE ${isUnique ? "UNIQUE " : ""}INDEX CONCURRENTLY ${quote(name)} ON ${quote(table)} ${body}`);
}

async function drop(run: OperationRun, model: string): Promise<void> {
  const { index } = difference(run, model, false);
  if (index === undefined) return;
  const word = run.database.engine === "postgres" ? "CONCURRENTLY " : "";
  await run.editor.run(`DROP INDEX ${word}IF EXISTS ${quote(index.name)}`);
}

/** See `addIndexConcurrently`. */
export class AddIndexConcurrently extends AddDefinition {
  override get isTransactional(): boolean {
    return false;
  }

  override describe(): string {
    return `${super.describe()}, while it is written to`;
  }

  override forwards(run: OperationRun): Promise<void> {
    return create(run, this.model);
  }

  override backwards(run: OperationRun): Promise<void> {
    return drop(run, this.model);
  }

  override toCall(): OperationCall {
    return { name: "addIndexConcurrently", args: [this.model, this.definition] };
  }
}

/** See `removeIndexConcurrently`. */
export class RemoveIndexConcurrently extends RemoveDefinition {
  override get isTransactional(): boolean {
    return false;
  }

  override describe(): string {
    return `${super.describe()}, while it is written to`;
  }

  override forwards(run: OperationRun): Promise<void> {
    return drop(run, this.model);
  }

  override backwards(run: OperationRun): Promise<void> {
    return create(run, this.model);
  }

  override toCall(): OperationCall {
    return { name: "removeIndexConcurrently", args: [this.model, this.definition] };
  }
}

/**
 * Adds an index without keeping writers from the table: `CREATE INDEX CONCURRENTLY` in PostgreSQL, an ordinary index
 * elsewhere. It takes no transaction, so that its migration goes step by step.
 */
export function addIndexConcurrently(model: string, definition: IndexDefinition): Operation {
  return new AddIndexConcurrently(model, definition);
}

/** Removes an index without keeping writers from the table. */
export function removeIndexConcurrently(model: string, definition: IndexDefinition): Operation {
  return new RemoveIndexConcurrently(model, definition);
}

import { onCommit } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Schema } from "../schema/schema.js";
import { rowsChanged, type RowsChanged } from "./model-signals.js";

/** Whether anybody wants to know which rows of `schema` are changed. */
export function isWatched(schema: Schema): boolean {
  return rowsChanged.hasReceivers(schema.model);
}

/** Tells those who want to know, once the change is committed. */
export async function announce(
  database: Database,
  schema: Schema,
  change: Pick<RowsChanged, "type" | "keys"> & { readonly created?: boolean },
): Promise<void> {
  if (!isWatched(schema) || change.keys.length === 0) return;
  const { model, label } = schema;
  const message = { created: false, ...change, sender: model, model: label, using: database.alias };
  await onCommit(() => rowsChanged.send(message), { using: database.alias });
}

import { onCommit } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Schema } from "../schema/schema.js";
import { bulkChanged, rowsChanged, type BulkMessage, type RowsChanged } from "./model-signals.js";

/** Whether anybody wants to know which rows of `schema` are changed. */
export function isWatched(schema: Schema): boolean {
  if (rowsChanged.hasReceivers(schema.model)) return true;
  const below = isProxy(schema) ? schema.concrete : schema.parent;
  return below !== undefined && isWatched(below);
}

/** Tells those who want to know, once the change is committed. */
export async function announce(
  database: Database,
  schema: Schema,
  change: Pick<RowsChanged, "type" | "keys"> & { readonly created?: boolean },
): Promise<void> {
  if (!isWatched(schema) || change.keys.length === 0) return;
  // The rows of a proxy are those of its model.
  if (isProxy(schema)) await announce(database, schema.concrete, change);
  // What changes a row changes the row of the parent that it completes.
  else if (schema.parent !== undefined && change.type === "orm.saved") await announce(database, schema.parent, change);
  const { model, label } = schema;
  const message = { created: false, ...change, sender: model, model: label, using: database.alias };
  await onCommit(() => rowsChanged.send(message), { using: database.alias });
}

/** Whether anybody is to be told that rows of `schema` were written in bulk. */
export function isBulkTold(schema: Schema): boolean {
  return bulkChanged.hasReceivers(schema.model) || isWatched(schema);
}

/** Tells of rows that were written without their instances; inside of the transaction, so that receivers can undo it. */
export async function tellBulk(
  database: Database,
  schema: Schema,
  { action, keys }: Pick<BulkMessage, "action" | "keys">,
): Promise<void> {
  if (keys.length === 0) return;
  await bulkChanged.send({ sender: schema.model, action, keys, using: database.alias });
  if (action !== "delete") await announce(database, schema, { type: "orm.saved", keys, created: action === "create" });
}

function isProxy(schema: Schema): boolean {
  return schema.concrete !== schema;
}

import type { Database } from "../database/database.js";
import { keysOf, rowsWhere, valuesOfRow } from "./matching-rows.js";
import { updateRows } from "./update-rows.js";
import type { Schema } from "../schema/schema.js";

/**
 * Changes the row of the model's own table that has the key in `values`, to those of them that are given, and gives its
 * values; `undefined` where there is no such row. `values` are those of the fields there.
 */
export async function changeOwnRow(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
): Promise<unknown[] | undefined> {
  const { tableFields, primaryKey } = schema;
  const key = values[tableFields.indexOf(primaryKey)];
  // One that the instance made for itself is that of no row.
  if (key === undefined || key === null || primaryKey.makesItself) return undefined;
  const row = rowsWhere(schema, "pk", key);
  const given = tableFields.flatMap((field, index) => {
    const value = field.valueToSave(values[index], false);
    return field === primaryKey || field.isComputed || value === undefined ? [] : [[field.name, value] as const];
  });
  const isThere =
    given.length > 0
      ? (await updateRows(database, row, Object.fromEntries(given))) > 0
      : (await keysOf(database, row)).length > 0;
  return isThere ? valuesOfRow(database, row, tableFields) : undefined;
}

import type { Database } from "../database/database.js";
import type { ConditionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { RowWriter } from "./row-writer.js";

/**
 * Whether a condition holds for a row with the values in `row`. The database says so, as it will when the row is
 * written. `orUnknown`: what is said where the condition is NULL, and where it is over values that only the database has.
 */
export async function holdsFor(
  database: Database,
  schema: Schema,
  condition: ConditionNode,
  row: ReadonlyMap<Field, unknown>,
  orUnknown: boolean,
): Promise<boolean> {
  const writer = new RowWriter(schema, database.backend.dialect, row);
  const text = writer.condition(condition);
  if (text === undefined) return orUnknown;
  const asked = orUnknown ? `CASE WHEN NOT (${text}) THEN 0 ELSE 1 END` : `CASE WHEN ${text} THEN 1 ELSE 0 END`;
  const { rows } = await database.query(`SELECT ${asked}`, writer.bound());
  return Number(rows[0]?.[0]) === 1;
}

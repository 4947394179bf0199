import type { Database } from "../database/database.js";
import type { ConditionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { conditionOnRow } from "./row-writer.js";

/**
 * Whether a condition holds for a row with the values in `row`, or is not known to be false. The database says so, as
 * it will when the row is written; a condition over values that only the database has is left to that.
 */
export async function holdsFor(
  database: Database,
  schema: Schema,
  condition: ConditionNode,
  row: ReadonlyMap<Field, unknown>,
): Promise<boolean> {
  const text = conditionOnRow(schema, condition, database.backend.dialect, row);
  if (text === undefined) return true;
  const { rows } = await database.query(`SELECT CASE WHEN NOT (${text}) THEN 0 ELSE 1 END`);
  return Number(rows[0]?.[0]) === 1;
}

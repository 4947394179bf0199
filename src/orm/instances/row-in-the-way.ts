import { conditionText, expressionText } from "../backends/definition-text.js";
import type { Database } from "../database/database.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { RowWriter } from "./row-writer.js";

/** What two rows may not have in common: pairs of an expression and the operator that compares its values. */
export interface Exclusion {
  readonly elements: readonly (readonly [of: ExpressionNode, operator: string])[];
  /** The rows that the rule is about. Default: all. */
  readonly condition: ConditionNode | undefined;
}

/**
 * Whether a row of the table keeps one with the values in `row` out; the row with the key `own` is left aside. The
 * database computes the expressions. Where it needs values that only it has, nothing is found.
 */
export async function isInTheWay(
  database: Database,
  schema: Schema,
  { elements, condition }: Exclusion,
  row: ReadonlyMap<Field, unknown>,
  own: readonly unknown[] | undefined,
): Promise<boolean> {
  const { dialect } = database.backend;
  const writer = new RowWriter(schema, dialect, row);
  const terms: string[] = [];
  for (const [of, operator] of elements) {
    const value = writer.expression(of);
    if (value === undefined) return false;
    terms.push(`(${expressionText(schema, of, dialect)}) ${operator} (${value})`);
  }
  if (condition !== undefined) terms.push(`(${conditionText(schema, condition, dialect)})`);
  if (own !== undefined) {
    const parts = schema.keyFields.map(
      ({ column, columnType }, index) => `${dialect.quote(column)} = ${writer.given(own[index], columnType)}`,
    );
    terms.push(`NOT (${parts.join(" AND ")})`);
  }
  const sql = `SELECT 1 FROM ${dialect.quote(schema.table)} WHERE ${terms.join(" AND ")} LIMIT 1`;
  const { rows } = await database.query(sql, writer.bound());
  return rows.length > 0;
}

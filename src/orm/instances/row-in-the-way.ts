import { conditionText, expressionText } from "../backends/definition-text.js";
import { writeLiterally } from "../compiler/literal-writer.js";
import type { Database } from "../database/database.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { expressionOnRow } from "./row-writer.js";

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
  const terms: string[] = [];
  for (const [of, operator] of elements) {
    const value = expressionOnRow(schema, of, dialect, row);
    if (value === undefined) return false;
    terms.push(`(${expressionText(schema, of, dialect)}) ${operator} (${value})`);
  }
  if (condition !== undefined) terms.push(`(${conditionText(schema, condition, dialect)})`);
  if (own !== undefined) {
    const parts = schema.keyFields.map(({ column, columnType }, index) => {
      const key = writeLiterally({ kind: "slot", index, type: columnType }, own, dialect);
      return `${dialect.quote(column)} = ${dialect.typed(key, columnType)}`;
    });
    terms.push(`NOT (${parts.join(" AND ")})`);
  }
  const sql = `SELECT 1 FROM ${dialect.quote(schema.table)} WHERE ${terms.join(" AND ")} LIMIT 1`;
  const { rows } = await database.query(sql);
  return rows.length > 0;
}

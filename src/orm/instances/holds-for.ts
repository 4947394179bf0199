import { LiteralWriter } from "../compiler/literal-writer.js";
import type { Dialect } from "../compiler/dialect.js";
import type { SqlNode } from "../compiler/nodes.js";
import type { Database } from "../database/database.js";
import { resolveCondition } from "../query/resolve.js";
import { rootShapeOf } from "../query/root-shape.js";
import { rowOf } from "../query/row-of.js";
import { WhereBuilder } from "../query/where-builder.js";
import type { ConditionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";

/** Writes a condition with the values of a row in place of its columns. */
class RowWriter extends LiteralWriter {
  readonly #row: ReadonlyMap<string, { readonly field: Field; readonly value: unknown }>;

  constructor(dialect: Dialect, values: readonly unknown[], row: ReadonlyMap<Field, unknown>) {
    super(dialect, values);
    this.#row = new Map([...row].map(([field, value]) => [field.column, { field, value }]));
  }

  override write(node: SqlNode): string {
    if (node.kind !== "column") return super.write(node);
    const known = this.#row.get(node.column);
    if (known === undefined) throw new ValueUnknown();
    const { columnType } = known.field;
    return this.dialect.typed(this.literal(known.value, this.dialect.toDatabase(columnType)), columnType);
  }
}

/** Ends the writing of a condition over a column whose value is not known yet. */
class ValueUnknown extends Error {}

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
  const values: unknown[] = [];
  const resolved = resolveCondition(condition, rootShapeOf(schema), values);
  const node = new WhereBuilder(rowOf(schema)).build(resolved.condition, false);
  let text: string;
  try {
    text = new RowWriter(database.backend.dialect, values, row).write(node);
  } catch (thrown) {
    if (thrown instanceof ValueUnknown) return true;
    throw thrown;
  }
  const sql = `SELECT CASE WHEN NOT (${text}) THEN 0 ELSE 1 END`;
  const { rows } = await database.query(sql);
  return Number(rows[0]?.[0]) === 1;
}

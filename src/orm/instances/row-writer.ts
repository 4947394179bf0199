import { LiteralWriter } from "../compiler/literal-writer.js";
import type { Dialect } from "../compiler/dialect.js";
import type { SqlNode } from "../compiler/nodes.js";
import { resolveCondition, resolveExpression } from "../query/resolve.js";
import { rootShapeOf } from "../query/root-shape.js";
import { rowOf } from "../query/row-of.js";
import { WhereBuilder } from "../query/where-builder.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";

/** Writes SQL with the values of a row in place of its columns. */
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

/** Ends the writing of SQL over a column whose value is not known yet. */
class ValueUnknown extends Error {}

/** A condition with the values in `row` as SQL; `undefined` where it needs values that only the database has. */
export function conditionOnRow(
  schema: Schema,
  given: ConditionNode,
  dialect: Dialect,
  row: ReadonlyMap<Field, unknown>,
): string | undefined {
  const values: unknown[] = [];
  const { condition } = resolveCondition(given, rootShapeOf(schema), values);
  return written(new RowWriter(dialect, values, row), new WhereBuilder(rowOf(schema)).build(condition, false));
}

/** An expression with the values in `row` as SQL; `undefined` as above. */
export function expressionOnRow(
  schema: Schema,
  expression: ExpressionNode,
  dialect: Dialect,
  row: ReadonlyMap<Field, unknown>,
): string | undefined {
  const values: unknown[] = [];
  const resolved = resolveExpression(expression, rootShapeOf(schema), values);
  return written(new RowWriter(dialect, values, row), resolved.build(rowOf(schema)));
}

function written(writer: RowWriter, node: SqlNode): string | undefined {
  try {
    return writer.write(node);
  } catch (thrown) {
    if (thrown instanceof ValueUnknown) return undefined;
    throw thrown;
  }
}

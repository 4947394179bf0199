import type { Dialect } from "../compiler/dialect.js";
import { writeLiterally } from "../compiler/literal-writer.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import { resolveCondition, resolveExpression } from "../query/resolve.js";
import { rowOf } from "../query/row-of.js";
import { rootShapeOf } from "../query/root-shape.js";
import { WhereBuilder } from "../query/where-builder.js";
import type { Schema } from "../schema/schema.js";

/** `expression` over the columns of a row as SQL, with its values as constants. Throws what a query with it would. */
export function expressionText(schema: Schema, expression: ExpressionNode, dialect: Dialect): string {
  const values: unknown[] = [];
  const resolved = resolveExpression(expression, rootShapeOf(schema), values);
  return writeLiterally(resolved.build(rowOf(schema)), values, dialect);
}

/** A condition on the columns of a row as SQL, with its values as constants. */
export function conditionText(schema: Schema, given: ConditionNode, dialect: Dialect): string {
  const values: unknown[] = [];
  const { condition } = resolveCondition(given, rootShapeOf(schema), values);
  return writeLiterally(new WhereBuilder(rowOf(schema)).build(condition, false), values, dialect);
}

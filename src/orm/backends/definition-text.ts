import type { Dialect } from "../compiler/dialect.js";
import { writeLiterally } from "../compiler/literal-writer.js";
import type { ConditionNode, ExpressionNode } from "../expressions/nodes.js";
import { BuiltQuery } from "../query/built-query.js";
import { resolveCondition, resolveExpression } from "../query/resolve.js";
import type { BuildPlace } from "../query/resolved.js";
import { rootShapeOf } from "../query/shape.js";
import { Aliases, TableNode } from "../query/table-node.js";
import { WhereBuilder } from "../query/where-builder.js";
import type { Schema } from "../schema/schema.js";

/** The one row that a definition is about. Its columns have no alias: there is no other table. */
function rowOf(schema: Schema): BuildPlace {
  const aliases = new Aliases();
  const { place } = new BuiltQuery(rootShapeOf(schema), aliases, 0, undefined);
  return { ...place, root: new TableNode(schema, aliases, undefined, undefined, "") };
}

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

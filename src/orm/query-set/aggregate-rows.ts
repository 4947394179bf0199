import type { QueryResult } from "../backends/backend.js";
import { bind } from "../compiler/statement.js";
import { writeStatement } from "../compiler/sql-writer.js";
import type { Database } from "../database/database.js";
import { QueryInvalid } from "../errors.js";
import { nodeOf } from "../expressions/arguments.js";
import type { ExpressionNode } from "../expressions/nodes.js";
import { resolveExpression } from "../query/resolve.js";
import type { Annotation } from "../query/resolved.js";
import { selectAggregates } from "../query/select-builder.js";
import type { Shape } from "../query/shape.js";
import type { Annotations } from "../typing/rows.js";

/** The values of `aggregates` over all rows of a query, by name. */
export async function aggregateRows(
  database: Database,
  shape: Shape,
  given: readonly unknown[],
  aggregates: Annotations,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const values = [...given];
  const scope = { ...scopeOf(shape), isStrict: false };
  const annotations = Object.entries(aggregates).map(([name, one]): Annotation => {
    const expression = resolveExpression(nodeOf(one), scope, values);
    if (!expression.isAggregate) {
      throw new QueryInvalid({
        model: shape.schema.name,
        problem: `cannot aggregate ${JSON.stringify(name)}, which has no aggregate in it`,
      });
    }
    return { name, expression, isSelected: true };
  });
  if (annotations.length === 0) return {};
  const { dialect } = database.backend;
  const key = annotations.map(({ name, expression }) => `${name}=${expression.key}`).join("\0");
  const plan = shape.planned(`aggregate ${dialect.name} ${key}`, () => {
    const selected = selectAggregates(shape, annotations);
    if (selected === undefined) return undefined;
    const columns = selected.columns.map(({ name, type }) => ({ name, read: dialect.fromDatabase(type) }));
    return { statement: writeStatement(selected.query, dialect), columns };
  });
  if (plan === undefined) {
    return Object.fromEntries(
      Object.entries(aggregates).map(([name, one], index) => {
        const value = emptyValue(nodeOf(one));
        const output = annotations[index]?.expression.output;
        return [name, value === null || output === undefined ? value : output.toValue(value)];
      }),
    );
  }
  const readRow = ({ rows: [row = []] }: QueryResult): Record<string, unknown> =>
    Object.fromEntries(
      plan.columns.map(({ name, read }, index) => {
        const value = row[index] ?? null;
        return [name, value === null || read === undefined ? value : read(value)];
      }),
    );
  return database.ask(plan.statement, bind(plan.statement, values), shape.schema, readRow, signal);
}

function scopeOf({ schema, annotations, relations, hasValues, zone }: Shape) {
  return { schema, annotations, relations, hasValues, zone };
}

/** What an aggregate gives of no rows, where that is known without asking. */
function emptyValue(node: ExpressionNode): unknown {
  if (node.kind === "aggregate") {
    if (node.name === "count") return 0;
    return node.default?.kind === "value" ? node.default.value : null;
  }
  if (node.kind === "function" && node.name === "coalesce") {
    for (const arg of node.args) {
      const value = arg.kind === "value" ? arg.value : emptyValue(arg);
      if (value !== null) return value;
    }
  }
  return node.kind === "value" ? node.value : null;
}

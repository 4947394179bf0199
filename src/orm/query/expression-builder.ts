import type { ArithmeticNode, NumberNode, SqlNode } from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import type { ExpressionNode } from "../expressions/expression.js";
import type { Operand } from "../lookups/lookup.js";
import { transformsOf } from "../lookups/registry.js";
import { followPath } from "./path.js";
import type { TableNode } from "./table-node.js";
import type { Schema } from "../schema/schema.js";

/** An expression in SQL. */
export interface BuiltExpression {
  readonly node: SqlNode;
  /** The tables that it takes columns from. */
  readonly tables: readonly TableNode[];
  /** Its columns that may be NULL. */
  readonly nullable: readonly SqlNode[];
}

/**
 * Writes `expression` for rows of `root`. Its first value is in the slot `firstSlot`; `scope` is that of the filter it
 * stands in.
 */
export function buildExpression(
  expression: ExpressionNode,
  root: TableNode,
  firstSlot: number,
  scope: object | undefined,
): BuiltExpression {
  const tables: TableNode[] = [];
  const nullable: SqlNode[] = [];
  let slot = firstSlot;
  const build = (node: ExpressionNode): SqlNode => {
    if (node.kind === "value") {
      return Object.freeze<NumberNode>({ kind: "number", index: slot++ });
    }
    if (node.kind === "arithmetic") {
      const left = build(node.left);
      return Object.freeze<ArithmeticNode>({ ...node, left, right: build(node.right) });
    }
    const { relations, field, rest } = followPath(root.schema, node.path);
    const table = root.joinAll(relations, scope);
    const column = table.column(field);
    tables.push(table);
    if (field.isNullable || relations.some((relation) => relation.isNullable)) nullable.push(column);
    return applyTransforms(root.schema, node.path, field.lookupKind, rest, column);
  };
  return { node: build(expression), tables, nullable };
}

/** `node` with the transforms called `names` applied in turn. Throws `QueryInvalid` for a name that is none. */
export function applyTransforms(
  schema: Schema,
  path: string,
  kind: Operand["kind"],
  names: readonly string[],
  node: SqlNode,
): SqlNode {
  let current = kind;
  return names.reduce((item, name) => {
    const transform = transformsOf(current).get(name);
    if (transform === undefined) {
      throw new QueryInvalid({
        model: schema.name,
        problem: `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`,
      });
    }
    current = transform.output.kind;
    return transform.build(item);
  }, node);
}

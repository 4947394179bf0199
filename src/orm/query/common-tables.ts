import type { ColumnNode, CommonTableNode, JoinNode, QueryNode, SelectNode, SqlNode } from "../compiler/nodes.js";
import { and, compare } from "../compiler/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import type { Schema } from "../schema/schema.js";
import type { RecursiveOperation, WithOperation } from "./operation.js";
import type { BuildPlace } from "./resolved.js";
import { TableNode } from "./table-node.js";
import { WhereBuilder } from "./where-builder.js";

/** What a recursive table needs to know of the query that it begins with. */
export interface FirstRows {
  readonly root: TableNode;
  readonly place: BuildPlace;
  readonly needsOrder: boolean;
  select(columns: readonly SqlNode[], isOrdered: boolean): SelectNode;
}

/** Both halves of a recursive table must agree on the types of its columns, which expressions do not always. */
function typed(item: SqlNode, type: ColumnType): SqlNode {
  return Object.freeze({ kind: "cast", item, from: type, to: type });
}

/** The names of the columns of a common table with the rows of a model: a field's own is its column's. */
function columnNames(schema: Schema, annotations: readonly { readonly name: string }[]): string[] {
  return [...schema.fields.map(({ column }) => column), ...annotations.map(({ name }) => `@${name}`)];
}

/** The column of an annotation in a table that `recursiveTable` made. */
export function annotationColumn(alias: string, name: string, type: ColumnType): SqlNode {
  return Object.freeze({ kind: "column", alias, column: `@${name}`, type });
}

/** The rows of `first`, and those that a relation leads to from them, and so on, as a table called `name`. */
export function recursiveTable(
  operation: RecursiveOperation,
  schema: Schema,
  name: string,
  first: FirstRows,
  at: BuildPlace,
): CommonTableNode {
  const { annotations, steps, relation, condition, isDistinct } = operation;
  const begin = first.select(
    [
      ...schema.fields.map((field) => first.root.column(field)),
      ...annotations.map((one) => typed(first.place.context.annotation(one.name), one.expression.output.type)),
    ],
    first.needsOrder,
  );
  const above = new TableNode(schema, at.context.aliases);
  const table = above.joinAll(relation.steps ?? [relation], above);
  table.require();
  const types = new Map(annotations.map((one) => [one.name, one.expression.output.type]));
  const abovePlace: BuildPlace = {
    root: above,
    scope: undefined,
    context: {
      ...at.context,
      hasAnnotation: (one) => types.has(one),
      annotation: (one) => annotationColumn(above.alias, one, types.get(one) ?? { kind: "text" }),
    },
  };
  const place: BuildPlace = { root: table, scope: undefined, context: { ...at.context, outer: abovePlace } };
  const where = condition === undefined ? undefined : new WhereBuilder(place).build(condition, false);
  const columns = [
    ...schema.fields.map((field) => table.column(field)),
    ...steps.map((step, index) =>
      typed(step.build(place), annotations[index]?.expression.output.type ?? step.output.type),
    ),
  ];
  const next: SelectNode = {
    kind: "select",
    columns,
    from: { table: name, alias: above.alias },
    joins: above.joins(),
    where: where?.kind === "truth" && where.value ? undefined : where,
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
  const query: QueryNode = {
    kind: "compound",
    operator: isDistinct ? "UNION" : "UNION ALL",
    queries: [begin, next],
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
  return { name, columns: columnNames(schema, annotations), query, isRecursive: true };
}

/** A common table that is joined to a query: the table, the join, and each of its columns by name. */
export interface JoinedTable {
  readonly table: CommonTableNode;
  readonly join: JoinNode;
  readonly columns: ReadonlyMap<string, SqlNode>;
}

/** The rows of `query` as a common table, joined as `operation` says. */
export function joinedTable(
  { name, on, annotations, isOptional }: WithOperation,
  query: QueryNode,
  names: readonly string[],
  at: BuildPlace,
): JoinedTable {
  const alias = at.context.aliases.next();
  const tableName = name === undefined ? `with_${alias}` : `with_${name}`;
  const known = new Map(annotations.map((one) => [one.name, one.expression.output.type]));
  const column = (of: string): SqlNode =>
    Object.freeze<ColumnNode>({ kind: "column", alias, column: of, type: known.get(of) ?? { kind: "text" } });
  const links = on.map((one) => compare(column(one.column), "=", one.expression.build(at)));
  const width = firstSelect(query).columns.length;
  // A query may select more than was asked of it: what it is ordered by.
  const columns = Array.from({ length: width }, (_, index) => names[index] ?? `more${index}`);
  return {
    table: { name: tableName, columns, query, isRecursive: false },
    join: { type: isOptional ? "left" : "inner", table: tableName, alias, on: and(links) },
    columns: new Map(annotations.map((one) => [one.name, column(one.name)])),
  };
}

function firstSelect(query: QueryNode): SelectNode {
  const [first] = query.kind === "compound" ? query.queries : [query];
  if (first === undefined) throw new Error("A compound query has no queries.");
  return first.kind === "select" ? first : firstSelect(first);
}

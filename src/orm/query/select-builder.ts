import { partsOf, type QueryNode, type SelectNode, type SqlNode } from "../compiler/nodes.js";
import { hasAggregate, mapParts } from "../compiler/walk.js";
import type { Field } from "../fields/field.js";
import type { ColumnType } from "../fields/column-type.js";
import { buildQuery, buildRows } from "./build-query.js";
import type { BuiltQuery, Selected } from "./built-query.js";
import type { QueryShape } from "./operation.js";
import type { Annotation } from "./resolved.js";
import { Aliases, TableNode } from "./table-node.js";

/** The rows of `shape` with all that it selects, and where it stands. `undefined` where there can be no rows. */
export function selectRows(shape: QueryShape): Selected | undefined {
  return buildRows(shape, new Aliases(), 0);
}

/** The primary keys of the rows of `query`. `undefined` where there can be none. */
export function selectKeys(query: QueryShape, aliases: Aliases, slotBase: number): SelectNode | undefined {
  const built = buildQuery(query, aliases, slotBase, undefined);
  if (built.isEmpty) return undefined;
  // Order matters inside only where it decides which rows are in.
  return built.select(partsOf(built.root.column(query.schema.primaryKey)), built.slice !== undefined);
}

/** Some fields of the rows of `query`. `undefined` where there can be none. */
export function selectFields(query: QueryShape, fields: readonly Field[]): SelectNode | undefined {
  const built = buildQuery(query, new Aliases(), 0, undefined);
  if (built.isEmpty) return undefined;
  return built.select(
    fields.map((field) => built.root.column(field)),
    built.slice !== undefined,
  );
}

/** A query over the rows of another. */
function over(inner: QueryNode, aliases: Aliases, columns: readonly SqlNode[]): SelectNode {
  return {
    kind: "select",
    columns,
    from: { select: inner, alias: aliases.next() },
    joins: [],
    where: undefined,
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
}

/** Rows that are counted or summed up are not given out, and not locked, as in Django. */
function unlocked(select: SelectNode): SelectNode {
  return select.lock === undefined ? select : { ...select, lock: undefined };
}

function isCombined(shape: QueryShape): boolean {
  return shape.operations.some(({ kind }) => kind === "combine");
}

/** How many rows `shape` has. `undefined` where there can be none. */
export function selectCount(shape: QueryShape): SelectNode | undefined {
  const aliases = new Aliases();
  if (isCombined(shape)) {
    const rows = buildRows(shape, aliases, 0);
    return rows === undefined ? undefined : over(rows.query, aliases, [{ kind: "count" }]);
  }
  const query = buildQuery(shape, aliases, 0, undefined);
  if (query.isEmpty) return undefined;
  if (query.isSimple) return unlocked(query.select([{ kind: "count" }], false));
  const columns: SqlNode[] = [];
  // What makes rows distinct, and what they are grouped by, is what they are counted by.
  if (query.isDistinct) query.layOutRows(columns);
  else if (query.isGrouped && shape.hasValues) {
    query.layOutRows(columns);
    columns.splice(0, columns.length, ...columns.filter((column) => !hasAggregate(column)));
  }
  const inner = unlocked(query.select(columns.length === 0 ? [{ kind: "one" }] : columns, query.needsOrder));
  return over({ ...inner, hasNamedColumns: true }, aliases, [{ kind: "count" }]);
}

/** Whether `shape` has rows: one row if so. `undefined` where there can be none. */
export function selectExists(shape: QueryShape): QueryNode | undefined {
  if (isCombined(shape)) {
    const aliases = new Aliases();
    const rows = buildRows(shape, aliases, 0);
    return rows === undefined ? undefined : { ...over(rows.query, aliases, [{ kind: "one" }]), limit: 1 };
  }
  const query = buildQuery(shape, new Aliases(), 0, undefined);
  if (query.isEmpty) return undefined;
  if (query.isDistinct && query.slice?.hasOffset === true) {
    // The offset is counted among the rows that are left.
    const columns: SqlNode[] = [];
    query.layOutRows(columns);
    return query.select(columns, true);
  }
  const select = query.select([{ kind: "one" }], false);
  const plain = query.slice === undefined && select.distinct !== true;
  return plain ? { ...select, limit: 1 } : { ...select, distinct: undefined };
}

/** One column of what `aggregate` gives. */
export interface AggregateColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** The values of `aggregates` over all rows of `shape`. `undefined` where there are no rows. */
export function selectAggregates(
  shape: QueryShape,
  aggregates: readonly Annotation[],
): { query: SelectNode; columns: readonly AggregateColumn[] } | undefined {
  const aliases = new Aliases();
  const columns = aggregates.map(({ name, expression }) => ({ name, type: expression.output.type }));
  const query = buildQuery(shape, aliases, 0, undefined);
  if (query.isEmpty) return undefined;
  const nodes = aggregates.map(({ expression }) => expression.build(query.place));
  const isNested = nodes.some((node) => hasNested(node));
  if (query.isSimple && !isNested && !shape.hasValues) return { query: unlocked(query.select(nodes, false)), columns };
  // The rows come from a query inside, with all that the aggregates are about as its columns.
  const alias = aliases.next();
  const inner: SqlNode[] = [];
  if (query.isDistinct) query.layOutRows(inner);
  const known = new Map(inner.map((column, index) => [JSON.stringify(column), index]));
  const lift = (node: SqlNode): SqlNode => {
    const key = JSON.stringify(node);
    const index = known.get(key) ?? inner.push(node) - 1;
    known.set(key, index);
    return { kind: "column", alias, column: `c${index}`, type: { kind: "text" } };
  };
  const outside = (node: SqlNode): SqlNode =>
    node.kind === "aggregate" ? mapParts(node, lift) : mapParts(node, outside);
  const outer = nodes.map(outside);
  if (inner.length === 0) inner.push(...partsOf(query.root.column(shape.schema.primaryKey)));
  const rows = unlocked(query.select(inner, query.needsOrder));
  return {
    query: {
      ...over({ ...rows, hasNamedColumns: true }, aliases, outer),
      from: { select: { ...rows, hasNamedColumns: true }, alias },
    },
    columns,
  };
}

/** Whether an aggregate is of aggregates, or of windows: of what groups of rows give. */
function hasNested(node: SqlNode): boolean {
  let found = false;
  mapParts(node, (part) => {
    found ||= node.kind === "aggregate" ? hasAggregate(part) || part.kind === "window" : hasNested(part);
    return part;
  });
  return found;
}

/** What a change is applied to: the table, and the condition that its rows meet. `undefined` where there are none. */
export function changeTarget(
  shape: QueryShape,
): { alias: string; where: SqlNode | undefined; query: BuiltQuery } | undefined {
  const aliases = new Aliases();
  const query = buildQuery(shape, aliases, 0, undefined);
  if (query.isEmpty) return undefined;
  const { root, where } = query;
  if (!root.hasJoins && !query.hasCommonTables && query.isSimple) {
    return { alias: root.alias, where: where.kind === "truth" ? undefined : where, query };
  }
  // Neither UPDATE nor DELETE can join in every database; the rows are found by an inner query, as in Django.
  const outer = new TableNode(shape.schema, aliases);
  const key = outer.column(shape.schema.primaryKey);
  const select = query.select(partsOf(root.column(shape.schema.primaryKey)), false);
  return { alias: outer.alias, where: { kind: "inSelect", left: key, select }, query };
}

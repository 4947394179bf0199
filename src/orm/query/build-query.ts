import { and, partsOf, type CompoundNode, type QueryNode, type SelectNode, type SqlNode } from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import { BuiltQuery, type QueryBuilder, type Selected } from "./built-query.js";
import type { QueryShape, SliceOperation } from "./operation.js";
import { isOwnOrder, orderingOf } from "./ordering.js";
import type { BuildPlace, InnerQuery, InnerUse } from "./resolved.js";
import type { RowLayout, ValuesLayout } from "./row-layout.js";
import type { Aliases } from "./table-node.js";

const builder: QueryBuilder = { build: buildQuery, rows: buildRows, inner: innerQuery };

/** `shape` in SQL. `outer` is the row of the query around it. */
export function buildQuery(
  shape: QueryShape,
  aliases: Aliases,
  slotBase: number,
  outer: BuildPlace | undefined,
): BuiltQuery {
  return new BuiltQuery(shape, { aliases, slotBase, outer, builder });
}

/** How the rows of `shape` are asked for; `undefined` where there can be none. */
export function buildRows(
  shape: QueryShape,
  aliases: Aliases,
  slotBase: number,
  outer?: BuildPlace,
): Selected | undefined {
  const combined = shape.operations.find((operation) => operation.kind === "combine");
  if (combined !== undefined) return buildCompound(shape, aliases, slotBase, outer);
  const built = buildQuery(shape, aliases, slotBase, outer);
  if (built.isEmpty) return undefined;
  const columns: SqlNode[] = [];
  const layout = built.layOutRows(columns);
  return { query: built.select(columns, true), layout };
}

const emptiable = { UNION: true, "UNION ALL": true, INTERSECT: false, EXCEPT: false } as const;

/** The rows of several queries as one. Its order can only name what they select. */
function buildCompound(
  shape: QueryShape,
  aliases: Aliases,
  slotBase: number,
  outer: BuildPlace | undefined,
): Selected | undefined {
  const { operations } = shape;
  const combine = operations.find((operation) => operation.kind === "combine");
  if (combine === undefined || operations.some(({ kind }) => kind === "none")) return undefined;
  const { operator } = combine;
  const arms = combine.queries.map((query) => buildRows(query.shape, aliases, slotBase + query.slot, outer));
  const [first] = arms;
  if (!emptiable[operator] && first === undefined) return undefined;
  if (operator === "INTERSECT" && arms.includes(undefined)) return undefined;
  const there = arms.filter((arm) => arm !== undefined);
  const [layoutArm] = there;
  if (layoutArm === undefined) return undefined;
  const slice = operations.at(-1)?.kind === "slice" ? (operations.at(-1) as SliceOperation) : undefined;
  if (slice?.limit === 0) return undefined;
  const { keys, isReversed } = orderingOf(shape.schema, operations);
  const orderBy = isOwnOrder(operations)
    ? []
    : keys.map((key) => ({
        position: positionOf(shape, layoutArm.layout, key) + 1,
        isDescending: typeof key === "string" && key.startsWith("-") !== isReversed,
      }));
  const query: CompoundNode = {
    kind: "compound",
    operator,
    queries: there.map((arm) => withoutNeedlessOrder(arm.query)),
    orderBy,
    limit: slice?.limit,
    offset:
      slice?.hasOffset === true
        ? { kind: "slot", index: slotBase + shape.slotCount - 1, type: { kind: "integer" } }
        : undefined,
  };
  return { query, layout: layoutArm.layout };
}

function withoutNeedlessOrder(query: QueryNode): QueryNode {
  if (query.kind !== "select" || query.limit !== undefined || query.offset !== undefined) return query;
  // DISTINCT ON takes the first rows of an order.
  const decides = query.distinct !== undefined && query.distinct !== true;
  return decides ? query : { ...query, orderBy: [] };
}

/** The column that a key of an order names in rows of `layout`. */
function positionOf(shape: QueryShape, layout: RowLayout | ValuesLayout, key: unknown): number {
  const name = typeof key === "string" ? key.replace(/^-/, "") : "";
  const plain = name === "pk" ? shape.schema.keyName : name;
  if (layout.kind === "values") {
    const found = layout.columns.find((column) => column.name === name || column.name === plain);
    if (found !== undefined) return found.index;
  } else {
    const index = layout.fields.findIndex((field) => field.name === plain);
    if (index >= 0) return layout.offset + index;
    const found = layout.annotations.find((column) => column.name === name);
    if (found !== undefined) return found.index;
  }
  throw new QueryInvalid({
    model: shape.schema.name,
    problem: `of several queries cannot be ordered by ${JSON.stringify(name)}, which they do not select`,
  });
}

/** A query inside of another. */
function innerQuery(query: InnerQuery, use: InnerUse, from: BuildPlace): QueryNode | undefined {
  const shape = query.shape as QueryShape;
  const { aliases, slotBase } = from.context;
  const base = slotBase + query.slot;
  if (shape.operations.some(({ kind }) => kind === "combine")) {
    return compoundInside(shape, aliases, base, from, use);
  }
  const built = buildQuery(shape, aliases, base, from);
  if (built.isEmpty) return undefined;
  // Order matters inside only where it decides which rows are in.
  const isOrdered = built.needsOrder || use === "array";
  if (use === "existence" && !built.isGrouped) {
    const select = built.select([{ kind: "one" }], built.needsOrder);
    return select;
  }
  const columns: SqlNode[] = [];
  const isOfKeys = !(shape.hasValues || use === "value" || use === "array");
  if (isOfKeys) columns.push(...partsOf(built.root.column(shape.schema.primaryKey)));
  else built.layOutRows(columns);
  if (use !== "existence" && columns.length !== 1 && !isOfKeys) {
    throw new QueryInvalid({
      model: shape.schema.name,
      problem: `selects ${columns.length} values where it is to give one to compare with; use values(field)`,
    });
  }
  const [column] = columns;
  const select = built.select(columns, isOrdered);
  if (use !== "keys" || query.isNegated !== true || column === undefined || !mayBeNull(shape)) {
    return use === "array" ? { ...select, hasNamedColumns: true } : select;
  }
  if (shape.isStrict || from.context.isStrict) return withoutNulls(select, column, aliases);
  from.context.warn(
    12,
    `excludes by a query of ${shape.schema.name} that can give null; with one null among its rows nothing is left. ` +
      "strict() takes nulls out of it, as a filter with isnull: false does",
  );
  return select;
}

/** Whether the one value that a query gives may be NULL. */
function mayBeNull(shape: QueryShape): boolean {
  const values = shape.operations.findLast((operation) => operation.kind === "values");
  const [column] = values?.columns ?? [];
  return column !== undefined && column.expression.isNullable;
}

function withoutNulls(select: SelectNode, column: SqlNode, aliases: Aliases): SelectNode {
  if (select.limit === undefined && select.groupBy === undefined && select.distinct === undefined) {
    const present: SqlNode = { kind: "isNull", item: column, isNegated: true };
    return { ...select, where: select.where === undefined ? present : and([select.where, present]) };
  }
  const alias = aliases.next();
  const value: SqlNode = { kind: "column", alias, column: "c0", type: { kind: "text" } };
  return {
    kind: "select",
    columns: [value],
    from: { select: { ...select, hasNamedColumns: true }, alias },
    joins: [],
    where: { kind: "isNull", item: value, isNegated: true },
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
}

/** Several queries as one, inside of another: only what was asked for of their columns. */
function compoundInside(
  shape: QueryShape,
  aliases: Aliases,
  slotBase: number,
  from: BuildPlace,
  use: InnerUse,
): QueryNode | undefined {
  const selected = buildCompound(shape, aliases, slotBase, from);
  if (selected === undefined) return undefined;
  const { layout } = selected;
  const index =
    layout.kind === "values"
      ? (layout.columns[0]?.index ?? 0)
      : layout.offset + layout.fields.findIndex((field) => field.isPrimaryKey);
  if (use === "existence" || (layout.kind === "values" && layout.columns.length === 1)) return selected.query;
  throw new QueryInvalid({
    model: shape.schema.name,
    problem: `of several queries must select one value with values(field) to be compared with (column ${index} is not alone)`,
  });
}

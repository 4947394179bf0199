import { QueryInvalid } from "../errors.js";
import { and, type ColumnNode, type SelectNode, type SlotNode, type SqlNode } from "../compiler/nodes.js";
import { suggestion } from "../schema/nearest.js";
import type { Operation, QueryShape, SliceOperation } from "./operation.js";
import { buildOrder, orderingOf } from "./ordering.js";
import { Aliases, TableNode } from "./table-node.js";
import { WhereBuilder } from "./where-builder.js";
import type { Relation, Schema } from "../schema/schema.js";

/** Where in a row the columns of one model stand, and of those that were loaded with it. */
export interface RowLayout {
  readonly schema: Schema;
  /** The index of its first column. */
  readonly offset: number;
  readonly related: readonly { readonly relation: Relation; readonly layout: RowLayout }[];
}

/** A shape in SQL: tables, conditions and order, before it is said what is to be selected. */
class BuiltQuery {
  readonly schema: Schema;
  readonly root: TableNode;
  readonly operations: readonly Operation[];
  readonly where: SqlNode;
  readonly #slotBase: number;
  readonly #slotCount: number;

  constructor(shape: QueryShape, aliases: Aliases, slotBase: number) {
    this.schema = shape.schema;
    this.operations = shape.operations;
    this.root = new TableNode(shape.schema, aliases);
    this.#slotBase = slotBase;
    this.#slotCount = shape.slotCount;
    const builder = new WhereBuilder(this.root, { aliases, slotBase, selectKeys });
    const conditions: SqlNode[] = [];
    for (const operation of this.operations) {
      if (operation.kind === "filter") conditions.push(builder.build(operation.condition, operation.isNegated));
    }
    this.where = and(conditions);
  }

  get slice(): SliceOperation | undefined {
    const last = this.operations.at(-1);
    return last?.kind === "slice" ? last : undefined;
  }

  /** Whether it is known without asking that there are no rows. */
  get isEmpty(): boolean {
    return (this.where.kind === "truth" && !this.where.value) || this.slice?.limit === 0;
  }

  select(columns: readonly SqlNode[], isOrdered: boolean): SelectNode {
    const { keys, isReversed } = orderingOf(this.schema, this.operations);
    // Before the joins are asked for: ordering may need more of them.
    const orderBy = isOrdered ? buildOrder(this.root, keys, isReversed) : [];
    const { slice } = this;
    const offset: SlotNode | undefined = slice?.hasOffset
      ? { kind: "slot", index: this.#slotBase + this.#slotCount - 1, type: { kind: "integer" } }
      : undefined;
    return {
      kind: "select",
      columns,
      from: { table: this.schema.table, alias: this.root.alias },
      joins: this.root.joins(),
      where: this.where.kind === "truth" ? undefined : this.where,
      orderBy,
      limit: slice?.limit,
      offset,
    };
  }
}

/** The rows of `shape` with all columns of its model, and where they stand. `undefined` where there can be no rows. */
export function selectRows(shape: QueryShape): { select: SelectNode; layout: RowLayout } | undefined {
  const query = new BuiltQuery(shape, new Aliases(), 0);
  if (query.isEmpty) return undefined;
  const columns: ColumnNode[] = [];
  const paths = query.operations.flatMap((operation) => (operation.kind === "related" ? operation.paths : []));
  const layout = layOut(
    query.root,
    paths.map((path) => path.split("__")),
    columns,
  );
  return { select: query.select(columns, true), layout };
}

/** Adds the columns of `table` and of the relations that begin each path; the relations are joined. */
function layOut(table: TableNode, paths: readonly (readonly string[])[], columns: ColumnNode[]): RowLayout {
  const offset = columns.length;
  for (const field of table.schema.fields) columns.push(table.column(field));
  const heads = [...new Set(paths.map(([head]) => head ?? ""))];
  const related = heads.map((head) => {
    const relation = table.schema.relation(head);
    if (relation?.kind !== "reference") throw refuseRelated(table.schema, head);
    const rest = paths.filter((path) => path[0] === head && path.length > 1).map((path) => path.slice(1));
    return { relation, layout: layOut(table.join(relation, undefined), rest, columns) };
  });
  return { schema: table.schema, offset, related };
}

function refuseRelated(schema: Schema, name: string): Error {
  if (schema.relation(name) === undefined && !schema.fieldsByName.has(name)) return schema.unknown(name, name);
  const names = schema.foreignKeys.map((field) => field.name);
  return new QueryInvalid({
    model: schema.name,
    problem: `cannot load ${JSON.stringify(name)} with selectRelated, which follows foreign keys only${suggestion(name, names).replace(/^ /, ". ").replace(/\?$/, "")}`,
  });
}

/** The primary keys of the rows of `query`, for a query around it. `undefined` where there can be none. */
export function selectKeys(query: QueryShape, aliases: Aliases, slotBase: number): SelectNode | undefined {
  const built = new BuiltQuery(query, aliases, slotBase);
  if (built.isEmpty) return undefined;
  // Order matters inside only where it decides which rows are in.
  return built.select([built.root.column(query.schema.primaryKey)], built.slice !== undefined);
}

/** How many rows `shape` has. `undefined` where there can be none. */
export function selectCount(shape: QueryShape): SelectNode | undefined {
  const aliases = new Aliases();
  const query = new BuiltQuery(shape, aliases, 0);
  if (query.isEmpty) return undefined;
  if (query.slice === undefined) return query.select([{ kind: "count" }], false);
  return {
    kind: "select",
    columns: [{ kind: "count" }],
    from: { select: query.select([{ kind: "one" }], false), alias: aliases.next() },
    joins: [],
    where: undefined,
    orderBy: [],
    limit: undefined,
    offset: undefined,
  };
}

/** Whether `shape` has rows: one row if so. `undefined` where there can be none. */
export function selectExists(shape: QueryShape): SelectNode | undefined {
  const query = new BuiltQuery(shape, new Aliases(), 0);
  if (query.isEmpty) return undefined;
  const select = query.select([{ kind: "one" }], false);
  return query.slice === undefined ? { ...select, limit: 1 } : select;
}

/** What a change is applied to: the table, and the condition that its rows meet. `undefined` where there are none. */
export function changeTarget(shape: QueryShape): { alias: string; where: SqlNode | undefined } | undefined {
  const aliases = new Aliases();
  const query = new BuiltQuery(shape, aliases, 0);
  if (query.isEmpty) return undefined;
  const { root, where } = query;
  if (!root.hasJoins) return { alias: root.alias, where: where.kind === "truth" ? undefined : where };
  // Neither UPDATE nor DELETE can join in every database; the rows are found by an inner query, as in Django.
  const outer = new TableNode(shape.schema, aliases);
  const key = outer.column(shape.schema.primaryKey);
  const select = query.select([root.column(shape.schema.primaryKey)], false);
  return { alias: outer.alias, where: { kind: "inSelect", left: key, select } };
}

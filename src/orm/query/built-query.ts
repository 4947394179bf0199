import {
  and,
  type CompoundNode,
  type LockNode,
  type OrderNode,
  type QueryNode,
  type SelectNode,
  type SlotNode,
  type SqlNode,
} from "../compiler/nodes.js";
import { hasAggregate, hasWindow, mapParts } from "../compiler/walk.js";
import { QueryInvalid } from "../errors.js";
import type { Condition, Operation, QueryShape, SliceOperation, ValuesOperation } from "./operation.js";
import { buildOrder, isOwnOrder, orderingOf } from "./ordering.js";
import type { Annotation, BuildContext, BuildPlace, InnerQuery, InnerUse } from "./resolved.js";
import { fieldMaskOf, layOut, type ExtraColumn, type RowLayout, type ValuesLayout } from "./row-layout.js";
import { Aliases, TableNode } from "./table-node.js";
import { warnOfTrap } from "./trap-warnings.js";
import { WhereBuilder } from "./where-builder.js";

/** A query ready to be asked for: what it selects, and where that stands in each row. */
export interface Selected {
  readonly query: QueryNode;
  readonly layout: RowLayout | ValuesLayout;
}

/** A shape in SQL: tables, conditions, annotations and groups, before it is said what is to be selected. */
export class BuiltQuery {
  readonly shape: QueryShape;
  readonly root: TableNode;
  readonly operations: readonly Operation[];
  readonly place: BuildPlace;
  readonly #conditions: SqlNode[] = [];
  readonly #nodes = new Map<string, SqlNode>();
  /** Annotations that rows have beside what `values` chose. */
  #selected: Annotation[] = [];
  #values: ValuesOperation | undefined;
  #groupBy: SqlNode[] | undefined;
  #isNone = false;

  constructor(shape: QueryShape, aliases: Aliases, slotBase: number, outer: BuildPlace | undefined) {
    this.shape = shape;
    this.operations = shape.operations;
    this.root = new TableNode(shape.schema, aliases);
    const context: BuildContext = {
      aliases,
      slotBase,
      outer,
      isStrict: shape.isStrict,
      hasAnnotation: (name) => this.#nodes.has(name),
      annotation: (name) => this.#annotation(name),
      condition: (condition, at) => new WhereBuilder(at).buildInside(condition as Condition),
      inner: (query, use, from) => innerQuery(query, use, from),
      warn: (trap, text) => warnOfTrap(shape, trap, text),
    };
    this.place = { root: this.root, scope: undefined, context };
    const where = new WhereBuilder(this.place);
    for (const operation of this.operations) {
      if (operation.kind === "filter") this.#conditions.push(where.build(operation.condition, operation.isNegated));
      else if (operation.kind === "annotate") this.#annotate(operation.annotations);
      else if (operation.kind === "values") this.#chooseValues(operation);
      else if (operation.kind === "none") this.#isNone = true;
    }
  }

  #annotation(name: string): SqlNode {
    const node = this.#nodes.get(name);
    if (node !== undefined) return node;
    throw new QueryInvalid({ model: this.shape.schema.name, problem: `has no annotation ${JSON.stringify(name)}` });
  }

  #annotate(annotations: readonly Annotation[]): void {
    for (const annotation of annotations) {
      const node = annotation.expression.build(this.place);
      this.#nodes.set(annotation.name, node);
      if (annotation.expression.isAggregate && this.#groupBy === undefined) {
        this.#groupBy =
          this.#values === undefined
            ? [this.root.column(this.shape.schema.primaryKey)]
            : this.#chosenNodes().filter((one) => !hasAggregate(one));
        this.#warnOfProduct();
      }
      if (annotation.isSelected) this.#selected.push(annotation);
    }
  }

  /** The columns that `values` chose, and the annotations since. */
  #chosenNodes(): SqlNode[] {
    const chosen = this.#values?.columns.map(({ expression }) => expression.build(this.place)) ?? [];
    return [...chosen, ...this.#selected.map(({ name }) => this.#annotation(name))];
  }

  #chooseValues(operation: ValuesOperation): void {
    this.#values = operation;
    this.#selected = [];
  }

  /** Aggregates over two relations to many in one query are of all pairs of their rows. */
  #warnOfProduct(): void {
    const paths = new Set<string>();
    for (const operation of this.operations) {
      if (operation.kind !== "annotate") continue;
      for (const { expression } of operation.annotations) for (const path of expression.manyPaths) paths.add(path);
    }
    const all = [...paths];
    const apart = all.find((path) =>
      all.some(
        (other) => path !== other && !`${path}__`.startsWith(`${other}__`) && !`${other}__`.startsWith(`${path}__`),
      ),
    );
    if (apart === undefined) return;
    this.place.context.warn(
      18,
      `aggregates over ${all.join(" and ")}, whose rows multiply each other: counts and sums are too high. ` +
        "strict() counts each alone; Count can also take distinct: true",
    );
  }

  get slice(): SliceOperation | undefined {
    const last = this.operations.at(-1);
    return last?.kind === "slice" ? last : undefined;
  }

  get where(): SqlNode {
    return and(this.#conditions);
  }

  /** Whether rows are groups of rows. */
  get isGrouped(): boolean {
    return this.#groupBy !== undefined || hasAggregate(this.where);
  }

  get isDistinct(): boolean {
    return this.operations.some(({ kind }) => kind === "distinct");
  }

  /** Whether its order decides which rows are in. */
  get needsOrder(): boolean {
    return this.slice !== undefined || this.operations.some((one) => one.kind === "distinct" && one.on.length > 0);
  }

  /** Whether it is known without asking that there are no rows. */
  get isEmpty(): boolean {
    const { where } = this;
    return this.#isNone || (where.kind === "truth" && !where.value) || this.slice?.limit === 0;
  }

  /** Whether its rows are those of one table, one for one, so that they can be counted as they are. */
  get isSimple(): boolean {
    const isBound = this.slice !== undefined || this.isGrouped || this.isDistinct;
    return !isBound && !hasWindow(this.where);
  }

  /** The columns of the rows, and where each stands. */
  layOutRows(columns: SqlNode[]): RowLayout | ValuesLayout {
    const values = this.#values;
    if (values === undefined) {
      const paths = this.operations.flatMap((operation) => (operation.kind === "related" ? operation.paths : []));
      const mask = fieldMaskOf(this.operations);
      const layout = layOut(
        this.root,
        paths.map((path) => path.split("__")),
        columns,
        mask,
      );
      return { ...layout, annotations: this.#addSelected(columns) };
    }
    const chosen = values.columns.map(({ name, expression }): ExtraColumn => {
      const index = columns.push(expression.build(this.place)) - 1;
      return { name, index, type: expression.output.type };
    });
    return { kind: "values", form: values.form, columns: [...chosen, ...this.#addSelected(columns)] };
  }

  #addSelected(columns: SqlNode[]): ExtraColumn[] {
    return this.#selected.map(({ name, expression }) => {
      const index = columns.push(this.#annotation(name)) - 1;
      return { name, index, type: expression.output.type };
    });
  }

  /** A query for `columns` of these rows. */
  select(columns: readonly SqlNode[], isOrdered: boolean): SelectNode {
    const { schema } = this.shape;
    const { keys, isReversed } = orderingOf(schema, this.operations);
    // The model's own order would split groups, as in Django before 3.1, and still does there in distinct rows.
    const isOwn = isOwnOrder(this.operations);
    const splits = this.isDistinct && !this.shape.isStrict;
    const useOrder = isOrdered && (!isOwn || !this.isGrouped || splits);
    // Before the joins are asked for: ordering may need more of them.
    const orderBy = useOrder ? buildOrder(this.place, keys, isReversed, this.shape.annotations) : [];
    const { where, having, qualify } = this.#splitConditions();
    const groupBy = this.isGrouped ? this.#groups(columns, having, orderBy) : undefined;
    const { slice } = this;
    const base: SelectNode = {
      kind: "select",
      columns,
      distinct: this.#distinct(columns),
      from: { table: schema.table, alias: this.root.alias },
      joins: [],
      where: where.kind === "truth" && where.value ? undefined : where,
      groupBy,
      having: having.kind === "truth" && having.value ? undefined : having,
      orderBy,
      limit: slice?.limit,
      offset: this.#offset(),
      lock: this.#lock(),
    };
    const withJoins = { ...base, joins: this.root.joins() };
    if (qualify.kind !== "truth") return this.#qualified(withJoins, qualify);
    return base.distinct === true ? this.#withOrderColumns(withJoins, isOwn) : withJoins;
  }

  #offset(): SlotNode | undefined {
    if (this.slice?.hasOffset !== true) return undefined;
    const index = this.place.context.slotBase + this.shape.slotCount - 1;
    return { kind: "slot", index, type: { kind: "integer" } };
  }

  /** Conditions on rows, on groups, and on what windows give, which SQL asks for in three places. */
  #splitConditions(): { where: SqlNode; having: SqlNode; qualify: SqlNode } {
    const whole = this.where;
    const parts = whole.kind === "and" ? whole.items : [whole];
    const qualify = parts.filter(hasWindow);
    const having = parts.filter((part) => !hasWindow(part) && hasAggregate(part));
    const where = parts.filter((part) => !hasWindow(part) && !hasAggregate(part));
    return { where: and(where), having: and(having), qualify: and(qualify) };
  }

  /** All that rows are grouped by: what was chosen, and every column that is not inside of an aggregate. */
  #groups(columns: readonly SqlNode[], having: SqlNode, orderBy: readonly OrderNode[]): SqlNode[] {
    const isOfModel = this.#values === undefined || this.#isGroupedByKey();
    const groups = this.#groupBy ?? [this.root.column(this.shape.schema.primaryKey)];
    const more = [...columns, ...orderBy.map(({ by }) => by), having].flatMap((node) =>
      isOfModel ? foreignColumns(node, this.root.alias) : plainParts(node),
    );
    const all = new Map<string, SqlNode>();
    for (const node of [...groups, ...more]) all.set(JSON.stringify(node), node);
    return [...all.values()];
  }

  #isGroupedByKey(): boolean {
    const [only, another] = this.#groupBy ?? [];
    const key = this.shape.schema.primaryKey.column;
    return another === undefined && only?.kind === "column" && only.alias === this.root.alias && only.column === key;
  }

  #distinct(_columns: readonly SqlNode[]): SelectNode["distinct"] {
    const operation = this.operations.findLast((one) => one.kind === "distinct");
    if (operation === undefined) return undefined;
    if (operation.on.length === 0) return true;
    return operation.on.flatMap((path) =>
      buildOrder(this.place, [path], false, this.shape.annotations).map(({ by }) => by),
    );
  }

  /** Rows that are to be distinct are so with what they are ordered by: SQL must see it among their columns. */
  #withOrderColumns(select: SelectNode, isOwn: boolean): SelectNode {
    const known = new Set(select.columns.map((column) => JSON.stringify(column)));
    const missing = select.orderBy.filter(({ by }) => by.kind !== "random" && !known.has(JSON.stringify(by)));
    if (missing.length === 0) return select;
    this.place.context.warn(
      25,
      `is distinct and ordered by what it does not select, so that rows which differ in that alone come back: ` +
        `${isOwn ? "its model's own order; " : ""}strict() leaves that order out, as orderBy() without keys does`,
    );
    if (this.shape.isStrict) {
      return { ...select, orderBy: select.orderBy.filter((order) => !missing.includes(order)) };
    }
    return { ...select, columns: [...select.columns, ...missing.map(({ by }) => by)] };
  }

  #lock(): LockNode | undefined {
    const operation = this.operations.findLast((one) => one.kind === "lock");
    if (operation === undefined) return undefined;
    const { schema } = this.shape;
    const of = operation.of.map((path) => {
      if (path === "self") return this.root.alias;
      const relations = path.split("__").reduce<{ table: TableNode }>(
        ({ table }, name) => {
          const relation = table.schema.relation(name);
          if (relation?.kind !== "reference") throw table.schema.unknown(name, path);
          return { table: table.join(relation, undefined) };
        },
        { table: this.root },
      );
      return relations.table.alias;
    });
    if (this.isGrouped || this.isDistinct) {
      throw new QueryInvalid({ model: schema.name, problem: "cannot lock rows that are groups or distinct" });
    }
    // Without names PostgreSQL would refuse rows that may be missing, of joins that load what is null.
    return { strength: operation.strength, wait: operation.wait, of: of.length === 0 ? [this.root.alias] : of };
  }

  /** Conditions on windows are asked of the rows that have them: the query becomes the source of another. */
  #qualified(inner: SelectNode, qualify: SqlNode): SelectNode {
    const alias = this.place.context.aliases.next();
    const columns: SqlNode[] = [...inner.columns];
    const known = new Map(columns.map((column, index) => [JSON.stringify(column), index]));
    const lift = (node: SqlNode): SqlNode => {
      const isLeaf = ["column", "window", "aggregate", "scalar", "exists", "inSelect", "textMatch"].includes(node.kind);
      if (!isLeaf) return mapParts(node, lift);
      const key = JSON.stringify(node);
      const index = known.get(key) ?? columns.push(node) - 1;
      known.set(key, index);
      return { kind: "column", alias, column: `c${index}`, type: { kind: "text" } };
    };
    const where = lift(qualify);
    const orderBy = inner.orderBy.map((order) => ({ ...order, by: lift(order.by) }));
    const outer = inner.columns.map((_, index): SqlNode => ({
      kind: "column",
      alias,
      column: `c${index}`,
      type: { kind: "text" },
    }));
    return {
      kind: "select",
      columns: outer,
      from: {
        select: { ...inner, columns, hasNamedColumns: true, orderBy: [], limit: undefined, offset: undefined },
        alias,
      },
      joins: [],
      where,
      orderBy,
      limit: inner.limit,
      offset: inner.offset,
    };
  }
}

/** The columns of `node`, outside of aggregates, of other tables than the one whose key the rows are grouped by. */
function foreignColumns(node: SqlNode, alias: string): SqlNode[] {
  if (node.kind === "aggregate") return [];
  if (node.kind === "column") return node.alias === alias ? [] : [node];
  const found: SqlNode[] = [];
  mapParts(node, (part) => {
    found.push(...foreignColumns(part, alias));
    return part;
  });
  return found;
}

/** The largest parts of `node` that have a column and no aggregate. */
function plainParts(node: SqlNode): SqlNode[] {
  if (node.kind === "aggregate") return [];
  if (!hasAggregate(node) && !hasWindow(node)) return hasColumn(node) ? [node] : [];
  const found: SqlNode[] = [];
  mapParts(node, (part) => {
    found.push(...plainParts(part));
    return part;
  });
  return found;
}

function hasColumn(node: SqlNode): boolean {
  if (node.kind === "column" || node.kind === "scalar" || node.kind === "exists") return true;
  let found = false;
  mapParts(node, (part) => {
    found ||= hasColumn(part);
    return part;
  });
  return found;
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
  const built = new BuiltQuery(shape, aliases, slotBase, outer);
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
  return query.kind === "select" && query.limit === undefined && query.offset === undefined
    ? { ...query, orderBy: [] }
    : query;
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
  const built = new BuiltQuery(shape, aliases, base, from);
  if (built.isEmpty) return undefined;
  // Order matters inside only where it decides which rows are in.
  const isOrdered = built.needsOrder || use === "array";
  if (use === "existence" && !built.isGrouped) {
    const select = built.select([{ kind: "one" }], built.needsOrder);
    return select;
  }
  const columns: SqlNode[] = [];
  if (shape.hasValues || use === "value" || use === "array") built.layOutRows(columns);
  else columns.push(built.root.column(shape.schema.primaryKey));
  if (use !== "existence" && columns.length !== 1) {
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

import {
  and,
  partsOf,
  type CommonTableNode,
  type JoinNode,
  type LockNode,
  type OrderNode,
  type QueryNode,
  type SelectNode,
  type SlotNode,
  type SqlNode,
} from "../compiler/nodes.js";
import { hasAggregate, hasWindow } from "../compiler/walk.js";
import { QueryInvalid } from "../errors.js";
import { annotationColumn, joinedTable, recursiveTable } from "./common-tables.js";
import { foreignColumns, plainParts } from "./grouping.js";
import type {
  Condition,
  Operation,
  QueryShape,
  RecursiveOperation,
  SliceOperation,
  ValuesOperation,
  WithOperation,
} from "./operation.js";
import { qualified } from "./qualified.js";
import type { Relation } from "../schema/schema.js";
import { buildOrder, isOwnOrder, orderingOf } from "./ordering.js";
import type { Annotation, BuildContext, BuildPlace, InnerQuery, InnerUse } from "./resolved.js";
import { fieldMaskOf, layOut, type ExtraColumn, type RowLayout, type ValuesLayout } from "./row-layout.js";
import { Aliases, TableNode } from "./table-node.js";
import { warnOfTrap } from "./trap-warnings.js";
import { conditionsAfter } from "./merged-conditions.js";
import { WhereBuilder, type Built } from "./where-builder.js";

/** A query ready to be asked for: what it selects, and where that stands in each row. */
export interface Selected {
  readonly query: QueryNode;
  readonly layout: RowLayout | ValuesLayout;
}

/** What builds the queries inside of one. */
export interface QueryBuilder {
  build(shape: QueryShape, aliases: Aliases, slotBase: number, outer: BuildPlace | undefined): BuiltQuery;
  rows(shape: QueryShape, aliases: Aliases, slotBase: number, outer?: BuildPlace): Selected | undefined;
  inner(query: InnerQuery, use: InnerUse, from: BuildPlace): QueryNode | undefined;
}

/** Where a query stands in its statement. */
export interface QueryPosition {
  readonly aliases: Aliases;
  /** What is added to its slots. */
  readonly slotBase: number;
  /** The row of the query around it. */
  readonly outer: BuildPlace | undefined;
  readonly builder: QueryBuilder;
}

/** A shape in SQL: tables, conditions, annotations and groups, before it is said what is to be selected. */
export class BuiltQuery {
  readonly shape: QueryShape;
  readonly root: TableNode;
  readonly operations: readonly Operation[];
  readonly place: BuildPlace;
  #conditions: Built[] = [];
  readonly #nodes = new Map<string, SqlNode>();
  /** Annotations that rows have beside what `values` chose. */
  #selected: Annotation[] = [];
  #values: ValuesOperation | undefined;
  #groupBy: SqlNode[] | undefined;
  #isGroupedAsChosen = true;
  #isNone = false;
  /** Where its rows come from: the model's table, or a common one. */
  #table: string;
  readonly #builder: QueryBuilder;
  readonly #commonTables: CommonTableNode[] = [];
  readonly #commonJoins: JoinNode[] = [];
  readonly #narrowings = new Map<Relation, Condition>();

  constructor(shape: QueryShape, { aliases, slotBase, outer, builder }: QueryPosition) {
    this.shape = shape;
    this.operations = shape.operations;
    this.root = new TableNode(shape.schema, aliases);
    this.root.narrowing = (relation, table) => this.#narrowed(relation, table);
    this.#table = shape.schema.table;
    this.#builder = builder;
    const context: BuildContext = {
      aliases,
      slotBase,
      outer,
      isStrict: shape.isStrict,
      relations: shape.relations,
      zone: shape.zone,
      hasAnnotation: (name) => this.#nodes.has(name),
      annotation: (name) => this.#annotation(name),
      condition: (condition, at) => new WhereBuilder(at).buildInside(condition as Condition),
      inner: (query, use, from) => builder.inner(query, use, from),
      warn: (trap, text) => warnOfTrap(shape, trap, text),
    };
    this.place = { root: this.root, scope: undefined, context };
    for (const operation of this.operations) {
      if (operation.kind === "filter" || operation.kind === "merge") {
        this.#conditions = conditionsAfter(this.#conditions, operation, this.place);
      } else if (operation.kind === "annotate") this.#annotate(operation.annotations);
      else if (operation.kind === "values") this.#chooseValues(operation);
      else if (operation.kind === "none") this.#isNone = true;
      else if (operation.kind === "recursive") this.#recurse(operation);
      else if (operation.kind === "with") this.#joinCommon(operation);
      else if (operation.kind === "narrow") this.#narrowings.set(operation.lastStep, operation.condition);
    }
    for (const { required } of this.#conditions) for (const table of required) table.require();
  }

  /** What is asked of the rows of `table`, which a narrowed relation leads to. */
  #narrowed(relation: Relation, table: TableNode): SqlNode {
    const condition = this.#narrowings.get(relation);
    const place: BuildPlace = { root: table, scope: undefined, context: this.place.context };
    return condition === undefined ? and([]) : new WhereBuilder(place).buildInside(condition);
  }

  #recurse(operation: RecursiveOperation): void {
    const { schema } = this.shape;
    const { aliases, slotBase, outer } = this.place.context;
    const { shape, slot } = operation.base;
    const first = this.#builder.build(shape, aliases, slotBase + slot, outer);
    this.#table = `with_${this.root.alias}`;
    for (const { name, expression } of operation.annotations) {
      this.#nodes.set(name, annotationColumn(this.root.alias, name, expression.output.type));
    }
    this.#selected = [...operation.annotations];
    if (first.isEmpty) this.#isNone = true;
    else this.#commonTables.push(recursiveTable(operation, schema, this.#table, first, this.place));
  }

  #joinCommon(operation: WithOperation): void {
    const { aliases, slotBase, outer } = this.place.context;
    const { shape, slot } = operation.query;
    const rows = this.#builder.rows(shape, aliases, slotBase + slot, outer);
    if (rows === undefined) {
      if (!operation.isOptional) this.#isNone = true;
      for (const { name, expression } of operation.annotations) {
        this.#nodes.set(name, Object.freeze({ kind: "null", type: expression.output.type }));
      }
      return;
    }
    const names = rows.layout.kind === "values" ? rows.layout.columns.map(({ name }) => name) : [];
    const { table, join, columns } = joinedTable(operation, rows.query, names, this.place);
    this.#commonTables.push(table);
    this.#commonJoins.push(join);
    for (const [name, node] of columns) this.#nodes.set(name, node);
  }

  /** Whether its rows come from more than the tables of models. */
  get hasCommonTables(): boolean {
    return this.#commonTables.length > 0;
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
      if (annotation.expression.isAggregate && (this.#groupBy === undefined || !this.#isGroupedAsChosen)) {
        this.#isGroupedAsChosen = true;
        this.#groupBy =
          this.#values === undefined ? this.#keyColumns() : this.#chosenNodes().filter((one) => !hasAggregate(one));
        this.#warnOfProduct();
      }
      if (annotation.isSelected) this.#selected.push(annotation);
    }
  }

  /** The columns that `values` chose, and the annotations since. */
  #chosenNodes(): SqlNode[] {
    const chosen = this.#values?.columns.flatMap(({ expression }) => partsOf(expression.build(this.place))) ?? [];
    return [...chosen, ...this.#selected.map(({ name }) => this.#annotation(name))];
  }

  #chooseValues(operation: ValuesOperation): void {
    this.#values = operation;
    this.#selected = [];
    // Aggregates to come are of what is chosen now.
    this.#isGroupedAsChosen = false;
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
    return and(this.#conditions.map(({ node }) => node));
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
      const index = columns.length;
      columns.push(...partsOf(expression.build(this.place)));
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
    const { keys, isReversed } = orderingOf(this.shape.schema, this.operations);
    // The model's own order would split groups, as in Django before 3.1, and still does there in distinct rows.
    const isOwn = isOwnOrder(this.operations);
    const splits = this.isDistinct && !this.shape.isStrict;
    const useOrder = isOrdered && (!isOwn || !this.isGrouped || splits);
    // Before the joins are asked for: ordering may need more of them.
    const { annotations } = this.shape;
    const chosen = this.#values?.columns;
    const orderBy = useOrder ? buildOrder(this.place, keys, isReversed, annotations, chosen) : [];
    const { where, having, qualify } = this.#splitConditions();
    const groupBy = this.isGrouped ? this.#groups(columns, having, orderBy) : undefined;
    const { slice } = this;
    const base: SelectNode = {
      kind: "select",
      columns,
      distinct: this.#distinct(columns),
      from: { table: this.#table, alias: this.root.alias },
      joins: [],
      where: where.kind === "truth" && where.value ? undefined : where,
      groupBy,
      having: having.kind === "truth" && having.value ? undefined : having,
      orderBy,
      limit: slice?.limit,
      offset: this.#offset(),
      lock: this.#lock(),
    };
    const joins = [...this.root.joins(), ...this.#commonJoins];
    const withJoins = { ...base, joins, ...(this.hasCommonTables && { commonTables: this.#commonTables }) };
    if (qualify.kind !== "truth") return qualified(withJoins, qualify, this.place.context.aliases);
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
    // Of a table the key decides all columns; of other rows the database does not know that.
    const isOfTable = this.#table === this.shape.schema.table;
    const isOfModel = isOfTable && (this.#values === undefined || this.#isGroupedByKey());
    const groups = this.#groupBy ?? this.#keyColumns();
    const more = [...columns, ...orderBy.map(({ by }) => by), having].flatMap((node) =>
      isOfModel ? foreignColumns(node, this.root.alias) : plainParts(node),
    );
    const all = new Map<string, SqlNode>();
    for (const node of [...groups, ...more]) all.set(JSON.stringify(node), node);
    return [...all.values()];
  }

  #isGroupedByKey(): boolean {
    return JSON.stringify(this.#groupBy ?? []) === JSON.stringify(this.#keyColumns());
  }

  #keyColumns(): SqlNode[] {
    return [...partsOf(this.root.column(this.shape.schema.primaryKey))];
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
    const of = operation.of.map((path) => this.#lockedTable(path).alias);
    const isOfRows = !this.isGrouped && !this.isDistinct && this.#table === schema.table;
    if (!isOfRows || [...this.#nodes.values()].some(hasWindow)) {
      throw this.#invalid("cannot lock rows that are groups, distinct, recursive or have windows");
    }
    // Without names PostgreSQL would refuse rows that may be missing, of joins that load what is null.
    return { strength: operation.strength, wait: operation.wait, of: of.length === 0 ? this.root.ownAliases : of };
  }

  /** The table of `self`, or at the end of a path that `selectRelated` loads. */
  #lockedTable(path: string): TableNode {
    if (path === "self") return this.root;
    const loaded = this.operations.flatMap((operation) => (operation.kind === "related" ? operation.paths : []));
    if (!loaded.some((one) => one === path || one.startsWith(`${path}__`))) {
      throw this.#invalid(
        `cannot lock ${JSON.stringify(path)}, which it does not load; name "self" and paths of selectRelated`,
      );
    }
    return path.split("__").reduce((table, name) => {
      const relation = table.schema.relation(name);
      if (relation === undefined || relation.isMany) throw table.schema.unknown(name, path);
      return table.join(relation, undefined);
    }, this.root);
  }

  #invalid(problem: string): QueryInvalid {
    return new QueryInvalid({ model: this.shape.schema.name, problem });
  }
}

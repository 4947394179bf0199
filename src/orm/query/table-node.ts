import { and, compare, type ColumnNode, type JoinNode, type SqlNode } from "../compiler/nodes.js";
import type { Field } from "../fields/field.js";
import type { Relation, Schema } from "../schema/schema.js";

/** Gives the tables of one statement their aliases, those in inner queries included. */
export class Aliases {
  #count = 0;

  next(): string {
    return `t${this.#count++}`;
  }
}

/**
 * The scope of a filter that is merged into a query by `or`: it is about the same related rows as what was asked before,
 * each of which only one of the merged filters takes, as in Django.
 */
export class SharedScope {
  readonly #taken: Set<TableNode>;

  constructor(taken: Set<TableNode>) {
    this.#taken = taken;
  }

  /** Takes `table`, unless another filter has it. */
  take(table: TableNode): boolean {
    if (this.#taken.has(table)) return false;
    this.#taken.add(table);
    return true;
  }
}

/** One table in a query that is being built, and the tables joined to it. */
export class TableNode {
  readonly schema: Schema;
  readonly alias: string;
  readonly #aliases: Aliases;
  readonly #relation: Relation | undefined;
  readonly #parent: TableNode | undefined;
  /** To-one relations are joined once: every condition is about the same row. */
  readonly #toOne = new Map<Relation, TableNode>();
  /** To-many relations are joined once for each call of `filter`, which is the `scope`. */
  readonly #toMany: { readonly relation: Relation; readonly scope: object | undefined; readonly table: TableNode }[] =
    [];
  #isRequired = false;
  /** What is asked of the rows of a narrowed relation; set on the first table, for all that hang on it. */
  narrowing: ((relation: Relation, table: TableNode) => SqlNode) | undefined;

  constructor(
    schema: Schema,
    aliases: Aliases,
    relation?: Relation,
    parent?: TableNode,
    alias: string = aliases.next(),
  ) {
    this.schema = schema;
    this.alias = alias;
    this.#aliases = aliases;
    this.#relation = relation;
    this.#parent = parent;
  }

  /**
   * The table that `relation` leads to. A to-many relation gives the same table within one `scope` only; without a
   * scope (to order by it) the latest is taken, as in Django.
   */
  join(relation: Relation, scope: object | undefined): TableNode {
    const parent = this.#parentWith(relation.sourceKey);
    if (parent !== undefined) return parent.join(relation, scope);
    // Whoever names a narrowed relation means the same rows.
    if (!relation.isMany || relation.isNarrowed === true) {
      const known = this.#toOne.get(relation);
      if (known !== undefined) return known;
      const table = this.#newTable(relation);
      this.#toOne.set(relation, table);
      return table;
    }
    const known = this.#toMany.findLast(
      (one) => isSameStep(one.relation, relation) && (scope === undefined || one.scope === scope),
    );
    if (known !== undefined) return known.table;
    const shared = scope instanceof SharedScope ? this.#share(relation, scope) : undefined;
    const table = shared ?? this.#newTable(relation);
    if (shared === undefined && scope instanceof SharedScope) scope.take(table);
    this.#toMany.push({ relation, scope, table });
    return table;
  }

  /** The first table of `relation` that nobody else shares. */
  #share(relation: Relation, scope: SharedScope): TableNode | undefined {
    return this.#toMany.find((one) => isSameStep(one.relation, relation) && scope.take(one.table))?.table;
  }

  /** The table of the parent, where that has the column of `field`; it is joined. */
  #parentWith(field: Field): TableNode | undefined {
    const { parentRelation } = this.schema;
    if (parentRelation === undefined || !this.schema.isInherited(field.name)) return undefined;
    return this.join(parentRelation, undefined);
  }

  /** The aliases of this table and of those of its parents that are joined. */
  get ownAliases(): string[] {
    const { parentRelation } = this.schema;
    const parent = parentRelation === undefined ? undefined : this.#toOne.get(parentRelation);
    return parent === undefined ? [this.alias] : [this.alias, ...parent.ownAliases];
  }

  #newTable(relation: Relation): TableNode {
    return new TableNode(relation.target, this.#aliases, relation, this);
  }

  /** The table at the end of `relations`. */
  joinAll(relations: readonly Relation[], scope: object | undefined): TableNode {
    return relations.reduce<TableNode>((table, relation) => table.join(relation, scope), this);
  }

  column(field: Field): ColumnNode {
    const parent = this.#parentWith(field);
    if (parent !== undefined) return parent.column(field);
    return Object.freeze({ kind: "column", alias: this.alias, column: field.column, type: field.columnType });
  }

  /** Says that no row without this table's row can be in the result, so that it may be joined as an inner join. */
  require(): void {
    for (const table of this.andAbove()) table.#isRequired = true;
  }

  /** This table and those it hangs on, up to the first. */
  andAbove(): TableNode[] {
    return this.#parent === undefined ? [this] : [this, ...this.#parent.andAbove()];
  }

  /** The table that all others hang on. */
  get first(): TableNode {
    return this.#parent === undefined ? this : this.#parent.first;
  }

  get hasJoins(): boolean {
    return this.#toOne.size > 0 || this.#toMany.length > 0;
  }

  /** The joins of everything below this table, in an order in which each follows what it refers to. */
  joins(isOuter = false): JoinNode[] {
    // Several filters may share one.
    const tables = new Set([...this.#toOne.values(), ...this.#toMany.map(({ table }) => table)]);
    return [...tables].flatMap((table) => table.#joinAndBelow(isOuter));
  }

  #joinAndBelow(isOuterParent: boolean): JoinNode[] {
    const relation = this.#relation;
    const parent = this.#parent;
    if (relation === undefined || parent === undefined) return [];
    const isOuter = !this.#isRequired && (isOuterParent || relation.isNullable);
    const link = compare(this.column(relation.targetKey), "=", parent.column(relation.sourceKey));
    const narrowed = relation.isNarrowed === true ? this.first.narrowing?.(relation, this) : undefined;
    const join: JoinNode = {
      type: isOuter ? "left" : "inner",
      table: this.schema.table,
      alias: this.alias,
      on: narrowed === undefined ? link : and([link, narrowed]),
    };
    return [join, ...this.joins(isOuter)];
  }
}

/**
 * Whether two relations to many join the same rows: that to the links of a relation with a model of its own between, and
 * the relation that leads to those links by name. As in Django, what is asked of both is about the same link.
 */
function isSameStep(a: Relation, b: Relation): boolean {
  return a === b || (a.field === b.field && a.target === b.target && a.sourceKey === b.sourceKey && a.kind === b.kind);
}

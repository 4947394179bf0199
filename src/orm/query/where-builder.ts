import {
  and,
  compare,
  isNull,
  isTrue,
  never,
  not,
  or,
  type ColumnNode,
  type ExistsNode,
  type InSelectNode,
  type ScalarNode,
  type SqlNode,
} from "../compiler/nodes.js";
import type { ColumnType } from "../fields/column-type.js";
import type {
  Condition,
  ExpressionCondition,
  GroupCondition,
  LookupCondition,
  QueryCondition,
  TestCondition,
} from "./operation.js";
import type { LookupTarget } from "./path.js";
import type { BuildContext, BuildPlace, InnerQuery } from "./resolved.js";
import { TableNode } from "./table-node.js";
import type { Relation } from "../schema/schema.js";

/** A condition in SQL, and the tables that must have a row for it to hold. */
export interface Built {
  readonly node: SqlNode;
  readonly required: ReadonlySet<TableNode>;
}

/** Where in the tree of one `filter` a condition stands. */
interface Place {
  /** Conditions with the same scope are about the same row of a to-many relation. */
  readonly scope: object | undefined;
  /** Whether a relation to many inside a not means any of its rows: in filters, not in expressions. */
  readonly isFilter: boolean;
  /** Inside an odd number of nots: what is built here will be negated. */
  readonly isNegated: boolean;
  /** Inside any not. */
  readonly isInsideNot: boolean;
}

const nothing: ReadonlySet<TableNode> = new Set();

const plainLeaf = { acceptsNull: false, asksForNull: false, excludesNull: false };

/**
 * Writes conditions as SQL, with Django's answers to the questions that SQL leaves open:
 *
 * - A negated condition holds for rows where the column is NULL: `exclude(note: "x")` keeps rows without a note.
 * - A negated condition over a to-many relation means that no related row meets it (`NOT EXISTS`), not that some
 *   related row does not.
 * - A join is an inner join only where a row without the joined row could not be in the result anyway.
 */
export class WhereBuilder {
  readonly #root: TableNode;
  readonly #context: BuildContext;
  readonly #at: BuildPlace;

  /** `at` is the row that conditions are about. */
  constructor(at: BuildPlace) {
    this.#root = at.root;
    this.#context = at.context;
    this.#at = at;
  }

  /** The SQL of a condition inside of an expression, which never leaves out rows. */
  buildInside(condition: Condition): SqlNode {
    const place: Place = { scope: this.#at.scope, isFilter: false, isNegated: false, isInsideNot: false };
    return this.#build(condition, place).node;
  }

  /** The SQL of a condition that all rows must meet. */
  build(condition: Condition, isNegated: boolean): SqlNode {
    const { node, required } = this.buildFilter(condition, isNegated);
    for (const table of required) table.require();
    return node;
  }

  /** One call of `filter` or `exclude`. `scope` is what its relations to many are joined for. */
  buildFilter(condition: Condition, isNegated: boolean, scope: object = {}): Built {
    const place: Place = { scope, isFilter: true, isNegated, isInsideNot: isNegated };
    const built = this.#build(condition, place);
    return isNegated ? { node: not(built.node), required: nothing } : built;
  }

  #build(condition: Condition, place: Place): Built {
    if (condition.kind === "lookup") return this.#lookup(condition, place);
    if (condition.kind === "query") return this.#query(condition, place);
    if (condition.kind === "expression") return this.#expression(condition, place);
    if (condition.kind === "test") return this.#test(condition, place);
    if (condition.kind === "not") {
      const inner = this.#build(condition.item, { ...place, isNegated: !place.isNegated, isInsideNot: true });
      return { node: not(inner.node), required: nothing };
    }
    return grouped(
      condition.kind,
      condition.items.map((item) => this.#build(item, place)),
    );
  }

  #lookup(condition: LookupCondition, place: Place): Built {
    const { target, variant, slot } = condition;
    const { lookup, operand } = target;
    const acceptsNull = lookup.acceptsNull?.(variant) ?? false;
    const write = (left: SqlNode): SqlNode => {
      const slotAt = (offset: number, type: ColumnType = operand.type): SqlNode & { kind: "slot" } =>
        Object.freeze({ kind: "slot", index: this.#context.slotBase + slot + offset, type });
      return lookup.build(transformed(left, target), variant, slotAt, operand);
    };
    const asksForNull = lookup.name === "isnull" || acceptsNull || lookup.asksForNull?.(variant) === true;
    const excludesNull = lookup.excludesNull?.(variant) ?? false;
    return this.#onPath(target, place, { acceptsNull, asksForNull, excludesNull, write });
  }

  #query({ target, query, slot }: QueryCondition, place: Place): Built {
    const write = (left: SqlNode): SqlNode => {
      const isList = target.lookup.name === "in";
      const at: BuildPlace = { ...this.#at, scope: place.scope };
      const inner: InnerQuery = { shape: query, slot, isNegated: place.isNegated };
      const select = this.#context.inner(inner, isList ? "keys" : "value", at);
      if (select === undefined) return never;
      const compared = transformed(left, target);
      if (isList) return Object.freeze<InSelectNode>({ kind: "inSelect", left: compared, select });
      return compare(compared, "=", Object.freeze<ScalarNode>({ kind: "scalar", select, asArray: false }));
    };
    return this.#onPath(target, place, { ...plainLeaf, write });
  }

  #expression(condition: ExpressionCondition, place: Place): Built {
    const { target, expression } = condition;
    if (place.isInsideNot && place.isFilter && expression.isField && expression.manyPaths.length > 0) {
      if (this.#context.isStrict) return this.#inOwnRow(condition, place);
      if (!target.relations.some((relation) => relation.isMany)) {
        this.#context.warn(
          17,
          `excludes by F over ${expression.manyPaths[0] ?? ""}: a row is left out once for each related row that meets ` +
            "it and kept for each that does not. strict() leaves it out if any does",
        );
      }
    }
    const tables: TableNode[] = [];
    const right = expression.build({ ...this.#at, scope: place.scope, tables });
    const { lookup } = target;
    const others = condition.others?.map((other) => other.build({ ...this.#at, scope: place.scope, tables }));
    const write = (column: SqlNode): SqlNode => {
      const left = transformed(column, target);
      if (others !== undefined) return lookup.buildWithAll?.(left, [right, ...others]) ?? never;
      const compared = lookup.buildWith?.(left, right) ?? never;
      // Negated, a comparison with NULL is to be true, as in `#onPath`; not, in Django, with what is NULL only because
      // the row that it is of is not there.
      const isNullable = this.#context.isStrict ? expression.isNullable : expression.isNullableColumn === true;
      const mayBeNull = place.isNegated && expression.isField && isNullable;
      return mayBeNull ? and([compared, isNull(right, true)]) : compared;
    };
    const built = this.#onPath(target, place, { ...plainLeaf, write });
    if (place.isInsideNot) return built;
    return { ...built, required: new Set([...built.required, ...tables.flatMap((table) => table.andAbove())]) };
  }

  /** The condition on a row of its own that is this one again: whether any row of its joins meets it. */
  #inOwnRow(condition: ExpressionCondition, place: Place): Built {
    const { schema } = this.#root;
    const own = new TableNode(schema, this.#context.aliases);
    own.narrowing = this.#root.first.narrowing;
    const builder = new WhereBuilder({ ...this.#at, root: own, scope: place.scope });
    const { node } = builder.#build(condition, { ...place, isFilter: false });
    const key = schema.primaryKey;
    const where = and([compare(own.column(key), "=", this.#root.column(key)), node]);
    return { node: existsIn(own, where), required: nothing };
  }

  #test({ expression }: TestCondition, place: Place): Built {
    const tables: TableNode[] = [];
    const node = expression.build({ ...this.#at, scope: place.scope, tables });
    const isCondition = node.kind !== "column" && node.kind !== "value" && node.kind !== "case";
    return { node: isCondition ? node : isTrue(node), required: nothing };
  }

  #onPath({ relations, field, left }: LookupTarget, place: Place, leaf: Leaf): Built {
    if (left !== undefined) {
      return { node: leaf.write(left.build({ ...this.#at, scope: place.scope })), required: nothing };
    }
    const firstMany = relations.findIndex((relation) => relation.isMany);
    if (place.isInsideNot && place.isFilter && firstMany >= 0) {
      const select = this.#exists(relations, firstMany, { field, leaf });
      return { node: select, required: nothing };
    }
    const table = this.#root.joinAll(relations, place.scope);
    const column = table.column(field);
    const node = leaf.write(column);
    if (place.isNegated && !leaf.asksForNull) {
      // NOT (column = x) is unknown where column is NULL; NOT (column = x AND column IS NOT NULL) is true.
      const isNullable = field.isNullable || relations.some((relation) => relation.isNullable);
      if (!isNullable) return { node, required: nothing };
      const decided = leaf.excludesNull ? or([node, isNull(column)]) : and([node, isNull(column, true)]);
      return { node: decided, required: nothing };
    }
    return { node, required: leaf.acceptsNull ? nothing : new Set(table.andAbove()) };
  }

  /** Whether a related row meets the condition: what is inside of a not, for a relation to many. */
  #exists(
    relations: readonly Relation[],
    firstMany: number,
    { field, leaf }: { field: LookupTarget["field"]; leaf: Leaf },
  ): SqlNode {
    const before = relations.slice(0, firstMany);
    const relation = relations[firstMany];
    if (relation === undefined) throw new Error("There is no relation to many on this path.");
    // A condition that a missing row meets needs the outer row itself again, to be joined with nothing.
    const startsAtSource = leaf.acceptsNull;
    const root = new TableNode(startsAtSource ? relation.source : relation.target, this.#context.aliases);
    root.narrowing = this.#root.first.narrowing;
    const rest = relations.slice(startsAtSource ? firstMany : firstMany + 1);
    const outer = this.#columnBefore(before, relation);
    const link = root.column(startsAtSource ? relation.sourceKey : relation.targetKey);
    const table = root.joinAll(rest, root);
    const condition = leaf.write(table.column(field));
    if (!leaf.acceptsNull) table.require();
    const isNarrowed = relation.isNarrowed === true && !startsAtSource;
    const narrowed = isNarrowed ? root.narrowing?.(relation, root) : undefined;
    const where = and([compare(link, "=", outer), ...(narrowed === undefined ? [] : [narrowed]), condition]);
    const exists = where.kind === "truth" ? where : existsIn(root, where);
    // Without a row to start from there is no related row, either.
    const mayStartNowhere = startsAtSource && before.some((step) => step.isNullable);
    return mayStartNowhere ? or([exists, isNull(outer)]) : exists;
  }

  /** The outer column that `relation` starts from: the foreign key before it where that has the same value. */
  #columnBefore(before: readonly Relation[], relation: Relation): ColumnNode {
    const last = before.at(-1);
    if (last?.kind === "reference" && last.targetKey.column === relation.sourceKey.column) {
      return this.#root.joinAll(before.slice(0, -1), undefined).column(last.field);
    }
    return this.#root.joinAll(before, undefined).column(relation.sourceKey);
  }
}

/** All of several conditions, any of them, or an odd number of them. */
export function grouped(kind: GroupCondition["kind"], parts: readonly Built[]): Built {
  const nodes = parts.map((part) => part.node);
  if (kind === "odd") return { node: oddOf(nodes), required: intersection(parts) };
  return kind === "all"
    ? { node: and(nodes), required: union(parts) }
    : { node: or(nodes), required: intersection(parts) };
}

function existsIn(root: TableNode, where: SqlNode): SqlNode {
  return Object.freeze<ExistsNode>({
    kind: "exists",
    select: {
      kind: "select",
      columns: [{ kind: "one" }],
      from: { table: root.schema.table, alias: root.alias },
      joins: root.joins(),
      where,
      orderBy: [],
      limit: undefined,
      offset: undefined,
    },
  });
}

/** The end of a path: what is asked of the column there. */
interface Leaf {
  /** Whether a row that is not there meets the condition. */
  readonly acceptsNull: boolean;
  /** Whether the condition is about NULL itself, so that it is never unknown. */
  readonly asksForNull: boolean;
  /** Whether NULL is one of the values that an `exclude` names. */
  readonly excludesNull: boolean;
  readonly write: (left: SqlNode) => SqlNode;
}

/** Whether an odd number of conditions hold; one that is unknown does not hold. */
function oddOf(nodes: readonly SqlNode[]): SqlNode {
  const known = nodes.filter((node) => node.kind !== "truth" || node.value);
  const counted = known.map((when): SqlNode => {
    const one: SqlNode = { kind: "one" };
    return { kind: "case", branches: [{ when, result: one }], otherwise: { kind: "number", text: "0" } };
  });
  const [first, ...rest] = counted;
  if (first === undefined) return never;
  const sum = rest.reduce<SqlNode>((left, right) => ({ kind: "arithmetic", operator: "+", left, right }), first);
  const two: SqlNode = { kind: "number", text: "2" };
  return compare({ kind: "arithmetic", operator: "%", left: sum, right: two }, "=", { kind: "one" });
}

function transformed(left: SqlNode, { transforms }: LookupTarget): SqlNode {
  return transforms.reduce((item, transform) => transform.build(item), left);
}

function union(parts: readonly Built[]): ReadonlySet<TableNode> {
  return new Set(parts.flatMap((part) => [...part.required]));
}

function intersection(parts: readonly Built[]): ReadonlySet<TableNode> {
  const [first, ...rest] = parts;
  if (first === undefined) return nothing;
  return new Set([...first.required].filter((table) => rest.every((part) => part.required.has(table))));
}

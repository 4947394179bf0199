import type { ColumnType } from "../fields/column-type.js";

/**
 * The syntax tree of SQL that the ORM writes: frozen plain objects, told apart by `kind`. The query's meaning is fixed
 * here (which joins, which nulls); a dialect only spells it.
 *
 * Values are never in the tree. A `slot` names the place in the query's list of values that a parameter comes from,
 * so that the same tree, and the same SQL text, serves every query of one shape.
 */
export type SqlNode =
  | ColumnNode
  | SlotNode
  | ValueNode
  | NullNode
  | TruthNode
  | CompareNode
  | LogicNode<"and">
  | LogicNode<"or">
  | NotNode
  | IsNullNode
  | TextMatchNode
  | InSlotNode
  | InSelectNode
  | ExistsNode
  | DatePartNode
  | ArithmeticNode
  | RandomNode
  | CountNode
  | OneNode
  | NumberNode
  | ConstantNode
  | IsTrueNode
  | FunctionNode
  | TemplateNode
  | AggregateNode
  | CaseNode
  | CastNode
  | WindowNode
  | ScalarNode;

export interface ColumnNode {
  readonly kind: "column";
  readonly alias: string;
  readonly column: string;
  readonly type: ColumnType;
}

/** A parameter: the value at `index` in the query's values. */
export interface SlotNode {
  readonly kind: "slot";
  readonly index: number;
  readonly type: ColumnType;
}

/** A parameter that is computed with: no column gives it a type, so it brings its own. */
export interface ValueNode {
  readonly kind: "value";
  readonly index: number;
  readonly type: ColumnType;
}

/** NULL, as it is written. */
export interface NullNode {
  readonly kind: "null";
  readonly type: ColumnType | undefined;
}

/** A condition that is known without asking. Folded away by `and`, `or` and `not`. */
export interface TruthNode {
  readonly kind: "truth";
  readonly value: boolean;
}

export type CompareOperator = "=" | "<>" | ">" | ">=" | "<" | "<=";

export interface CompareNode {
  readonly kind: "compare";
  readonly operator: CompareOperator;
  readonly left: SqlNode;
  readonly right: SqlNode;
}

export interface LogicNode<Kind extends "and" | "or"> {
  readonly kind: Kind;
  readonly items: readonly SqlNode[];
}

export interface NotNode {
  readonly kind: "not";
  readonly item: SqlNode;
}

export interface IsNullNode {
  readonly kind: "isNull";
  readonly item: SqlNode;
  readonly isNegated: boolean;
}

export type TextMatch = "contains" | "startsWith" | "endsWith" | "equals";

/** Whether `left` has the text in `right` somewhere, at its start, at its end, or is it. */
export interface TextMatchNode {
  readonly kind: "textMatch";
  readonly match: TextMatch;
  readonly isCaseSensitive: boolean;
  readonly left: SqlNode;
  /** A slot, whose value becomes a pattern, or what the database computes. */
  readonly right: SqlNode;
}

/** Whether `left` is one of the list of values in the slot. The list is never empty. */
export interface InSlotNode {
  readonly kind: "inSlot";
  readonly left: SqlNode;
  readonly list: SlotNode;
}

export interface InSelectNode {
  readonly kind: "inSelect";
  readonly left: SqlNode;
  readonly select: QueryNode;
}

export interface ExistsNode {
  readonly kind: "exists";
  readonly select: QueryNode;
}

export type DatePart =
  | "date"
  | "year"
  | "iso_year"
  | "quarter"
  | "month"
  | "week"
  | "day"
  | "week_day"
  | "iso_week_day"
  | "hour"
  | "minute"
  | "second"
  | "time";

/** What parts are taken of: an instant, a day of the calendar, a time of day. */
export type DateKind = "dateTime" | "date" | "time";

/** A part of an instant, a day or a time: a number, or for `date` and `time` text as such fields have it. */
export interface DatePartNode {
  readonly kind: "datePart";
  readonly part: DatePart;
  readonly of: DateKind;
  /** The zone whose calendar and clock are meant, of an instant. Default UTC. */
  readonly zone?: string;
  readonly item: SqlNode;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "<<" | ">>";

export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: SqlNode;
  readonly right: SqlNode;
}

export interface RandomNode {
  readonly kind: "random";
}

/** `COUNT(*)`. */
export interface CountNode {
  readonly kind: "count";
}

/** The constant 1, where a query is asked only whether it has rows. */
export interface OneNode {
  readonly kind: "one";
}

/** A constant number, as it is written. */
export interface NumberNode {
  readonly kind: "number";
  readonly text: `${number}`;
}

/** A constant text, written as a literal: it belongs to the shape of a query, such as a key of JSON. */
export interface ConstantNode {
  readonly kind: "constant";
  readonly value: string;
}

/** A column or value that is true or false, as a condition. */
export interface IsTrueNode {
  readonly kind: "isTrue";
  readonly item: SqlNode;
}

/** A function of the database, by the name that `functions` of the dialects know it by. */
export interface FunctionNode {
  readonly kind: "function";
  readonly name: string;
  readonly args: readonly SqlNode[];
  readonly output: ColumnType;
}

/** SQL that a program wrote, with expressions between its pieces. */
export interface TemplateNode {
  readonly kind: "template";
  /** One more than `args`. */
  readonly texts: readonly string[];
  readonly args: readonly SqlNode[];
  /** Whether it makes one value of several rows. */
  readonly isAggregate: boolean;
}

/** One value of all rows of a group. */
export interface AggregateNode {
  readonly kind: "aggregate";
  readonly name: string;
  readonly args: readonly SqlNode[];
  readonly isDistinct: boolean;
  readonly filter: SqlNode | undefined;
  readonly orderBy: readonly OrderNode[];
  readonly output: ColumnType;
  /** The type of its first argument, where that matters. */
  readonly input: ColumnType | undefined;
}

export interface CaseNode {
  readonly kind: "case";
  readonly branches: readonly { readonly when: SqlNode; readonly result: SqlNode }[];
  readonly otherwise: SqlNode | undefined;
}

export interface CastNode {
  readonly kind: "cast";
  readonly item: SqlNode;
  readonly from: ColumnType;
  readonly to: ColumnType;
}

/** Where a frame begins or ends: so many rows before or after, 0 for the row itself, undefined for all of them. */
export interface WindowFrame {
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly exclude: "CURRENT ROW" | "GROUP" | "TIES" | undefined;
}

/** A value computed from rows near this one. */
export interface WindowNode {
  readonly kind: "window";
  readonly item: SqlNode;
  readonly partitionBy: readonly SqlNode[];
  readonly orderBy: readonly OrderNode[];
  readonly frame: WindowFrame | undefined;
}

/** The only value of the only row of another query; NULL where it has none. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly select: QueryNode;
  /** All values of its rows, as a JSON array or an array of the database. */
  readonly asArray: boolean;
}

export interface OrderNode {
  readonly by: SqlNode;
  readonly isDescending: boolean;
  readonly nulls?: "first" | "last" | undefined;
}

export interface JoinNode {
  readonly type: "inner" | "left";
  readonly table: string;
  readonly alias: string;
  readonly on: SqlNode;
}

/** Where rows come from: a table, or another query. */
export type SourceNode =
  | { readonly table: string; readonly alias: string }
  | { readonly select: QueryNode; readonly alias: string };

/** Locks on the rows that a query gives, until the transaction ends. */
export interface LockNode {
  readonly strength: "UPDATE" | "NO KEY UPDATE" | "SHARE" | "KEY SHARE";
  readonly wait: "wait" | "NOWAIT" | "SKIP LOCKED";
  /** The aliases of the tables whose rows are locked; all where it is empty. */
  readonly of: readonly string[];
}

export interface SelectNode {
  readonly kind: "select";
  readonly columns: readonly SqlNode[];
  /** Names of the columns, where another query asks for them: `c0`, `c1`, … */
  readonly hasNamedColumns?: boolean;
  /** Each row once; a list gives the first row for each of its values. */
  readonly distinct?: true | readonly SqlNode[] | undefined;
  readonly from: SourceNode;
  readonly joins: readonly JoinNode[];
  readonly where: SqlNode | undefined;
  readonly groupBy?: readonly SqlNode[] | undefined;
  readonly having?: SqlNode | undefined;
  readonly orderBy: readonly OrderNode[];
  /** Part of the text: a program uses few different limits, and the database plans better when it sees them. */
  readonly limit: number | undefined;
  /** A slot: programs page through any number of offsets. */
  readonly offset: SlotNode | undefined;
  readonly lock?: LockNode | undefined;
  /** Queries that this one can take rows from by name. */
  readonly commonTables?: readonly CommonTableNode[] | undefined;
}

/** A query with a name, `WITH name (columns) AS (…)`. */
export interface CommonTableNode {
  readonly name: string;
  /** A name for each column of the query. */
  readonly columns: readonly string[];
  readonly query: QueryNode;
  readonly isRecursive: boolean;
}

/** Rows of several queries as one result. Orders name columns by position. */
export interface CompoundNode {
  readonly kind: "compound";
  readonly operator: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";
  readonly queries: readonly QueryNode[];
  readonly orderBy: readonly { readonly position: number; readonly isDescending: boolean }[];
  readonly limit: number | undefined;
  readonly offset: SlotNode | undefined;
}

/** What gives rows. */
export type QueryNode = SelectNode | CompoundNode;

export interface InsertNode {
  readonly kind: "insert";
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: readonly SqlNode[];
  /** The columns to give back of the new row. */
  readonly returning: readonly string[];
  /** Whether `returning` is just the key that the database counts up, which some drivers tell without being asked. */
  readonly returnsCountedKey?: boolean;
  /** Whether some of `returning` may be more than a number holds. Default false. */
  readonly returnsBigInts?: boolean;
}

/** Several new rows in one statement. */
export interface BulkInsertNode {
  readonly kind: "bulkInsert";
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlNode[])[];
  /** Instead of `rows`: for each column a list with its values, where `Dialect.canList`. */
  readonly lists?: readonly SlotNode[];
  /**
   * What to do with rows that break a unique rule: nothing, where `update` is empty, or else to change those columns of
   * the row that is there. `target` has the columns of the rule.
   */
  readonly conflict: { readonly target: readonly string[]; readonly update: readonly string[] } | undefined;
  readonly returning: readonly string[];
  /** Whether some of `returning` may be more than a number holds. Default false. */
  readonly returnsBigInts?: boolean;
}

export interface UpdateNode {
  readonly kind: "update";
  readonly table: string;
  readonly alias: string;
  readonly set: readonly { readonly column: string; readonly value: SqlNode }[];
  readonly where: SqlNode | undefined;
  /** The columns to give back of the changed rows. Default none. */
  readonly returning?: readonly string[];
  /** Whether some of `returning` may be more than a number holds. Default false. */
  readonly returnsBigInts?: boolean;
}

export interface DeleteNode {
  readonly kind: "delete";
  readonly table: string;
  readonly alias: string;
  readonly where: SqlNode | undefined;
}

/** A whole statement. */
export type StatementNode = QueryNode | InsertNode | BulkInsertNode | UpdateNode | DeleteNode;

export const always: TruthNode = Object.freeze({ kind: "truth", value: true });
export const never: TruthNode = Object.freeze({ kind: "truth", value: false });

/** All of `items`; `always` when there is none. */
export function and(items: readonly SqlNode[]): SqlNode {
  return combine("and", items, never);
}

/** Any of `items`; `never` when there is none. */
export function or(items: readonly SqlNode[]): SqlNode {
  return combine("or", items, always);
}

function combine(kind: "and" | "or", given: readonly SqlNode[], decisive: TruthNode): SqlNode {
  const kept: SqlNode[] = [];
  for (const item of given) {
    if (item.kind === "truth") {
      if (item.value === decisive.value) return decisive;
    } else if (item.kind === kind) kept.push(...item.items);
    else kept.push(item);
  }
  const [only] = kept;
  if (only === undefined) return kind === "and" ? always : never;
  if (kept.length === 1) return only;
  const items = Object.freeze(kept);
  return kind === "and" ? Object.freeze({ kind, items }) : Object.freeze({ kind, items });
}

/** The opposite of `item`. NULL stays NULL. */
export function not(item: SqlNode): SqlNode {
  if (item.kind === "truth") return item.value ? never : always;
  return Object.freeze({ kind: "not", item });
}

export function compare(left: SqlNode, operator: CompareOperator, right: SqlNode): SqlNode {
  return Object.freeze({ kind: "compare", operator, left, right });
}

export function isNull(item: SqlNode, isNegated = false): SqlNode {
  return Object.freeze({ kind: "isNull", item, isNegated });
}

/** The columns that a node stands for: several where it is a composite key, else itself. */
export function partsOf(node: SqlNode): readonly SqlNode[] {
  if (node.kind !== "column" || node.type.kind !== "row") return [node];
  const { alias, type } = node;
  return type.parts.map((part) => Object.freeze({ kind: "column", alias, ...part }));
}

/** A value that is true or false as a condition. */
export function isTrue(item: SqlNode): SqlNode {
  return Object.freeze({ kind: "isTrue", item });
}

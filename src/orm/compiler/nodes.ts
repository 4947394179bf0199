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
  | NumberNode
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
  | OneNode;

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

/** A parameter that is computed with: a number that no column gives a type. */
export interface NumberNode {
  readonly kind: "number";
  readonly index: number;
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
  readonly right: SlotNode;
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
  readonly select: SelectNode;
}

export interface ExistsNode {
  readonly kind: "exists";
  readonly select: SelectNode;
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
  | "second";

/** A part of an instant, in UTC: a number, or for `date` the text `YYYY-MM-DD`. */
export interface DatePartNode {
  readonly kind: "datePart";
  readonly part: DatePart;
  readonly item: SqlNode;
}

export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: "+" | "-" | "*" | "/" | "%";
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

export interface OrderNode {
  readonly by: SqlNode;
  readonly isDescending: boolean;
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
  | { readonly select: SelectNode; readonly alias: string };

export interface SelectNode {
  readonly kind: "select";
  readonly columns: readonly SqlNode[];
  readonly from: SourceNode;
  readonly joins: readonly JoinNode[];
  readonly where: SqlNode | undefined;
  readonly orderBy: readonly OrderNode[];
  /** Part of the text: a program uses few different limits, and the database plans better when it sees them. */
  readonly limit: number | undefined;
  /** A slot: programs page through any number of offsets. */
  readonly offset: SlotNode | undefined;
}

export interface InsertNode {
  readonly kind: "insert";
  readonly table: string;
  readonly columns: readonly string[];
  readonly values: readonly SqlNode[];
  /** The columns to give back of the new row. */
  readonly returning: readonly string[];
}

export interface UpdateNode {
  readonly kind: "update";
  readonly table: string;
  readonly alias: string;
  readonly set: readonly { readonly column: string; readonly value: SqlNode }[];
  readonly where: SqlNode | undefined;
}

export interface DeleteNode {
  readonly kind: "delete";
  readonly table: string;
  readonly alias: string;
  readonly where: SqlNode | undefined;
}

/** A whole statement. */
export type StatementNode = SelectNode | InsertNode | UpdateNode | DeleteNode;

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

import type { LockNode } from "../compiler/nodes.js";
import type { Relation, Schema } from "../schema/schema.js";
import type { LookupTarget } from "./path.js";
import type { Annotation, QueryScope, Resolved } from "./resolved.js";

/**
 * A query but for its values: the steps that made it, in the order in which they were called. `Shape` is the one
 * implementation.
 */
export interface QueryShape extends QueryScope {
  /** Different for each shape. */
  readonly id: number;
  readonly schema: Schema;
  readonly operations: readonly Operation[];
  /** How many values a query of this shape has. */
  readonly slotCount: number;
}

/** One step in the making of a query. A query is the list of its steps, in the order in which they were called. */
export type Operation =
  | FilterOperation
  | OrderOperation
  | ReverseOperation
  | KeyOrderOperation
  | RelatedOperation
  | SliceOperation
  | AnnotateOperation
  | ValuesOperation
  | DistinctOperation
  | FieldsOperation
  | LockOperation
  | CombineOperation
  | MergeOperation
  | NoneOperation
  | StrictOperation
  | RecursiveOperation
  | WithOperation
  | NarrowOperation;

/** One call of `filter` or `exclude`: conditions on one to-many relation in one call are about the same row of it. */
export interface FilterOperation {
  readonly kind: "filter";
  readonly isNegated: boolean;
  readonly condition: Condition;
}

/** A key of an order that is an expression. */
export interface OrderKey {
  readonly by: Resolved;
  readonly isDescending: boolean;
  readonly nulls: "first" | "last" | undefined;
}

/** `orderBy`. It replaces any order before it. */
export interface OrderOperation {
  readonly kind: "order";
  readonly keys: readonly (string | OrderKey)[];
}

/** `reverse`. */
export interface ReverseOperation {
  readonly kind: "reverse";
}

/** `first` and `last`: an order by primary key, where there is no order. */
export interface KeyOrderOperation {
  readonly kind: "keyOrder";
}

/** `selectRelated`. */
export interface RelatedOperation {
  readonly kind: "related";
  readonly paths: readonly string[];
}

/** `slice`, added last. The offset is a value of the query: its last slot. */
export interface SliceOperation {
  readonly kind: "slice";
  readonly limit: number | undefined;
  readonly hasOffset: boolean;
}

/** `annotate` and `alias`. */
export interface AnnotateOperation {
  readonly kind: "annotate";
  readonly annotations: readonly Annotation[];
}

/** What the rows of a query are: plain objects, lists, lists with names, or the one value itself. */
export type RowForm = "object" | "list" | "named" | "single";

/** One column of `values`. */
export interface ValuesColumn {
  readonly name: string;
  readonly expression: Resolved;
}

/** `values` and `valuesList`. */
export interface ValuesOperation {
  readonly kind: "values";
  readonly form: RowForm;
  readonly columns: readonly ValuesColumn[];
}

/** `distinct`. */
export interface DistinctOperation {
  readonly kind: "distinct";
  /** Gives the first row for each of their values; whole rows where it is empty. */
  readonly on: readonly string[];
}

/**
 * `only` and `defer`: the fields to load of the model and of each relation that is loaded with it, by path; or fields of
 * the model that are loaded whatever these say.
 */
export interface FieldsOperation {
  readonly kind: "fields";
  readonly choice: "only" | "defer" | "always";
  readonly paths: readonly string[];
}

/** `selectForUpdate`. */
export interface LockOperation {
  readonly kind: "lock";
  readonly strength: LockNode["strength"];
  readonly wait: LockNode["wait"];
  readonly of: readonly string[];
}

/** `union`, `intersection` and `difference`. The values of each query follow those of the one before. */
export interface CombineOperation {
  readonly kind: "combine";
  readonly operator: "UNION" | "UNION ALL" | "INTERSECT" | "EXCEPT";
  readonly queries: readonly { readonly shape: QueryShape; readonly slot: number }[];
}

/**
 * `and`, `or` and `xor` of query sets: what was asked so far, together with what another query of the same model asks,
 * whose values follow. Of that query there are only conditions and an order.
 */
export interface MergeOperation {
  readonly kind: "merge";
  readonly operator: GroupCondition["kind"];
  readonly query: { readonly shape: QueryShape; readonly slot: number };
}

/** `none`. */
export interface NoneOperation {
  readonly kind: "none";
}

/**
 * `recursive`: the rows of a query, and those that a relation leads to from them, and so on. The values of the step
 * follow those of the query.
 */
export interface RecursiveOperation {
  readonly kind: "recursive";
  readonly base: { readonly shape: QueryShape; readonly slot: number };
  readonly relation: Relation;
  /** The annotations of the rows that it begins with, and how those of the next rows are computed, in the same order. */
  readonly annotations: readonly Annotation[];
  readonly steps: readonly Resolved[];
  readonly condition: Condition | undefined;
  /** Rows that were found already are not followed again. */
  readonly isDistinct: boolean;
}

/** `with`: the rows of another query, joined by some of their columns; all of them are annotations, not selected. */
export interface WithOperation {
  readonly kind: "with";
  readonly query: { readonly shape: QueryShape; readonly slot: number };
  /** What to call it in SQL; otherwise it gets a number. */
  readonly name: string | undefined;
  readonly on: readonly { readonly column: string; readonly expression: Resolved }[];
  readonly annotations: readonly Annotation[];
  /** Whether rows without a counterpart stay. */
  readonly isOptional: boolean;
}

/** `filteredRelation`. */
export interface NarrowOperation {
  readonly kind: "narrow";
  readonly relation: Relation;
  /** What is asked of the rows at the end of `relation`. */
  readonly condition: Condition;
  /** The last step, which the condition belongs to. */
  readonly lastStep: Relation;
}

/** `strict`. */
export interface StrictOperation {
  readonly kind: "strict";
}

/**
 * What one call of `filter` or `exclude` asks for. `slot` is the place of its first value in the values of the query.
 */
export type Condition =
  | LookupCondition
  | QueryCondition
  | ExpressionCondition
  | TestCondition
  | GroupCondition
  | NotCondition;

/** A lookup against values. */
export interface LookupCondition {
  readonly kind: "lookup";
  readonly target: LookupTarget;
  /** Which of the lookup's variants; see `Lookup.accept`. */
  readonly variant: string;
  readonly slot: number;
}

/** A lookup against the rows of another query. */
export interface QueryCondition {
  readonly kind: "query";
  readonly target: LookupTarget;
  readonly query: QueryShape;
  readonly slot: number;
}

/** A lookup against what the database computes. */
export interface ExpressionCondition {
  readonly kind: "expression";
  readonly target: LookupTarget;
  readonly expression: Resolved;
  /** What follows it in a list: the other end of a range, or more values to be one of. */
  readonly others?: readonly Resolved[];
}

/** An expression that is true or false. */
export interface TestCondition {
  readonly kind: "test";
  readonly expression: Resolved;
}

/** All of them, any of them, or an odd number of them. */
export interface GroupCondition {
  readonly kind: "all" | "any" | "odd";
  readonly items: readonly Condition[];
}

export interface NotCondition {
  readonly kind: "not";
  readonly item: Condition;
}

import type { Condition } from "../expressions/condition.js";
import type { Expression } from "../expressions/expression.js";
import type { ColumnName } from "./creation.js";
import type { Key } from "./lookup-path.js";
import type { KeyOf, Target } from "./relation.js";
import type { Checked, ResultOf, Results, SelectedOf } from "./result.js";
import type { FieldName, Selected } from "./selection.js";
import type { TypeProblem } from "./type-problem.js";

/** Annotations as `annotate` takes them. */
export type Annotations = Readonly<Record<string, Expression | Condition<object>>>;

/** A row that has annotations, too. */
export type Annotated<Row, T, X, A> = Row & Results<T, X, A>;

/** What the editor offers for `values`; any other path is checked as it is written. */
export type ValueHint<T, X> = FieldName<T> | Key<X> | (string & {});

/** Each of the paths if it leads to a value, otherwise a `TypeProblem`. */
export type ValuePaths<T, X, Paths extends readonly string[]> = {
  readonly [I in keyof Paths]: ValuePath<T, X, Paths[I]>;
};

type ValuePath<T, X, P extends string> = string extends P
  ? P
  : SelectedOf<T, X, P> extends infer V
    ? [V] extends [TypeProblem<string>]
      ? [V] extends [never]
        ? P
        : V
      : P
    : never;

/** A row of `values(...paths)`; of `values()`, all fields and annotations. */
export type ValuesRow<T, X, Paths extends readonly string[]> = Paths extends readonly []
  ? { readonly [P in ColumnName<T>]: Selected<T, P> } & X
  : { readonly [P in Paths[number]]: SelectedOf<T, X, P> };

/** A row of `valuesList(...paths)`. */
export type ListRow<T, X, Paths extends readonly string[]> = {
  readonly [I in keyof Paths]: SelectedOf<T, X, Paths[I]>;
};

/** Options of `valuesList`. */
export interface ListOptions {
  /** The values of the one path, instead of lists of one. Default false. */
  readonly flat?: boolean;
  /** Lists whose items have names, too. Default false. */
  readonly named?: boolean;
}

/** The option for lists with names, where all paths lead to values; otherwise a `TypeProblem`. */
export type NamedOption<T, X, Paths extends readonly string[]> = { readonly named: true } & ProblemFree<
  ValuePaths<T, X, Paths>[number]
>;

type ProblemFree<V> = [Extract<V, TypeProblem<string>>] extends [never] ? unknown : Extract<V, TypeProblem<string>>;

/** A row of `valuesList(...paths, { named: true })`. */
export type NamedRow<T, X, Paths extends readonly string[]> = ListRow<T, X, Paths> & {
  readonly [P in Paths[number]]: SelectedOf<T, X, P>;
};

/** A row of `values({ name: expression })`. */
export type ExpressionsRow<T, X, A> = { readonly [P in keyof A]: ResultOf<T, X, A[P]> };

/** What stands after paths in `values`: `unknown`, or a `TypeProblem` of one of them or of an expression. */
export type AfterPaths<T, X, Paths extends readonly string[], A> = Checked<T, X, A> &
  ProblemFree<ValuePaths<T, X, Paths>[number]>;

/** What is given to `valuesList`, paths and expressions, each checked. */
export type CheckedItems<T, X, Items extends readonly unknown[]> = {
  readonly [I in keyof Items]: Items[I] extends string ? ValuePath<T, X, Items[I]> : CheckedItem<T, X, Items[I]>;
};

/** An expression if its paths lead to values, otherwise a `TypeProblem`. */
export type CheckedItem<T, X, E> =
  ResultOf<T, X, E> extends infer R ? ([R] extends [TypeProblem<string>] ? ([R] extends [never] ? E : R) : E) : never;

/** A row of `valuesList(...items)`. */
export type ItemsRow<T, X, Items extends readonly unknown[]> = {
  readonly [I in keyof Items]: Items[I] extends string ? SelectedOf<T, X, Items[I]> : ResultOf<T, X, Items[I]>;
};

/** A row without the fields that were not loaded. */
export type OnlyRow<T, Row, P extends string> = Omit<Row, Exclude<ColumnName<T>, HeadOf<P> | KeyNames<T>>>;

/** A row without the fields that were left out. */
export type DeferredRow<Row, P extends string> = Omit<Row, P>;

type HeadOf<P extends string> = P extends `${infer Head}__${string}` ? Head : P;
/** The primary key is always loaded; which field it is is known by its name, or by its mark. */
type KeyNames<T> = T extends { readonly id: unknown } ? "id" : string;

/** What the editor offers for `prefetchRelated`. */
export type PrefetchHint<T> = { [P in Key<T>]: [Target<T[P]>] extends [never] ? never : P }[Key<T>] | (string & {});

/** Each of the paths if it follows relations, otherwise a `TypeProblem`. */
export type PrefetchPath<T, Whole extends string, P extends string> = string extends P
  ? P
  : P extends Key<T>
    ? [Target<T[P]>] extends [never]
      ? TypeProblem<`"${P}" is not a relation.`>
      : Whole
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<T>
        ? [Target<T[Head]>] extends [never]
          ? TypeProblem<`"${Head}" is not a relation.`>
          : PrefetchPath<Target<T[Head]>, Whole, Rest>
        : TypeProblem<`There is no field "${Head}" in this model.`>
      : TypeProblem<`There is no field "${P}" in this model.`>;

/** The keys of `inBulk`: of the field that is named, or the primary key. */
export type BulkKey<T, P> = P extends "pk"
  ? KeyOf<T>
  : P extends Key<T>
    ? Selected<T, P> & (string | number)
    : KeyOf<T>;

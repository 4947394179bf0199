import type { Decimal } from "decimal.js";

import type { Condition } from "../expressions/condition.js";
import type { Expression } from "../expressions/expression.js";
import type { Fits } from "./fits.js";
import type { AtPath, CountedAt, MadeOf, MeanAt } from "./markers.js";
import type { TypeProblem } from "./type-problem.js";
import type { Selected } from "./selection.js";

/** What an argument of a function may be: the path of a field, an expression, or a value that is no text. */
export type Argument = string | Expression | Condition<object> | number | bigint | boolean | Date | Decimal | null;

/** The result of an argument. */
export type ArgumentResult<A> = A extends string
  ? AtPath<A>
  : A extends Expression<unknown, infer R>
    ? R
    : A extends Condition<object>
      ? boolean
      : A;

/** A `V`, as long as the path leads somewhere, where the argument is one. */
export type Given<A, V> = A extends string ? CountedAt<A, V> : V;

/** The mean of an argument: a decimal of decimals, a number of all else. */
export type Mean<A> =
  ArgumentResult<A> extends infer R
    ? [R] extends [AtPath<infer P>]
      ? MeanAt<P>
      : [NonNullable<R>] extends [Decimal]
        ? Decimal
        : number
    : never;

/** A `V`, or null where one of the arguments may be null. */
export type NullFrom<A, V> = FromResult<ArgumentResult<A>, V>;

type FromResult<R, V> = [unknown] extends [R]
  ? V
  : R extends AtPath<infer P>
    ? MadeOf<P, V>
    : R extends MadeOf<infer P, unknown>
      ? MadeOf<P, V>
      : R extends null
        ? null
        : V;

/** The type of the path `P` on rows of `T` with the annotations `X`. */
export type SelectedOf<T, X, P extends string> = P extends keyof X ? X[P] : Selected<T, P>;

/** The type that an expression with the result `R` gives on rows of `T` with the annotations `X`. */
export type Resolved<T, X, R> = [unknown] extends [R]
  ? R
  : R extends AtPath<infer P>
    ? string extends P
      ? unknown
      : SelectedOf<T, X, P>
    : R extends MadeOf<infer P, infer V>
      ? string extends P
        ? V | null
        : OfNull<SelectedOf<T, X, P>, V>
      : R extends CountedAt<infer P, infer V>
        ? string extends P
          ? V
          : Counted<SelectedOf<T, X, P>, V>
        : R extends MeanAt<infer P>
          ? string extends P
            ? number
            : MeanOf<SelectedOf<T, X, P>>
          : R;

type MeanOf<S> = [S] extends [TypeProblem<string>] ? S : [NonNullable<S>] extends [Decimal] ? Decimal : number;

type Counted<S, V> = [S] extends [TypeProblem<string>] ? ([S] extends [never] ? V : S) : V;

type OfNull<S, V> = [S] extends [TypeProblem<string>] ? ([S] extends [never] ? V : S) : null extends S ? V | null : V;

/** The type that the expression `E` gives on rows of `T` with the annotations `X`. */
export type ResultOf<T, X, E> =
  E extends Expression<unknown, infer R>
    ? Resolved<T, X, R>
    : E extends Condition<infer C>
      ? ConditionResult<Fits<T, X, C>>
      : never;

type ConditionResult<F> = [Extract<F, TypeProblem<string>>] extends [never] ? boolean : Extract<F, TypeProblem<string>>;

/** The results of several expressions, by name. */
export type Results<T, X, A> = { readonly [P in keyof A]: ResultOf<T, X, A[P]> };

/** Each of the expressions if its path leads somewhere, otherwise a `TypeProblem`. */
export type Checked<T, X, A> = {
  readonly [P in keyof A]: [ProblemOf<ResultOf<T, X, A[P]>>] extends [never] ? A[P] : ProblemOf<ResultOf<T, X, A[P]>>;
};

type ProblemOf<R> = Extract<R, TypeProblem<string>>;

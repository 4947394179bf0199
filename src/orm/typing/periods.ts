import type { ColumnKind } from "./column.js";
import type { Key } from "./lookup-path.js";
import type { Target } from "./relation.js";
import type { TypeProblem } from "./type-problem.js";

/** The periods that days can be put into. */
export type DateUnit = "year" | "quarter" | "month" | "week" | "day";

/** Options of `dates` and `datetimes`. */
export interface PeriodOrder {
  /** From the first period, or from the last. Default `asc`. */
  readonly order?: "asc" | "desc";
}

/** The path `P` if it leads to a column of one of `Kinds`, or to a date among the annotations `X`. */
export type PeriodPath<T, X, P extends string, Kinds extends string> = string extends P
  ? P
  : P extends Key<X>
    ? P
    : [KindAt<T, P>] extends [never]
      ? TypeProblem<`"${P}" is not a field of this model.`>
      : [KindAt<T, P>] extends [Kinds]
        ? P
        : TypeProblem<`"${P}" has no ${Kinds} in it.`>;

/** The kind of the column at the end of `P`; `never` where there is none. */
type KindAt<T, P extends string> =
  P extends Key<T>
    ? ColumnKind<T[P]>
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<T>
        ? KindAt<Target<T[Head]>, Rest>
        : never
      : never;

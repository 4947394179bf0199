import type { Condition as AnyCondition } from "../expressions/condition.js";
import type { Expression } from "../expressions/expression.js";
import type { ColumnInput, ColumnValue, IsColumn, IsComputedColumn, IsOptionalColumn, NullOf } from "./column.js";
import type { Key } from "./lookup-path.js";
import type { HeldKey, HoldingNames, IsOptionalReference, ReferenceTarget, RelatedTo } from "./relation.js";

/**
 * The values that `create` and the constructor take: what has no default and may not be null is required. An expression
 * is computed by the database when the row is written.
 */
export type NewValues<T> = [HoldingNames<T>] extends [never]
  ? {
      readonly [P in Key<T> as NeedOf<T[P]> extends "required" ? P : never]: NewInputOf<T[P]>;
    } & {
      readonly [P in Key<T> as NeedOf<T[P]> extends "optional" ? P : never]?: NewInputOf<T[P]>;
    }
  : ValuesOrReferences<T, HoldingNames<T>>;

/** As `NewValues`, for models with references whose keys are in the fields `Held`: either may be given. */
type ValuesOrReferences<T, Held> = {
  readonly [P in Exclude<Key<T>, Held> as NeedOf<T[P]> extends "required" ? P : never]: NewInputOf<T[P]>;
} & {
  readonly [P in Key<T> as NeedOf<T[P]> extends "optional" ? P : P extends Held ? P : never]?: NewInputOf<T[P]>;
};

/** The values that `assign` takes: any of the fields; of an expression `save` has the database compute the value. */
export type SomeValues<T> = UpdateValues<T>;

/**
 * The values that `update` takes: any of the fields, computed in the database where an expression is given; a field
 * that is true or false takes a `Condition`, too.
 */
export type UpdateValues<T, Condition = never> = {
  readonly [P in Key<T> as NeedOf<T[P]> extends "none" ? never : P]?:
    | InputOf<T[P]>
    | (IsColumn<T[P]> extends true ? ([ColumnValue<T[P]>] extends [boolean] ? Condition : never) : never);
};

/** The names of the fields of `T` that have a column of their own. */
export type ColumnName<T> = {
  [P in Key<T>]: NeedOf<T[P]> extends "none" ? (IsColumn<T[P]> extends true ? P : never) : P;
}[Key<T>];

type NeedOf<V> =
  IsColumn<V> extends true
    ? IsComputedColumn<V> extends true
      ? "none"
      : IsOptionalColumn<V> extends true
        ? "optional"
        : "required"
    : [ReferenceTarget<V>] extends [never]
      ? "none"
      : IsOptionalReference<V> extends true
        ? "optional"
        : "required";

type InputOf<V> =
  IsColumn<V> extends true
    ? ColumnInput<V> | NullOf<V> | Expression<ColumnValue<V>>
    : RelatedTo<V> | NullOf<V> | Expression<HeldKey<V>>;

/** As `InputOf`, for a row that is not there yet: what is true or false takes a condition on other rows. */
type NewInputOf<V> =
  | InputOf<V>
  | (IsColumn<V> extends true ? ([ColumnValue<V>] extends [boolean] ? AnyCondition<object> : never) : never);

/** What `getOrCreate` and its like take for a new row: some values, or functions that give them. */
export type DefaultValues<Values> = { readonly [P in keyof Values]?: Values[P] | (() => Values[P]) };

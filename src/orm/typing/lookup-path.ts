import type { Decimal } from "decimal.js";

import type { Expression } from "../expressions/expression.js";
import type { ColumnInput, ColumnKind, ColumnValue, IsColumn, NullOf } from "./column.js";
import type { DecimalInput } from "./decimal-input.js";
import type { KindName, Kinds } from "./kinds.js";
import type { HeldKey, KeyKind, KeyOf, Related, RelatedTo, Target } from "./relation.js";
import type { TypeProblem } from "./type-problem.js";

/** Stands for a query in types; the query set extends it. */
export interface QueryOf<T> {
  readonly model: abstract new (...values: never[]) => T;
}

/** The names of the properties of a model, methods included. */
export type Key<T> = keyof T & string;

/** Lookups that compare with one value, so that an expression may stand in for it. */
type Comparison = "exact" | "gt" | "gte" | "lt" | "lte";

/**
 * The type of value that the lookup path `P` takes on the model `T`, as in `filter({ [P]: value })`: `room`,
 * `room__slug`, `room__slug__icontains`, `sentAt__year__gte`. A path that leads nowhere gives a `TypeProblem`.
 *
 * A path is taken apart only when it is written: the table of all paths of a model would cost the type checker ten
 * times as much.
 */
export type LookupValue<T, P> = P extends "pk"
  ? KeyOf<T> | Expression<KeyOf<T>>
  : P extends Key<T>
    ? FieldValue<T, P>
    : P extends `pk__${infer Rest}`
      ? OfKind<KeyKind<T>, Rest, KeyOf<T>>
      : P extends `${infer Head}__${infer Rest}`
        ? Head extends Key<T>
          ? AfterField<T, Head, Rest>
          : TypeProblem<`There is no field "${Head}" in this model.`>
        : TypeProblem<`There is no field "${P & string}" in this model.`>;

type FieldValue<T, P extends Key<T>> =
  IsColumn<T[P]> extends true
    ? ColumnInput<T[P]> | Expression<ColumnValue<T[P]>> | NullOf<T[P]>
    : [Target<T[P]>] extends [never]
      ? TypeProblem<`"${P}" is not a field.`>
      : RelatedTo<T[P]> | Expression<HeldKey<T[P]>> | null;

type AfterField<T, Head extends Key<T>, Rest extends string> =
  IsColumn<T[Head]> extends true
    ? OfKind<ColumnKind<T[Head]>, Rest, ColumnInput<T[Head]>>
    : [Target<T[Head]>] extends [never]
      ? TypeProblem<`"${Head}" is not a field.`>
      : OfRelation<Target<T[Head]>, Rest>;

type RelatedValue<T> = Related<T> | Expression<KeyOf<T>> | null;

type OfRelation<T, Rest extends string> = Rest extends "isnull"
  ? boolean
  : Rest extends "exact"
    ? RelatedValue<T>
    : Rest extends "in"
      ? readonly Related<T>[] | QueryOf<T> | Expression<KeyOf<T>>
      : LookupValue<T, Rest>;

/** Lookups of a column; `Value` is narrower than the kind's own where the column has choices. */
type OfKind<Kind extends KindName, Rest extends string, Value> = [Kind] extends ["json" | "array"]
  ? [Kind] extends ["json"]
    ? OfJson<Rest>
    : OfArray<Rest, Value>
  : OfOtherKind<Kind, Rest, Value>;

/** Lists are compared as sets, and have places: `tags__0`, `tags__0_2`. */
type OfArray<Rest extends string, Value> = Rest extends "contains" | "contained_by" | "overlap" | `${number}_${number}`
  ? Readonly<Value> | Expression<Value>
  : Rest extends `${number}`
    ? ItemOf<Value> | null
    : Rest extends `${number}__${infer Further}`
      ? OfKind<KindOf<NonNullable<ItemOf<Value>>>, Further, NonNullable<ItemOf<Value>>>
      : OfOtherKind<"array", Rest, Value>;

type ItemOf<Value> = Value extends readonly (infer Item)[] ? Item : never;

/** Any name is a key of the JSON in the column, so that all that is known is what the lookup at the end takes. */
type OfJson<Rest extends string> = Rest extends "isnull" | `${string}__isnull` ? boolean : unknown;

type OfOtherKind<Kind extends KindName, Rest extends string, Value> = Rest extends Comparison
  ? Rest extends keyof Kinds[Kind]["lookups"]
    ? Value | Expression<Value>
    : NoLookup<Kind, Rest>
  : Rest extends "in"
    ? readonly (Value | Expression<Value>)[] | QueryOf<unknown> | Expression<Value>
    : Rest extends keyof Kinds[Kind]["lookups"]
      ? Kinds[Kind]["lookups"][Rest]
      : Rest extends keyof Kinds[Kind]["transforms"]
        ? OrComputed<Kinds[Kinds[Kind]["transforms"][Rest] & KindName]["value"]>
        : Rest extends `${infer Transform}__${infer Further}`
          ? Transform extends keyof Kinds[Kind]["transforms"]
            ? Transformed<Kinds[Kind]["transforms"][Transform] & KindName, Further>
            : NoLookup<Kind, Transform>
          : NoLookup<Kind, Rest>;

type OrComputed<Value> = Value | Expression<Value>;

type Transformed<Kind extends KindName, Rest extends string> = OfKind<Kind, Rest, Kinds[Kind]["value"]>;

type NoLookup<Kind extends KindName, Name extends string> = TypeProblem<`A ${Kind} column has no lookup "${Name}".`>;

/** The kind of column that holds a `Value`. */
export type KindOf<Value> = [Value] extends [string]
  ? "text"
  : [Value] extends [number]
    ? "number"
    : [Value] extends [boolean]
      ? "boolean"
      : [Value] extends [Decimal]
        ? "decimal"
        : "dateTime";

/** What may be given to be compared with what gives a `Value`. */
type InputOf<Value> = Value extends Decimal ? DecimalInput : Value;

/** `LookupValue`, with the annotations `X` of the query before the fields of the model. */
export type Lookup<T, X, P> = [keyof X] extends [never]
  ? LookupValue<T, P>
  : P extends Key<X>
    ? InputOf<X[P]> | Expression<X[P]>
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<X>
        ? OfKind<KindOf<NonNullable<X[Head]>>, Rest, InputOf<NonNullable<X[Head]>>>
        : LookupValue<T, P>
      : LookupValue<T, P>;

import type { ColumnKind, ColumnValue, IsColumn, NullOf } from "./column.js";
import type { KindName, Kinds } from "./kinds.js";
import type { Key } from "./lookup-path.js";
import type { HeldKey, IsQueryable, KeyOf, IsOne, RowTarget, Target } from "./relation.js";
import type { TypeProblem } from "./type-problem.js";

/** The type of what the path `P` gives in a row of the model `T`, as in `values(P)`: `text`, `room__slug`, `sentAt__year`. */
export type Selected<T, P extends string> = P extends "pk"
  ? KeyOf<T>
  : P extends Key<T>
    ? IsColumn<T[P]> extends true
      ? ColumnValue<T[P]> | NullOf<T[P]>
      : [Target<T[P]>] extends [never]
        ? TypeProblem<`"${P}" is not a field.`>
        : HeldKey<T[P]> | NullOf<T[P]>
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<T>
        ? SelectedAfter<T[Head], Rest>
        : TypeProblem<`There is no field "${Head}" in this model.`>
      : TypeProblem<`There is no field "${P}" in this model.`>;

type SelectedAfter<V, Rest extends string> =
  IsColumn<V> extends true
    ? [ColumnKind<V>] extends ["json" | "array"]
      ? PartOf<V, Rest>
      : Rest extends keyof Kinds[ColumnKind<V>]["transforms"]
        ? Kinds[Kinds[ColumnKind<V>]["transforms"][Rest] & KindName]["value"] | NullOf<V>
        : TypeProblem<`A ${ColumnKind<V>} column has no transform "${Rest}".`>
    : [Target<V>] extends [never]
      ? TypeProblem<`"${Rest}" does not follow a relation.`>
      : Selected<Target<V>, Rest> | NullOf<V>;

/** What stands in JSON, or in a list, at a place. */
type PartOf<V, Rest extends string> = [ColumnKind<V>] extends ["json"]
  ? unknown
  : Rest extends "len"
    ? number | NullOf<V>
    : Rest extends `${number}_${number}`
      ? ColumnValue<V> | NullOf<V>
      : Rest extends `${number}`
        ? (ColumnValue<V> extends readonly (infer Item)[] ? Item : never) | null
        : TypeProblem<`An array column has no transform "${Rest}".`>;

/** The fields and relations of `T`, by name. */
export type FieldName<T> = { [P in Key<T>]: IsQueryable<T[P]> extends true ? P : never }[Key<T>];

/** What the editor offers for `orderBy`; any other path is checked as it is written. */
export type OrderHint<T> = FieldName<T> | `-${FieldName<T>}` | (string & {});

/** Each of the ordering keys `Keys` if it can order rows of `T`, otherwise a `TypeProblem`. */
export type OrderKeys<T, X, Keys extends readonly unknown[]> = {
  readonly [I in keyof Keys]: Keys[I] extends string
    ? Keys[I] extends "?"
      ? Keys[I]
      : OrderPath<T, X, Keys[I], Unsigned<Keys[I]>>
    : Keys[I];
};

type Unsigned<K extends string> = K extends `-${infer P}` ? P : K;

type OrderPath<T, X, K extends string, P extends string> = string extends K
  ? K
  : P extends Key<X>
    ? K
    : Selected<T, P> extends infer V
      ? [V] extends [TypeProblem<string>]
        ? [V] extends [never]
          ? K
          : V
        : K
      : never;

/** The foreign keys of `T` and the other sides of its one to ones, by name. */
export type ReferenceName<T> = { [P in Key<T>]: [RowTarget<T[P]>] extends [never] ? never : P }[Key<T>];

/** What the editor offers for `selectRelated`; longer paths are checked as they are written. */
export type ReferenceHint<T> = ReferenceName<T> | (string & {});

/** Each of the paths if it follows foreign keys and one to ones only, otherwise a `TypeProblem`. */
export type ReferencePaths<T, Paths extends readonly string[]> = {
  readonly [I in keyof Paths]: ReferencePath<T, Paths[I], Paths[I]>;
};

type ReferencePath<T, Whole extends string, P extends string> = string extends P
  ? P
  : P extends Key<T>
    ? [RowTarget<T[P]>] extends [never]
      ? TypeProblem<`"${P}" is no foreign key or one to one; selectRelated follows only these.`>
      : Whole
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<T>
        ? [RowTarget<T[Head]>] extends [never]
          ? TypeProblem<`"${Head}" is no foreign key or one to one; selectRelated follows only these.`>
          : ReferencePath<RowTarget<T[Head]>, Whole, Rest>
        : TypeProblem<`There is no field "${Head}" in this model.`>
      : TypeProblem<`There is no field "${P}" in this model.`>;

/**
 * A row in which what the paths `P` lead to is loaded: the objects themselves stand where references stood, and where the
 * other side of a one to one was to be awaited, of which there may be none.
 */
export type WithLoaded<T, Row, P extends string> = string extends P
  ? Row
  : WithoutOnes<Row, OneName<T, HeadOf<P> & Key<T>>> & {
      readonly [Head in HeadOf<P> & Key<T>]:
        | LoadedReference<RowTarget<T[Head]>, RestOf<P, Head>>
        | (IsOne<T[Head]> extends true ? null : NullOf<T[Head]>);
    };

type OneName<T, Names extends Key<T>> = { [P in Names]: IsOne<T[P]> extends true ? P : never }[Names];
type WithoutOnes<Row, Names extends PropertyKey> = [Names] extends [never] ? Row : Omit<Row, Names>;

type LoadedReference<T, Rest extends string> = [Rest] extends [never] ? T : WithLoaded<T, T, Rest>;
type HeadOf<P extends string> = P extends `${infer Head}__${string}` ? Head : P;
type RestOf<P extends string, Head extends string> = P extends `${Head}__${infer Rest}` ? Rest : never;

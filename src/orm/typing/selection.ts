import type { ColumnKind, ColumnValue, IsColumn, NullOf } from "./column.js";
import type { KindName, Kinds } from "./kinds.js";
import type { Key } from "./lookup-path.js";
import type { HeldKey, IsQueryable, KeyOf, ReferenceTarget, Target } from "./relation.js";
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

/** The foreign keys of `T`, by name. */
export type ReferenceName<T> = { [P in Key<T>]: [ReferenceTarget<T[P]>] extends [never] ? never : P }[Key<T>];

/** What the editor offers for `selectRelated`; longer paths are checked as they are written. */
export type ReferenceHint<T> = ReferenceName<T> | (string & {});

/** Each of the paths if it follows foreign keys only, otherwise a `TypeProblem`. */
export type ReferencePaths<T, Paths extends readonly string[]> = {
  readonly [I in keyof Paths]: ReferencePath<T, Paths[I], Paths[I]>;
};

type ReferencePath<T, Whole extends string, P extends string> = string extends P
  ? P
  : P extends Key<T>
    ? [ReferenceTarget<T[P]>] extends [never]
      ? TypeProblem<`"${P}" is not a foreign key; selectRelated follows foreign keys only.`>
      : Whole
    : P extends `${infer Head}__${infer Rest}`
      ? Head extends Key<T>
        ? [ReferenceTarget<T[Head]>] extends [never]
          ? TypeProblem<`"${Head}" is not a foreign key; selectRelated follows foreign keys only.`>
          : ReferencePath<ReferenceTarget<T[Head]>, Whole, Rest>
        : TypeProblem<`There is no field "${Head}" in this model.`>
      : TypeProblem<`There is no field "${P}" in this model.`>;

/** A row in which the foreign keys on the paths `P` are loaded: the objects themselves stand where references stood. */
export type WithLoaded<T, Row, P extends string> = string extends P
  ? Row
  : Row & {
      readonly [Head in HeadOf<P> & Key<T>]:
        | LoadedReference<ReferenceTarget<T[Head]>, RestOf<P, Head>>
        | NullOf<T[Head]>;
    };

type LoadedReference<T, Rest extends string> = [Rest] extends [never] ? T : WithLoaded<T, T, Rest>;
type HeadOf<P extends string> = P extends `${infer Head}__${string}` ? Head : P;
type RestOf<P extends string, Head extends string> = P extends `${Head}__${infer Rest}` ? Rest : never;

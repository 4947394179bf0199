import type { ColumnKind, ColumnValue, IsColumn, IsKeyColumn } from "./column.js";

declare const target: unique symbol;
/** The mark of a set; exported for the one class that bears it. */
export declare const members: unique symbol;
/** The mark of the other side of a one to one, likewise. */
export declare const single: unique symbol;
declare const optional: unique symbol;
declare const keyParts: unique symbol;
declare const heldBy: unique symbol;
declare const byField: unique symbol;

/** Marks a property that leads to one `T`. In types only. */
export interface LeadsTo<T> {
  readonly [target]?: T;
}

/** Marks a reference that `create` can do without. In types only. */
export interface OptionalReference {
  readonly [optional]?: 1;
}

/** Marks a property that says which fields are the primary key together. In types only. */
export interface CompositeKey<Names extends readonly string[]> {
  readonly [keyParts]?: Names;
}

/** Marks a reference whose key is in the fields called `Names`. In types only. */
export interface HeldBy<Names> extends OptionalReference {
  readonly [heldBy]?: Names;
}

/** The names of the fields of `T` that hold keys of references, which `create` may be given instead. */
export type HoldingNames<T> = {
  [P in keyof T]: typeof heldBy extends keyof NonNullable<T[P]>
    ? NonNullable<NonNullable<T[P]>[typeof heldBy & keyof NonNullable<T[P]>]>
    : never;
}[keyof T];

/** The type of the property that says what the primary key of `T` is: that of its column, or a `CompositeKey`. */
type KeyColumn<T> = T extends { readonly id: infer Id }
  ? IsKeyColumn<Id> extends true
    ? Id
    : OtherKey<T>
  : OtherKey<T>;

type OtherKey<T> = {
  [P in Exclude<keyof T, "pk">]: IsKeyColumn<T[P]> extends true
    ? T[P]
    : typeof keyParts extends keyof NonNullable<T[P]>
      ? T[P]
      : never;
}[Exclude<keyof T, "pk">];

/** The value of the primary key of the model `T`: a list where the key is composite. */
export type KeyOf<T> = ValueOfKey<T, KeyColumn<T>>;

type ValueOfKey<T, C> = [C] extends [never]
  ? never
  : C extends { readonly [keyParts]?: infer Names }
    ? typeof keyParts extends keyof C
      ? PartValues<T, NonNullable<Names>>
      : ColumnValue<C>
    : ColumnValue<C>;

type PartValues<T, Names> = { readonly [I in keyof Names]: Names[I] extends keyof T ? PartValue<T[Names[I]]> : never };

type PartValue<V> = IsColumn<V> extends true ? ColumnValue<V> : KeyOf<ReferenceTarget<V>>;

/** The kind of column that the primary key of the model `T` is. */
export type KeyKind<T> = KindOfKey<KeyColumn<T>>;

type KindOfKey<C> = typeof keyParts extends keyof C ? "compositeKey" : ColumnKind<C>;

/**
 * What a foreign key property holds: the key at once, the object when awaited. It is loaded once, together with the
 * same reference of all rows that came from the same query.
 */
export interface Ref<T> extends PromiseLike<T>, LeadsTo<T> {
  /** The primary key of what it refers to, whatever its name there. No query. */
  readonly id: KeyOf<T>;
  /** Whether awaiting it needs no query. */
  readonly isLoaded: boolean;
}

/** What a foreign key with `toField` holds: the value of the field called `Name`, and the object when awaited. */
export interface RefBy<T, Name> extends PromiseLike<T>, LeadsTo<T> {
  /** The value of that field. No query. */
  readonly id: Name extends keyof T ? PartValue<T[Name]> : never;
  /** Whether awaiting it needs no query. */
  readonly isLoaded: boolean;
  readonly [byField]?: 1;
}

/** What the column of a foreign key keeps, whose property has the type `V`. */
export type HeldKey<V> = typeof byField extends keyof NonNullable<V>
  ? NonNullable<V>["id" & keyof NonNullable<V>]
  : KeyOf<Target<V>>;

/** What may be given for a foreign key whose property has the type `V`, without null. */
export type RelatedTo<V> = typeof byField extends keyof NonNullable<V>
  ? Target<V> | NonNullable<V> | HeldKey<V>
  : Related<Target<V>>;

/** What may be given where a `T` is meant: an instance, a reference, or its primary key. */
export type Related<T> = T | Ref<T> | KeyOf<T>;

/** The model that the property type `V` leads to as a foreign key; `never` where it does not. */
export type ReferenceTarget<V> =
  NonNullable<V> extends infer N
    ? typeof target extends keyof N
      ? NonNullable<N[typeof target & keyof N]>
      : never
    : never;

/** The model that the property type `V` leads to as a set; `never` where it does not. */
export type SetTarget<V> =
  NonNullable<V> extends infer N
    ? typeof members extends keyof N
      ? NonNullable<N[typeof members & keyof N]>
      : never
    : never;

/** Whether the property type `V` is the other side of a one to one, which is never null itself. */
export type IsOne<V> = typeof single extends keyof V ? true : false;

/** The model that `V` leads to as one row, from whichever side; `never` for all else. */
export type RowTarget<V> =
  NonNullable<V> extends infer N
    ? typeof target extends keyof N
      ? NonNullable<N[typeof target & keyof N]>
      : typeof single extends keyof N
        ? NonNullable<N[typeof single & keyof N]>
        : never
    : never;

/** The model that `V` leads to in any way; `never` for columns, methods and all else. */
export type Target<V> = ReferenceTarget<V> | SetTarget<V>;

/** Whether the type of a property is a column or relation: something that a query can name. */
export type IsQueryable<V> = IsColumn<V> extends true ? true : [Target<V>] extends [never] ? false : true;

/** Whether `create` may be called without the reference. */
export type IsOptionalReference<V> = null extends V ? true : typeof optional extends keyof V ? true : false;

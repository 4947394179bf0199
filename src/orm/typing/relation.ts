import type { ColumnKind, ColumnValue, IsColumn, IsKeyColumn } from "./column.js";

declare const target: unique symbol;
/** The mark of a set; exported for the one class that bears it. */
export declare const members: unique symbol;
declare const optional: unique symbol;

/** Marks a property that leads to one `T`. In types only. */
export interface LeadsTo<T> {
  readonly [target]?: T;
}

/** Marks a reference that `create` can do without. In types only. */
export interface OptionalReference {
  readonly [optional]?: 1;
}

/** The column that is the primary key of the model `T`: `id`, unless the model marks another. */
type KeyColumn<T> = T extends { readonly id: infer Id }
  ? Id
  : { [P in Exclude<keyof T, "pk">]: IsKeyColumn<T[P]> extends true ? T[P] : never }[Exclude<keyof T, "pk">];

/** The value of the primary key of the model `T`. */
export type KeyOf<T> = ColumnValue<KeyColumn<T>>;

/** The kind of column that the primary key of the model `T` is. */
export type KeyKind<T> = ColumnKind<KeyColumn<T>>;

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

/** The model that `V` leads to in any way; `never` for columns, methods and all else. */
export type Target<V> = ReferenceTarget<V> | SetTarget<V>;

/** Whether the type of a property is a column or relation: something that a query can name. */
export type IsQueryable<V> = IsColumn<V> extends true ? true : [Target<V>] extends [never] ? false : true;

/** Whether `create` may be called without the reference. */
export type IsOptionalReference<V> = null extends V ? true : typeof optional extends keyof V ? true : false;

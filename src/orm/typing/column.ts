import type { KindName } from "./kinds.js";

declare const column: unique symbol;

/** Whether `create` must be given a value; `computed` columns take none. */
export type Need = "required" | "optional" | "computed";

type Flags<Flag extends string> = { readonly [F in Flag]?: 1 };

/**
 * The type of a model's property that is a column: a plain `Value` that the type checker can tell from the other
 * properties. A value can be assigned to it and it can be used as one; the mark exists in types only. `Input` is what
 * may be given where a value is written or compared with.
 *
 * The marks are optional flags beside a required `value`, so that a column can be assigned to any other column that
 * takes its value, whatever their flags.
 */
export type Column<
  Value,
  Kind extends KindName,
  Needed extends Need = "required",
  Key extends boolean = false,
  Input = Value,
> = Value & {
  readonly [column]?: { readonly value: Value; readonly input: Input } & Flags<
    Kind | (Needed extends "required" ? never : Needed) | (Key extends true ? "primaryKey" : never)
  >;
};

/** Whether `V` is a column, nullable or not. */
export type IsColumn<V> = typeof column extends keyof NonNullable<V> ? true : false;

/** What `V` says about itself as a column; nothing, with a value of type `never`, where it is none. */
type MarkOf<V> =
  NonNullable<V> extends infer N
    ? typeof column extends keyof N
      ? NonNullable<N[typeof column & keyof N]>
      : { readonly value: never; readonly input: never }
    : never;

/** The plain value of a column, without `null`; `never` where `V` is no column. */
export type ColumnValue<V> = MarkOf<V> extends { readonly value: infer Value } ? Value : never;

/** What may be given for a column, without `null`; `never` where `V` is no column. */
export type ColumnInput<V> = MarkOf<V> extends { readonly input: infer Input } ? Input : never;

/** The kind of a column; `never` where `V` is no column. */
export type ColumnKind<V> = Extract<keyof MarkOf<V>, KindName>;

/** Whether `create` may be called without the column. */
export type IsOptionalColumn<V> = null extends V ? true : "optional" extends keyof MarkOf<V> ? true : false;

/** Whether the column is the database's alone to write. */
export type IsComputedColumn<V> = "computed" extends keyof MarkOf<V> ? true : false;

/** A column that names a file in a storage, to the type checker. */
export type FileColumn<C> = C extends null ? null : C & { readonly [column]?: { readonly file?: 1 } };

/** Whether the column names a file in a storage. */
export type IsFileColumn<V> = "file" extends keyof MarkOf<V> ? true : false;

/** Whether the column is marked as the primary key. */
export type IsKeyColumn<V> = "primaryKey" extends keyof MarkOf<V> ? true : false;

/** `null` where `V` may be null, otherwise nothing. */
export type NullOf<V> = null extends V ? null : never;

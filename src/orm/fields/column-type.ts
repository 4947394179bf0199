/**
 * What a column keeps, independent of the database. Each dialect says how it spells the type and which values its
 * driver takes and gives for it.
 */
export type ColumnType =
  /** An integer that the database counts up for new rows; of 64 bits unless said otherwise. */
  | { readonly kind: "serial"; readonly bits?: IntegerBits }
  /** An integer; the values in TypeScript are safe integers. Of 64 bits unless said otherwise. */
  | { readonly kind: "integer"; readonly bits?: IntegerBits }
  /** A 64-bit integer; the values in TypeScript are of type bigint. */
  | { readonly kind: "bigint" }
  /** A double, as numbers in TypeScript are. */
  | { readonly kind: "float" }
  /** An exact decimal number; the values in TypeScript are of type Decimal. */
  | DecimalType
  /** Text, limited by the database where `maxLength` (in characters) is given. */
  | { readonly kind: "text"; readonly maxLength?: number; readonly collation?: string }
  | { readonly kind: "boolean" }
  /** An instant, to the millisecond. */
  | { readonly kind: "dateTime" }
  /** A day of the calendar, as `YYYY-MM-DD`. */
  | { readonly kind: "date" }
  /** A time of day, as `HH:MM:SS`, with up to three more digits after a dot where they are not zero. */
  | { readonly kind: "time" }
  /** A length of time, in milliseconds. */
  | { readonly kind: "duration" }
  /** As `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in lower case. */
  | { readonly kind: "uuid" }
  /** Bytes. */
  | { readonly kind: "binary" }
  /** Anything that JSON can say. */
  | { readonly kind: "json" }
  /** An address of IPv4 or IPv6, as text. */
  | { readonly kind: "ipAddress" }
  /** A list of values of one type. */
  | { readonly kind: "array"; readonly item: ColumnType }
  /** Several columns as one: a composite key. The values are lists. No table has a column of it. */
  | RowType
  /** Values of a type of your own, kept as those of another type. */
  | MappedType;

export type IntegerBits = 16 | 32 | 64;

/** A decimal number with so many digits at most, and of these so many behind the point; of any number without both. */
export interface DecimalType {
  readonly kind: "decimal";
  readonly maxDigits?: number;
  readonly decimalPlaces?: number;
  /** Whether the database computed it, so that it has the digits that came of it. */
  readonly isComputed?: true;
}

/** Several columns of one table, in order. */
export interface RowType {
  readonly kind: "row";
  readonly parts: readonly { readonly column: string; readonly type: ColumnType }[];
}

/** Values of a type of your own: `write` makes what a column of the type `of` takes, `read` makes them of that again. */
export interface MappedType {
  readonly kind: "mapped";
  readonly of: ColumnType;
  readonly write: (value: never) => unknown;
  readonly read: (value: never) => unknown;
}

/** The name of a column type. */
export type ColumnTypeName = ColumnType["kind"];

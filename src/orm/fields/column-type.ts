/**
 * What a column keeps, independent of the database. Each dialect says how it spells the type and which values its
 * driver takes and gives for it.
 */
export type ColumnType =
  /** A 64-bit integer that the database counts up for new rows. */
  | { readonly kind: "serial" }
  /** A 64-bit integer; the values in TypeScript are safe integers. */
  | { readonly kind: "integer" }
  /** A number with 64 bits in floating point. */
  | { readonly kind: "float" }
  /** Text, limited by the database where `maxLength` (in characters) is given. */
  | { readonly kind: "text"; readonly maxLength?: number }
  | { readonly kind: "boolean" }
  /** An instant, to the millisecond. */
  | { readonly kind: "dateTime" }
  /** A day of the calendar, as `YYYY-MM-DD`. */
  | { readonly kind: "date" };

/** The name of a column type. */
export type ColumnTypeName = ColumnType["kind"];

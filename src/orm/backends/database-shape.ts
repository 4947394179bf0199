/** A column as it is found in a database. */
export interface FoundColumn {
  readonly name: string;
  /** The type as the database writes it, in lower case. */
  readonly type: string;
  readonly isNullable: boolean;
  /** Its place in the primary key, counted from 1; 0 where it is no part of it. */
  readonly keyPosition: number;
  /** Whether the database counts it up. */
  readonly isSerial: boolean;
  /** The SQL of its default, where there is one. */
  readonly defaultSql: string | undefined;
}

/** An index as it is found, those of primary keys and unique constraints included. */
export interface FoundIndex {
  /** Empty where the database made it for a constraint and named it itself. */
  readonly name: string;
  /** Column names, `-` before one that is descending, `(…)` for an expression. */
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** The SQL of its condition, where it has one. */
  readonly where: string | undefined;
}

/** A foreign key as it is found. */
export interface FoundForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

/** A table as it is found in a database. */
export interface FoundTable {
  readonly name: string;
  readonly columns: readonly FoundColumn[];
  readonly indexes: readonly FoundIndex[];
  readonly foreignKeys: readonly FoundForeignKey[];
  /** The SQL of its checks, by name where they have one. */
  readonly checks: readonly { readonly name: string; readonly sql: string }[];
}

/** What introspection finds: the tables, by name. */
export type DatabaseShape = ReadonlyMap<string, FoundTable>;

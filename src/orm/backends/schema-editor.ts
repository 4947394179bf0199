import type { Schema } from "../schema/schema.js";
import type { DatabaseShape } from "./database-shape.js";
import type { ConstraintShape, IndexShape, TableShape } from "./table-shape.js";

/** What rows that are there get in a column that is new, or that may no longer be NULL. */
export type Fill =
  /** The same for all of them. */
  | { readonly value: unknown }
  /** Called for each of them. */
  | { readonly each: () => unknown };

/** What two shapes of a table do not tell. */
export interface AlterOptions {
  /** Columns that get another name and keep what is in them: the new names by the old ones. */
  readonly renamedColumns?: ReadonlyMap<string, string>;
  /** What rows get, by column. */
  readonly fills?: ReadonlyMap<string, Fill>;
  /** The tables that refer to this one with columns whose type changes along with its key's, before and after. */
  readonly referrers?: readonly { readonly from: TableShape; readonly to: TableShape }[];
}

/** Options for making what may be there. */
export interface CreateOptions {
  /** Do nothing where there is something of that name. Default false. */
  readonly ifNotExists?: boolean;
}

/** Makes and changes tables, and looks at them. Its statements run where its executor runs them. */
export interface SchemaEditor {
  /** Keeps other processes from changing tables until the transaction ends. */
  lock(): Promise<void>;
  /** The columns of `table`, by name; `undefined` where there is no such table. */
  columnsOf(table: string): Promise<readonly string[] | undefined>;
  /** The table in the words of this database. */
  shapeOf(schema: Schema): TableShape;
  /** Makes a table with its constraints, apart from foreign keys that `addForeignKeys` is for, and without indexes. */
  createTable(table: TableShape, options?: CreateOptions): Promise<void>;
  /** Adds the foreign keys of a table that are not there. Nothing to do where `createTable` makes them. */
  addForeignKeys(table: TableShape): Promise<void>;
  createIndex(table: string, index: IndexShape, options?: CreateOptions): Promise<void>;
  /** Makes `to` of `from` and keeps the rows. Does nothing where they are equal. */
  alterTable(from: TableShape, to: TableShape, options?: AlterOptions): Promise<void>;
  dropTable(table: TableShape): Promise<void>;
  addConstraint(table: string, constraint: ConstraintShape, options?: { readonly notValid?: boolean }): Promise<void>;
  /** Runs SQL as it is. */
  run(sql: string, parameters?: readonly unknown[]): Promise<void>;
  /** The rows that a query gives. */
  ask(sql: string, parameters?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>;
  /** Looks at the tables of the database: all, or those named. */
  introspect(tables?: readonly string[]): Promise<DatabaseShape>;
  /** Lets statements of this transaction wait no longer than this for a lock; then they fail with `DatabaseBusy`. */
  limitLockWait(timeoutMs: number): Promise<void>;
  /** Throws `ForeignKeyViolation` where rows refer to rows that are not there. Nothing to do where the database checks that itself. */
  checkForeignKeys(): Promise<void>;
}

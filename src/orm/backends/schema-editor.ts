import type { IndexDefinition, UniqueDefinition } from "../meta.js";
import type { ForeignKey, Schema } from "../schema/schema.js";

/**
 * Makes the tables of models. Every method does nothing where what it makes is there already; none changes or drops
 * anything. Migrations add the methods that do.
 */
export interface SchemaEditor {
  /** Keeps other processes from making tables until the transaction ends. */
  lock(): Promise<void>;
  /** The columns of `table`, by name; `undefined` where there is no such table. */
  columnsOf(table: string): Promise<readonly string[] | undefined>;
  createTable(schema: Schema): Promise<void>;
  /** Adds the constraint of a foreign key whose table was made before its target's. Nothing to do where `createTable` does. */
  addForeignKey(schema: Schema, field: ForeignKey): Promise<void>;
  createIndex(schema: Schema, definition: IndexDefinition | UniqueDefinition): Promise<void>;
}

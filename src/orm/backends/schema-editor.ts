import type { IndexDefinition, UniqueDefinition } from "../meta.js";
import type { ForeignKeyField } from "../fields/foreign-key-field.js";
import type { ModelSchema } from "../schema/model-schema.js";

/**
 * Makes the tables of models. Every method does nothing where what it makes is there already; none changes or drops
 * anything. Migrations add the methods that do.
 */
export interface SchemaEditor {
  /** Keeps other processes from making tables until the transaction ends. */
  lock(): Promise<void>;
  /** The columns of `table`, by name; `undefined` where there is no such table. */
  columnsOf(table: string): Promise<readonly string[] | undefined>;
  createTable(schema: ModelSchema): Promise<void>;
  /** Adds the constraint of a foreign key whose table was made before its target's. Nothing to do where `createTable` does. */
  addForeignKey(schema: ModelSchema, field: ForeignKeyField): Promise<void>;
  createIndex(schema: ModelSchema, definition: IndexDefinition | UniqueDefinition): Promise<void>;
}

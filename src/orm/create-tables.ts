import type { SchemaEditor } from "./backends/schema-editor.js";
import { indexesOf } from "./backends/definitions.js";
import { atomic } from "./database/atomic.js";
import { databases } from "./database/databases.js";
import { SchemaMismatch } from "./errors.js";
import type { ModelClass } from "./model-class.js";
import { schemaOf } from "./schema/schema-of.js";
import type { Schema } from "./schema/schema.js";

/** Options of `createTables`. */
export interface CreateTablesOptions {
  /** The alias of the database. Default `default`. */
  readonly using?: string;
}

/**
 * Makes the tables of `models`, and of the models that they refer to, where there are none yet. Several processes may
 * do so at once. For projects without migrations, and for tests.
 *
 * A table that is there is left as it is; one that lacks a column of its model makes it reject with `SchemaMismatch`,
 * and nothing is made.
 */
export async function createTables(models: Iterable<ModelClass>, { using }: CreateTablesOptions = {}): Promise<void> {
  const schemas = inCreationOrder([...models].map((model) => schemaOf(model)));
  const database = databases.get(using);
  await atomic(
    async () => {
      const editor = database.backend.schemaEditor(database);
      await editor.lock();
      const created: Schema[] = [];
      for (const schema of schemas) if (await createTable(editor, schema)) created.push(schema);
      for (const schema of created) {
        for (const field of schema.foreignKeys) if (field.hasConstraint) await editor.addForeignKey(schema, field);
      }
      for (const schema of schemas) for (const index of indexesOf(schema)) await editor.createIndex(schema, index);
    },
    using === undefined ? {} : { using },
  );
}

/** Whether the table was made; false where it was there. */
async function createTable(editor: SchemaEditor, schema: Schema): Promise<boolean> {
  const columns = await editor.columnsOf(schema.table);
  if (columns === undefined) {
    await editor.createTable(schema);
    return true;
  }
  const missing = schema.fields.map((field) => field.column).filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new SchemaMismatch({ model: schema.label, table: schema.table, missing });
  return false;
}

/** `schemas` and all that they refer to, each after what it refers to as far as circles allow. */
function inCreationOrder(schemas: readonly Schema[]): Schema[] {
  const ordered = new Set<Schema>();
  const visiting = new Set<Schema>();
  const visit = (schema: Schema): void => {
    if (ordered.has(schema) || visiting.has(schema)) return;
    visiting.add(schema);
    for (const field of schema.foreignKeys) visit(field.target);
    ordered.add(schema);
  };
  for (const schema of schemas) visit(schema);
  return [...ordered];
}

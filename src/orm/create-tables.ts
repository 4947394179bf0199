import type { SchemaEditor } from "./backends/schema-editor.js";
import type { TableShape } from "./backends/table-shape.js";
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
  const schemas = inCreationOrder([...models].map((model) => schemaOf(model))).filter(
    ({ meta }) => meta.managed !== false,
  );
  const database = databases.get(using);
  await atomic(
    async () => {
      const editor = database.backend.schemaEditor(database);
      await editor.lock();
      const created: TableShape[] = [];
      for (const schema of schemas) {
        const table = editor.shapeOf(schema);
        if (await createTable(editor, schema, table)) created.push(table);
      }
      for (const table of created) await editor.addForeignKeys(table);
      for (const schema of schemas) {
        const { name, indexes } = editor.shapeOf(schema);
        // Asked first: to look at a table needs fewer rights than to say `CREATE INDEX IF NOT EXISTS` of what is there.
        const isNew = created.some((table) => table.name === name);
        const there = isNew || indexes.length === 0 ? undefined : (await editor.introspect([name])).get(name)?.indexes;
        const names = new Set(there?.map((index) => index.name));
        for (const index of indexes) {
          if (!names.has(index.name)) await editor.createIndex(name, index, { ifNotExists: true });
        }
      }
    },
    using === undefined ? {} : { using },
  );
}

/** Whether the table was made; false where it was there. */
async function createTable(editor: SchemaEditor, schema: Schema, table: TableShape): Promise<boolean> {
  const columns = await editor.columnsOf(table.name);
  if (columns === undefined) {
    await editor.createTable(table, { ifNotExists: true });
    return true;
  }
  const missing = schema.tableFields.map((field) => field.column).filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new SchemaMismatch({ model: schema.label, table: schema.table, missing });
  return false;
}

/** `schemas` and all that they refer to, each after what it refers to as far as circles allow. */
function inCreationOrder(schemas: readonly Schema[]): Schema[] {
  const ordered = new Set<Schema>();
  const visiting = new Set<Schema>();
  const visit = ({ concrete: schema }: Schema): void => {
    if (ordered.has(schema) || visiting.has(schema)) return;
    visiting.add(schema);
    for (const field of schema.foreignKeys) visit(field.target);
    ordered.add(schema);
    for (const { links } of schema.manyToMany) visit(links.schema);
  };
  for (const schema of schemas) visit(schema);
  return [...ordered];
}

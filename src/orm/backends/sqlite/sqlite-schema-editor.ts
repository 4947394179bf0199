import type { Statement } from "../../compiler/statement.js";
import type { IndexDefinition, UniqueDefinition } from "../../meta.js";
import type { Executor } from "../backend.js";
import { columnDefinition, foreignKeyClause, indexStatement, tableConstraints } from "../definitions.js";
import type { SchemaEditor } from "../schema-editor.js";
import { sqliteDialect } from "./sqlite-dialect.js";
import type { ForeignKey, Schema } from "../../schema/schema.js";

/** Makes tables in SQLite. Foreign keys are part of `CREATE TABLE`; they may name a table that is not there yet. */
export class SqliteSchemaEditor implements SchemaEditor {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async #run(sql: string): Promise<void> {
    const statement: Statement = { sql, parameters: [], access: "write", hasRows: false };
    await this.#executor.execute(statement, []);
  }

  /** The transaction that makes the tables holds SQLite's one write lock already. */
  async lock(): Promise<void> {}

  async columnsOf(table: string): Promise<readonly string[] | undefined> {
    const statement: Statement = {
      sql: "SELECT name FROM pragma_table_info(?)",
      parameters: [{ index: 0, convert: undefined }],
      access: "read",
      hasRows: true,
    };
    const { rows } = await this.#executor.execute(statement, [table]);
    return rows.length === 0 ? undefined : rows.map(([name]) => String(name));
  }

  async createTable(schema: Schema): Promise<void> {
    const { quote } = sqliteDialect;
    const columns = schema.fields.map((field) => columnDefinition(field, sqliteDialect));
    const foreignKeys = schema.foreignKeys
      .filter((field) => field.hasConstraint)
      .map((field) => foreignKeyClause(schema, field, sqliteDialect));
    const parts = [...columns, ...tableConstraints(schema, sqliteDialect), ...foreignKeys];
    await this.#run(`CREATE TABLE IF NOT EXISTS ${quote(schema.table)} (\n  ${parts.join(",\n  ")}\n)`);
  }

  async addForeignKey(_schema: Schema, _field: ForeignKey): Promise<void> {}

  async createIndex(schema: Schema, definition: IndexDefinition | UniqueDefinition): Promise<void> {
    await this.#run(indexStatement(schema, definition, sqliteDialect));
  }
}

import type { Statement } from "../../compiler/statement.js";
import type { IndexDefinition, UniqueDefinition } from "../../meta.js";
import type { Executor } from "../backend.js";
import {
  columnDefinition,
  foreignKeyClause,
  foreignKeyName,
  indexStatement,
  tableConstraints,
} from "../definitions.js";
import type { SchemaEditor } from "../schema-editor.js";
import { postgresDialect } from "./postgres-dialect.js";
import type { ForeignKey, Schema } from "../../schema/schema.js";

/** Any number, the same in all processes: whoever has its lock makes tables. */
const lockNumber = 7_216_405_213;

/** Makes tables in PostgreSQL, in the schema that the connection uses. */
export class PostgresSchemaEditor implements SchemaEditor {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async #run(sql: string): Promise<void> {
    const statement: Statement = { sql, parameters: [], access: "write", hasRows: false };
    await this.#executor.execute(statement, []);
  }

  async #ask(sql: string, values: readonly unknown[]): Promise<readonly (readonly unknown[])[]> {
    const parameters = values.map((_, index) => ({ index, convert: undefined }));
    const { rows } = await this.#executor.execute({ sql, parameters, access: "read", hasRows: true }, values);
    return rows;
  }

  async lock(): Promise<void> {
    await this.#ask("SELECT pg_advisory_xact_lock($1::bigint)::text", [lockNumber]);
  }

  async columnsOf(table: string): Promise<readonly string[] | undefined> {
    const rows = await this.#ask(
      "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1",
      [table],
    );
    return rows.length === 0 ? undefined : rows.map(([name]) => String(name));
  }

  async createTable(schema: Schema): Promise<void> {
    const { quote } = postgresDialect;
    const columns = schema.fields.map((field) => columnDefinition(field, postgresDialect));
    const parts = [...columns, ...tableConstraints(schema, postgresDialect)];
    await this.#run(`CREATE TABLE IF NOT EXISTS ${quote(schema.table)} (\n  ${parts.join(",\n  ")}\n)`);
  }

  async addForeignKey(schema: Schema, field: ForeignKey): Promise<void> {
    const { quote } = postgresDialect;
    const known = await this.#ask("SELECT 1 FROM pg_constraint WHERE conname = $1 AND conrelid = $2::regclass", [
      foreignKeyName(schema, field),
      quote(schema.table),
    ]);
    if (known.length > 0) return;
    await this.#run(`ALTER TABLE ${quote(schema.table)} ADD ${foreignKeyClause(schema, field, postgresDialect)}`);
  }

  async createIndex(schema: Schema, definition: IndexDefinition | UniqueDefinition): Promise<void> {
    await this.#run(indexStatement(schema, definition, postgresDialect));
  }
}

import { NotSupported } from "../../errors.js";
import { nameWithTail } from "../../schema/naming.js";
import type { Schema } from "../../schema/schema.js";
import type { Executor } from "../backend.js";
import type { DatabaseShape } from "../database-shape.js";
import { fillEach } from "../fill-each.js";
import { sqlLiteral } from "../literal.js";
import type { AlterOptions, CreateOptions, Fill, SchemaEditor } from "../schema-editor.js";
import { type Change, type CommentChange, compareTables, isUnchanged, type TableChanges } from "../table-changes.js";
import {
  constraintClause,
  createIndexStatement,
  primaryKeyName,
  tableShape,
  type ColumnShape,
  type ConstraintShape,
  type IndexShape,
  type TableShape,
} from "../table-shape.js";
import { postgresConversion } from "./postgres-conversion.js";
import { postgresDialect } from "./postgres-dialect.js";
import { introspectPostgres } from "./postgres-introspection.js";

/** Any number, the same in all processes: whoever has its lock makes tables. */
export const schemaLockNumber = 7_216_405_213;

const firstVersionWithVirtual = 180_000;

const { quote } = postgresDialect;

/** Makes and changes tables in PostgreSQL, in the schema that the connection uses. */
export class PostgresSchemaEditor implements SchemaEditor {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async run(sql: string, values: readonly unknown[] = []): Promise<void> {
    const parameters = values.map((_, index) => ({ index, convert: undefined }));
    await this.#executor.execute({ sql, parameters, access: "write", hasRows: false, isOnce: true }, values);
  }

  async ask(sql: string, values: readonly unknown[] = []): Promise<readonly (readonly unknown[])[]> {
    const parameters = values.map((_, index) => ({ index, convert: undefined }));
    const statement = { sql, parameters, access: "read", hasRows: true, isOnce: true } as const;
    const { rows } = await this.#executor.execute(statement, values);
    return rows;
  }

  async lock(): Promise<void> {
    await this.ask("SELECT pg_advisory_xact_lock($1::bigint)::text", [schemaLockNumber]);
  }

  async columnsOf(table: string): Promise<readonly string[] | undefined> {
    const rows = await this.ask(
      "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1",
      [table],
    );
    return rows.length === 0 ? undefined : rows.map(([name]) => String(name));
  }

  shapeOf(schema: Schema): TableShape {
    return tableShape(schema, postgresDialect);
  }

  async createTable(table: TableShape, { ifNotExists = false }: CreateOptions = {}): Promise<void> {
    for (const column of table.columns) await this.#refuseVirtual(column);
    const constraints = table.constraints.filter(({ kind }) => kind !== "foreignKey");
    const parts = [
      ...table.columns.map(({ definition }) => definition),
      ...constraints.map((constraint) => constraintClause(constraint, postgresDialect)),
    ];
    await this.run(
      `CREATE TABLE ${ifNotExists ? "IF NOT EXISTS " : ""}${quote(table.name)} (\n  ${parts.join(",\n  ")}\n)`,
    );
    if (table.comment !== undefined) await this.#comment(table.name, { comment: table.comment });
    for (const { name: column, comment } of table.columns) {
      if (comment !== undefined) await this.#comment(table.name, { column, comment });
    }
  }

  async #comment(table: string, { column, comment }: CommentChange): Promise<void> {
    const of = column === undefined ? `TABLE ${quote(table)}` : `COLUMN ${quote(table)}.${quote(column)}`;
    await this.run(`COMMENT ON ${of} IS ${sqlLiteral(comment)}`);
  }

  async addForeignKeys({ name: table, constraints }: TableShape): Promise<void> {
    const foreignKeys = constraints.filter(({ kind }) => kind === "foreignKey");
    if (foreignKeys.length === 0) return;
    const known = await this.ask("SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass($1)", [
      quote(table),
    ]);
    const names = new Set(known.map(([name]) => name));
    for (const constraint of foreignKeys) {
      if (!names.has(constraint.name)) await this.addConstraint(table, constraint);
    }
  }

  async addConstraint(
    table: string,
    constraint: ConstraintShape,
    { notValid = false }: { readonly notValid?: boolean } = {},
  ): Promise<void> {
    const clause = constraintClause(constraint, postgresDialect);
    await this.run(`ALTER TABLE ${quote(table)} ADD ${clause}${notValid ? " NOT VALID" : ""}`);
  }

  async createIndex(table: string, index: IndexShape, options?: CreateOptions): Promise<void> {
    await this.run(createIndexStatement(table, index, postgresDialect, options));
  }

  async dropTable({ name }: TableShape): Promise<void> {
    await this.run(`DROP TABLE ${quote(name)}`);
  }

  async alterTable(from: TableShape, to: TableShape, options: AlterOptions = {}): Promise<void> {
    const changes = compareTables(from, to, options.renamedColumns ?? new Map(), postgresDialect);
    const referrers = options.referrers ?? [];
    if (isUnchanged(changes) && referrers.length === 0) return;
    const fills = options.fills ?? new Map<string, Fill>();
    // The keys that refer to a column whose type changes are in the way, and come back when both sides have changed.
    for (const { from: table } of referrers) await this.#dropForeignKeys(table, from.name);
    await this.#dropParts(from.name, changes);
    if (changes.isRenamed) await this.#renameTable(from, to);
    for (const { from: old, to: name } of changes.renamedColumns) {
      await this.run(`ALTER TABLE ${quote(to.name)} RENAME COLUMN ${quote(old)} TO ${quote(name)}`);
    }
    await this.#renameParts(to.name, changes);
    for (const { name } of changes.removedColumns) {
      await this.run(`ALTER TABLE ${quote(to.name)} DROP COLUMN ${quote(name)}`);
    }
    for (const column of changes.addedColumns) await this.#addColumn(to.name, column, fills.get(column.name));
    for (const change of changes.alteredColumns) await this.#alterColumn(to.name, change, fills.get(change.to.name));
    for (const change of commentsAfter(changes)) await this.#comment(to.name, change);
    for (const constraint of changes.constraints.added) await this.addConstraint(to.name, constraint);
    for (const index of changes.indexes.added) await this.createIndex(to.name, index);
    for (const referrer of referrers) {
      await this.alterTable(withoutForeignKeysTo(referrer.from, from.name), referrer.to);
    }
  }

  async #dropForeignKeys({ name, constraints }: TableShape, target: string): Promise<void> {
    for (const constraint of constraints) {
      if (constraint.kind === "foreignKey" && constraint.target === target) {
        await this.run(`ALTER TABLE ${quote(name)} DROP CONSTRAINT ${quote(constraint.name)}`);
      }
    }
  }

  async #dropParts(table: string, { constraints, indexes }: TableChanges): Promise<void> {
    for (const { name } of constraints.removed) {
      await this.run(`ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)}`);
    }
    for (const { name } of indexes.removed) await this.run(`DROP INDEX ${quote(name)}`);
  }

  async #renameTable(from: TableShape, to: TableShape): Promise<void> {
    await this.run(`ALTER TABLE ${quote(from.name)} RENAME TO ${quote(to.name)}`);
    await this.run(
      `ALTER INDEX IF EXISTS ${quote(primaryKeyName(from.name))} RENAME TO ${quote(primaryKeyName(to.name))}`,
    );
    for (const column of to.columns.filter(({ isSerial }) => isSerial)) {
      const [[sequence] = []] = await this.ask("SELECT pg_get_serial_sequence($1, $2)::regclass::text", [
        quote(to.name),
        column.name,
      ]);
      // As it comes from the database, quoted where it needs to be.
      if (typeof sequence !== "string") continue;
      await this.run(
        `ALTER SEQUENCE ${sequence} RENAME TO ${quote(nameWithTail(`${to.name}_${column.name}`, "_seq"))}`,
      );
    }
  }

  async #renameParts(table: string, { constraints, indexes }: TableChanges): Promise<void> {
    for (const { from, to } of constraints.renamed) {
      await this.run(`ALTER TABLE ${quote(table)} RENAME CONSTRAINT ${quote(from.name)} TO ${quote(to.name)}`);
    }
    for (const { from, to } of indexes.renamed) {
      await this.run(`ALTER INDEX ${quote(from.name)} RENAME TO ${quote(to.name)}`);
    }
  }

  /** Throws for a column that is computed when it is read, where the server keeps what it computes. */
  async #refuseVirtual({ virtualField }: ColumnShape): Promise<void> {
    if (virtualField === undefined) return;
    const [[number, version] = []] = await this.ask(
      "SELECT current_setting('server_version_num'), current_setting('server_version')",
    );
    if (Number(number) >= firstVersionWithVirtual) return;
    throw new NotSupported({
      feature: `column that is computed when it is read, as ${virtualField} is to be; give its f.generated no stored: false, or use PostgreSQL 18`,
      engine: `PostgreSQL ${String(version)}`,
    });
  }

  async #addColumn(table: string, column: ColumnShape, fill: Fill | undefined): Promise<void> {
    await this.#refuseVirtual(column);
    const name = quote(column.name);
    const add = `ALTER TABLE ${quote(table)} ADD COLUMN`;
    if (fill === undefined || column.isComputed) return this.run(`${add} ${column.definition}`);
    if ("value" in fill) {
      // A default, for the moment only: since PostgreSQL 11 it is written into no row.
      const value = this.#literal(column, fill.value);
      if (column.defaultSql !== undefined) {
        await this.run(`${add} ${column.definition}`);
        return this.run(`UPDATE ${quote(table)} SET ${name} = ${value}`);
      }
      await this.run(`${add} ${column.definition} DEFAULT ${value}`);
      return this.run(`ALTER TABLE ${quote(table)} ALTER COLUMN ${name} DROP DEFAULT`);
    }
    await this.run(`${add} ${name} ${column.type}`);
    await this.#fillEach(table, column, fill.each);
    if (!column.isNullable) await this.run(`ALTER TABLE ${quote(table)} ALTER COLUMN ${name} SET NOT NULL`);
  }

  async #alterColumn(table: string, { from, to }: Change<ColumnShape>, fill: Fill | undefined): Promise<void> {
    const alter = `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(to.name)}`;
    if (from.isComputed || to.isComputed) {
      // What it computes cannot be changed, and nothing is lost: it is computed again.
      await this.run(`ALTER TABLE ${quote(table)} DROP COLUMN ${quote(to.name)}`);
      return this.#addColumn(table, to, fill);
    }
    // A default of the old type would stand in the way of the new one, or be kept as one of the old type.
    const isNewDefault = from.defaultSql !== to.defaultSql || from.type !== to.type;
    if (isNewDefault && from.defaultSql !== undefined) await this.run(`${alter} DROP DEFAULT`);
    if (from.isPrimaryKey && !to.isPrimaryKey) await this.#dropPrimaryKey(table);
    if (from.isSerial && !to.isSerial) await this.run(`${alter} DROP IDENTITY IF EXISTS`);
    if (from.type !== to.type) await this.run(`${alter} TYPE ${to.type} USING ${postgresConversion({ from, to })}`);
    if (fill !== undefined) {
      if ("each" in fill) await this.#fillEach(table, to, fill.each);
      else {
        const name = quote(to.name);
        await this.run(`UPDATE ${quote(table)} SET ${name} = ${this.#literal(to, fill.value)} WHERE ${name} IS NULL`);
      }
    }
    if (isNewDefault && to.defaultSql !== undefined) await this.run(`${alter} SET DEFAULT ${to.defaultSql}`);
    if (from.isNullable && !to.isNullable) await this.run(`${alter} SET NOT NULL`);
    if (!from.isNullable && to.isNullable) await this.run(`${alter} DROP NOT NULL`);
    if (!from.isPrimaryKey && to.isPrimaryKey) {
      await this.run(
        `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(primaryKeyName(table))} PRIMARY KEY (${quote(to.name)})`,
      );
    }
    if (!from.isSerial && to.isSerial) {
      await this.run(`${alter} ADD GENERATED BY DEFAULT AS IDENTITY`);
      await this.run(
        `SELECT setval(pg_get_serial_sequence($1, $2), coalesce(max(${quote(to.name)}), 0) + 1, false) FROM ${quote(table)}`,
        [quote(table), to.name],
      );
    }
  }

  async #dropPrimaryKey(table: string): Promise<void> {
    const [[name] = []] = await this.ask(
      "SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'p'",
      [quote(table)],
    );
    if (typeof name === "string") await this.run(`ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)}`);
  }

  #fillEach(table: string, column: ColumnShape, make: () => unknown): Promise<void> {
    return fillEach(this, { table, column, rowKey: "ctid", dialect: postgresDialect, make });
  }

  #literal(column: ColumnShape, value: unknown): string {
    const convert = postgresDialect.toDatabase(column.columnType);
    return sqlLiteral(convert === undefined || value === null ? value : convert(value));
  }

  introspect(tables?: readonly string[]): Promise<DatabaseShape> {
    return introspectPostgres(this, tables);
  }

  async limitLockWait(timeoutMs: number): Promise<void> {
    await this.run(`SET LOCAL lock_timeout = ${Math.round(timeoutMs)}`);
  }

  /** PostgreSQL checks each statement. */
  async checkForeignKeys(): Promise<void> {}
}

/** The comments to set: those that changed, and those of computed columns that are made anew. */
function commentsAfter({ comments, alteredColumns }: TableChanges): readonly CommentChange[] {
  const lost = alteredColumns.flatMap(({ from, to: { name: column, comment, isComputed } }) =>
    comment !== undefined && (from.isComputed || isComputed) && !comments.some((one) => one.column === column)
      ? [{ column, comment }]
      : [],
  );
  return [...comments, ...lost];
}

function withoutForeignKeysTo(table: TableShape, target: string): TableShape {
  const constraints = table.constraints.filter((one) => one.kind !== "foreignKey" || one.target !== target);
  return { ...table, constraints };
}

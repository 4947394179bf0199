import { Decimal } from "decimal.js";

import type { Statement } from "../../compiler/statement.js";
import { DataError, ForeignKeyViolation } from "../../database-errors.js";
import type { Schema } from "../../schema/schema.js";
import type { Executor } from "../backend.js";
import type { DatabaseShape } from "../database-shape.js";
import { fillEach } from "../fill-each.js";
import type { AlterOptions, CreateOptions, SchemaEditor } from "../schema-editor.js";
import { type Change, compareTables, isUnchanged, type TableChanges } from "../table-changes.js";
import {
  constraintClause,
  createIndexStatement,
  tableShape,
  temporaryName,
  type ColumnShape,
  type IndexShape,
  type TableShape,
} from "../table-shape.js";
import { sqliteDialect } from "./sqlite-dialect.js";
import { introspectSqlite } from "./sqlite-introspection.js";
import { needsFields, sqliteConversion } from "./sqlite-conversion.js";

const { quote } = sqliteDialect;

/**
 * Makes and changes tables in SQLite. Foreign keys are part of `CREATE TABLE`; they may name a table that is not there
 * yet.
 *
 * SQLite itself can rename and add columns. For everything else the table is made anew under another name, the rows
 * are copied, and it takes the old one's place (https://sqlite.org/lang_altertable.html §7). Indexes and triggers that
 * no model knows of are kept.
 */
export class SqliteSchemaEditor implements SchemaEditor {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async run(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    await this.#execute({ access: "write", hasRows: false }, sql, parameters);
  }

  ask(sql: string, parameters: readonly unknown[] = []): Promise<readonly (readonly unknown[])[]> {
    return this.#execute({ access: "read", hasRows: true }, sql, parameters);
  }

  async #execute(
    kind: Pick<Statement, "access" | "hasRows">,
    sql: string,
    values: readonly unknown[],
  ): Promise<readonly (readonly unknown[])[]> {
    const parameters = values.map((_, index) => ({ index, convert: undefined }));
    const { rows } = await this.#executor.execute({ ...kind, sql, parameters, isOnce: true }, values);
    return rows;
  }

  /** The transaction that makes the tables holds SQLite's one write lock already. */
  async lock(): Promise<void> {}

  async columnsOf(table: string): Promise<readonly string[] | undefined> {
    const rows = await this.ask("SELECT name FROM pragma_table_info(?)", [table]);
    return rows.length === 0 ? undefined : rows.map(([name]) => String(name));
  }

  shapeOf(schema: Schema): TableShape {
    return tableShape(schema, sqliteDialect);
  }

  async createTable(table: TableShape, { ifNotExists = false }: CreateOptions = {}): Promise<void> {
    const parts = [
      ...table.columns.map(({ definition }) => definition),
      ...table.constraints.map((constraint) => constraintClause(constraint, sqliteDialect)),
    ];
    await this.run(
      `CREATE TABLE ${ifNotExists ? "IF NOT EXISTS " : ""}${quote(table.name)} (\n  ${parts.join(",\n  ")}\n)`,
    );
  }

  async addForeignKeys(): Promise<void> {}

  async createIndex(table: string, index: IndexShape, options?: CreateOptions): Promise<void> {
    await this.run(createIndexStatement(table, index, sqliteDialect, options));
  }

  /** A constraint is a part of its table: `alterTable` makes it. */
  async addConstraint(): Promise<void> {
    throw new DataError({ problem: "SQLite adds no constraint to a table that is there." });
  }

  async dropTable({ name }: TableShape): Promise<void> {
    await this.run(`DROP TABLE ${quote(name)}`);
  }

  async alterTable(from: TableShape, to: TableShape, options: AlterOptions = {}): Promise<void> {
    const changes = compareTables(from, to, options.renamedColumns ?? new Map(), sqliteDialect);
    if (isUnchanged(changes)) return;
    if (needsRebuild(changes, options)) await this.#rebuild(from, to, changes, options);
    else await this.#alterInPlace(from, to, changes);
    for (const referrer of options.referrers ?? []) await this.alterTable(referrer.from, referrer.to);
  }

  async #alterInPlace(from: TableShape, to: TableShape, changes: TableChanges): Promise<void> {
    const { indexes, renamedColumns, addedColumns } = changes;
    // SQLite cannot rename an index.
    for (const index of [...indexes.removed, ...indexes.renamed.map((change) => change.from)]) {
      await this.run(`DROP INDEX IF EXISTS ${quote(index.name)}`);
    }
    const table = quote(to.name);
    if (changes.isRenamed) await this.run(`ALTER TABLE ${quote(from.name)} RENAME TO ${table}`);
    for (const { from: old, to: name } of renamedColumns) {
      await this.run(`ALTER TABLE ${table} RENAME COLUMN ${quote(old)} TO ${quote(name)}`);
    }
    for (const column of addedColumns) await this.run(`ALTER TABLE ${table} ADD COLUMN ${column.definition}`);
    for (const index of [...indexes.added, ...indexes.renamed.map((change) => change.to)]) {
      await this.createIndex(to.name, index);
    }
  }

  async #rebuild(
    from: TableShape,
    to: TableShape,
    changes: TableChanges,
    { fills = new Map() }: AlterOptions,
  ): Promise<void> {
    // In place: what refers to this table and its columns follows.
    const { isRenamed, renamedColumns } = changes;
    if (isRenamed) await this.run(`ALTER TABLE ${quote(from.name)} RENAME TO ${quote(to.name)}`);
    for (const { from: old, to: name } of renamedColumns) {
      await this.run(`ALTER TABLE ${quote(to.name)} RENAME COLUMN ${quote(old)} TO ${quote(name)}`);
    }
    const added = new Map(changes.addedColumns.map((column) => [column.name, column]));
    for (const [name, fill] of fills) {
      if (!("each" in fill)) continue;
      const column = to.columns.find((one) => one.name === name);
      if (column === undefined) continue;
      // It gets its values where it can be NULL still, and is copied from there as one that was there before.
      if (added.delete(name)) await this.run(`ALTER TABLE ${quote(to.name)} ADD COLUMN ${quote(name)} ${column.type}`);
      await fillEach(this, { table: to.name, column, rowKey: "rowid", dialect: sqliteDialect, make: fill.each });
    }
    const converted = new Map<string, string>();
    for (const change of changes.alteredColumns.filter(needsFields)) {
      converted.set(change.to.name, await this.#convertRows(to.name, change));
    }
    const kept = await this.#unknownParts(from, to);
    const [[sequence] = []] = await this.#sequence(to.name);
    const temporary = temporaryName(to.name);
    await this.createTable({ ...to, name: temporary });
    await this.#copy(temporary, to, changes, added, fills, converted);
    await this.run(`DROP TABLE ${quote(to.name)}`);
    // Otherwise a rename changes what other tables and views say, or fails over those that name the dropped table.
    await this.run("PRAGMA legacy_alter_table = ON");
    try {
      await this.run(`ALTER TABLE ${quote(temporary)} RENAME TO ${quote(to.name)}`);
    } finally {
      await this.run("PRAGMA legacy_alter_table = OFF");
    }
    // The key of a row that was deleted before is still given to no other.
    if (sequence !== undefined && to.columns.some(({ isSerial }) => isSerial)) {
      await this.run("DELETE FROM sqlite_sequence WHERE name = ?", [to.name]);
      await this.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [to.name, sequence]);
    }
    for (const index of to.indexes) await this.createIndex(to.name, index);
    for (const sql of kept) await this.run(sql);
  }

  /** Writes the values of a column, as the field that it becomes keeps them, into a column beside it. Gives its name. */
  async #convertRows(table: string, { from, to }: Change<ColumnShape>): Promise<string> {
    const name = temporaryName(to.name);
    await this.run(`ALTER TABLE ${quote(table)} ADD COLUMN ${quote(name)} BLOB`);
    const read = sqliteDialect.fromDatabase(from.columnType);
    const write = sqliteDialect.toDatabase(to.columnType);
    const source = quote(to.name);
    for (let last: unknown = 0, count = -1; count !== 0;) {
      const rows = await this.ask(
        `SELECT rowid, ${source} FROM ${quote(table)} WHERE ${source} IS NOT NULL AND rowid > ? ORDER BY rowid LIMIT 1000`,
        [last],
      );
      count = rows.length;
      for (const [row, kept] of rows) {
        last = row;
        const held = read === undefined ? kept : read(kept);
        const value = to.toValue(asPlain(held, to.columnType.kind));
        const converted = write === undefined ? value : write(value);
        await this.run(`UPDATE ${quote(table)} SET ${quote(name)} = ? WHERE rowid = ?`, [converted, row]);
      }
    }
    return name;
  }

  async #sequence(table: string): Promise<readonly (readonly unknown[])[]> {
    const [there] = await this.ask("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'");
    return there === undefined ? [] : this.ask("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]);
  }

  /** The SQL of indexes and triggers that go with the table and that no model speaks of. */
  async #unknownParts(from: TableShape, to: TableShape): Promise<string[]> {
    const known = new Set([...from.indexes, ...to.indexes].map(({ name }) => name));
    const rows = await this.ask(
      "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
      [to.name],
    );
    return rows.filter(([name]) => !known.has(String(name))).map(([, sql]) => String(sql));
  }

  async #copy(
    temporary: string,
    to: TableShape,
    changes: TableChanges,
    added: ReadonlyMap<string, ColumnShape>,
    fills: NonNullable<AlterOptions["fills"]>,
    converted: ReadonlyMap<string, string>,
  ): Promise<void> {
    const values: unknown[] = [];
    const parameterOf = (column: ColumnShape, value: unknown): string => {
      const convert = sqliteDialect.toDatabase(column.columnType);
      values.push(convert === undefined || value === null ? value : convert(value));
      return "?";
    };
    const altered = new Map(changes.alteredColumns.map((change) => [change.to.name, change]));
    const columns: ColumnShape[] = [];
    const sources: string[] = [];
    for (const column of to.columns) {
      const fill = fills.get(column.name);
      const given = fill !== undefined && "value" in fill ? fill : undefined;
      // What has no value: it counts itself up, is computed, has a default, or may be NULL.
      if (column.isComputed || (added.has(column.name) && given === undefined)) continue;
      columns.push(column);
      const change = altered.get(column.name);
      const source = quote(converted.get(column.name) ?? column.name);
      const isPlain = change === undefined || converted.has(column.name);
      const old = isPlain ? source : sqliteConversion(source, change);
      if (added.has(column.name) && given !== undefined) sources.push(parameterOf(column, given.value));
      else sources.push(given === undefined ? old : `coalesce(${old}, ${parameterOf(column, given.value)})`);
    }
    const names = columns.map(({ name }) => quote(name)).join(", ");
    // Without columns in common there is nothing to keep, not even how many rows there were.
    if (columns.length === 0) return;
    await this.run(
      `INSERT INTO ${quote(temporary)} (${names}) SELECT ${sources.join(", ")} FROM ${quote(to.name)} ORDER BY rowid`,
      values,
    );
    for (const { from: old, to: column } of altered.values()) await this.#refuseUnconverted(temporary, old, column);
  }

  /** SQLite keeps text that is no number in a column of numbers, where every other database refuses it. */
  async #refuseUnconverted(table: string, from: ColumnShape, to: ColumnShape): Promise<void> {
    const isNumber = to.columnType.kind === "integer" || to.columnType.kind === "serial";
    if (from.type === to.type || !isNumber) return;
    const name = quote(to.name);
    const [row] = await this.ask(
      `SELECT ${name} FROM ${quote(table)} WHERE typeof(${name}) NOT IN ('integer', 'null') LIMIT 1`,
    );
    if (row === undefined) return;
    const problem = `The column ${to.name} cannot become ${to.type}: it holds ${JSON.stringify(row[0])}, which is none.`;
    throw new DataError({ problem });
  }

  introspect(tables?: readonly string[]): Promise<DatabaseShape> {
    return introspectSqlite(this, tables);
  }

  /** There is one lock, and the transaction has it. */
  async limitLockWait(): Promise<void> {}

  async checkForeignKeys(): Promise<void> {
    const [row] = await this.ask('SELECT "table", "rowid", "parent" FROM pragma_foreign_key_check LIMIT 1');
    if (row === undefined) return;
    const [table, rowid, parent] = row.map(String);
    throw new ForeignKeyViolation({
      problem: `The row ${rowid} of ${table} would refer to a row of ${parent} that is not there.`,
      ...(table !== undefined && { table }),
    });
  }
}

/** A value as a field of another type takes it: exact numbers as text, and JSON where text is wanted. */
function asPlain(value: unknown, kind: string): unknown {
  if (value instanceof Decimal) return kind === "decimal" ? value : value.toFixed();
  return kind === "text" && typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** Whether SQLite has no statement for some of the changes. */
function needsRebuild(changes: TableChanges, { fills = new Map() }: AlterOptions): boolean {
  const { addedColumns, removedColumns, alteredColumns, constraints } = changes;
  return (
    removedColumns.length + alteredColumns.length > 0 ||
    constraints.added.length + constraints.removed.length + constraints.renamed.length > 0 ||
    addedColumns.some(
      (column) =>
        !column.isNullable ||
        column.isSerial ||
        column.isComputed ||
        column.defaultSql !== undefined ||
        fills.has(column.name),
    )
  );
}

import type { Dialect } from "../compiler/dialect.js";
import type { ColumnNode, InsertNode, StatementNode } from "../compiler/nodes.js";
import { compare } from "../compiler/nodes.js";
import { slot, writeStatement } from "../compiler/sql-writer.js";
import type { Statement } from "../compiler/statement.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import type { CleanRow } from "./clean-new.js";
import { writeComputing, writtenIntoNew } from "./computed-values.js";

const cache = new WeakMap<Schema, Map<Dialect, Map<string, Statement>>>();

/** The statement that `build` gives, made once for each model and dialect and kept under `key`. */
function statementOf(schema: Schema, dialect: Dialect, key: string, build: () => StatementNode): Statement {
  const statements = cache.get(schema)?.get(dialect) ?? statementsOf(schema, dialect);
  const known = statements.get(key);
  if (known !== undefined) return known;
  const statement = writeStatement(build(), dialect);
  statements.set(key, statement);
  return statement;
}

function statementsOf(schema: Schema, dialect: Dialect): Map<string, Statement> {
  const dialects = cache.get(schema) ?? new Map<Dialect, Map<string, Statement>>();
  const statements = new Map<string, Statement>();
  cache.set(schema, dialects.set(dialect, statements));
  return statements;
}

/**
 * Inserts one row. Its values are those of all fields of the table, in their order; the database gives those of the fields in
 * `omitted`, and they are given back in that order.
 */
export function insertStatement(schema: Schema, dialect: Dialect, omitted: readonly Field[]): Statement {
  const known = inserts.get(omitted);
  if (known !== undefined && known.dialect === dialect && known.schema === schema) return known.statement;
  const statement = makeInsert(schema, dialect, omitted);
  inserts.set(omitted, { schema, dialect, statement });
  return statement;
}

/** The latest statement for each list of fields, which `omittedFields` makes once. */
const inserts = new WeakMap<
  readonly Field[],
  { readonly schema: Schema; readonly dialect: Dialect; readonly statement: Statement }
>();

function makeInsert(schema: Schema, dialect: Dialect, omitted: readonly Field[]): Statement {
  return statementOf(schema, dialect, `insert without ${omitted.map((field) => field.name).join(" ")}`, () => {
    const written = schema.tableFields
      .map((field, index) => ({ field, index }))
      .filter(({ field }) => !omitted.includes(field));
    return {
      kind: "insert",
      table: schema.table,
      columns: written.map(({ field }) => field.column),
      values: written.map(({ field, index }) => slot(index, field.columnType)),
      returning: omitted.map((field) => field.column),
      returnsCountedKey: omitted.length === 1 && omitted[0]?.columnType.kind === "serial",
      returnsBigInts: omitted.some(isBigInt),
    };
  });
}

/** Inserts one row of which the database computes some values, and gives back those of `returned`. */
export function computingInsert(
  schema: Schema,
  dialect: Dialect,
  { cleaned, omitted, computed }: CleanRow,
  returned: readonly Field[],
): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const values = [...cleaned];
  const nodes = new Map(computed.map((one) => [one.field, writtenIntoNew(schema, one, values)]));
  const written = schema.tableFields.filter((field) => !omitted.includes(field));
  const node: InsertNode = {
    kind: "insert",
    table: schema.table,
    columns: written.map(({ column }) => column),
    values: written.map((field) => nodes.get(field) ?? slot(schema.tableFields.indexOf(field), field.columnType)),
    returning: returned.map(({ column }) => column),
    returnsBigInts: returned.some(isBigInt),
  };
  // Of such statements there may be as many as there are expressions.
  const statement = { ...writeComputing(schema, node, dialect), hasRows: true };
  return { statement, values };
}

/**
 * Changes the row with one primary key. Its values are those of `fields`, in their order, then the key. Gives back what
 * the database computes of the row.
 */
export function updateStatement(schema: Schema, dialect: Dialect, fields: readonly Field[]): Statement {
  return statementOf(schema, dialect, `update ${fields.map((field) => field.name).join(" ")}`, () => ({
    kind: "update",
    table: schema.table,
    alias: "t0",
    set: fields.map((field, index) => ({ column: field.column, value: slot(index, field.columnType) })),
    where: compare(keyColumn(schema), "=", slot(fields.length, schema.primaryKey.columnType)),
    returning: schema.computedFields.map((field) => field.column),
    returnsBigInts: schema.computedFields.some(isBigInt),
  }));
}

/** Whether the values of a field may be more than a number holds. */
export function isBigInt({ columnType }: Field): boolean {
  return columnType.kind === "bigint";
}

function keyColumn(schema: Schema): ColumnNode {
  const { column, columnType } = schema.primaryKey;
  return { kind: "column", alias: "t0", column, type: columnType };
}

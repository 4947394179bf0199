import type { Dialect } from "../compiler/dialect.js";
import { slot, writeStatement } from "../compiler/sql-writer.js";
import type { Statement, WideInsert } from "../compiler/statement.js";
import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";
import { insertStatement } from "./statements.js";

/** About as many values as one statement takes most quickly. More make it slower to run, fewer are run too often. */
const bestValues = 500;
const wideInserts = new WeakMap<Statement, readonly WideInsert[]>();

/** The insert of one row as one of `rowCount`: see `Statement.repetition`. */
export function repeatedInsert(
  schema: Schema,
  dialect: Dialect,
  omitted: readonly Field[],
  rowCount: number,
): Statement {
  const one = insertStatement(schema, dialect, omitted);
  let wide = wideInserts.get(one);
  if (wide === undefined) {
    wide = writeWide(schema, dialect, omitted);
    wideInserts.set(one, wide);
  }
  return { ...one, repetition: { rowCount, wide, counting: omitted.length > 0 ? schema.table : undefined } };
}

function writeWide(schema: Schema, dialect: Dialect, omitted: readonly Field[]): WideInsert[] {
  const fields = schema.tableFields.filter((field) => !omitted.includes(field));
  if (fields.length === 0) return [];
  const most = Math.floor(bestValues / fields.length);
  const sizes = [most, Math.floor(most / 12)].filter((rows) => rows > 1);
  return sizes.map((rows) => {
    const { sql } = writeStatement(
      {
        kind: "bulkInsert",
        table: schema.table,
        columns: fields.map(({ column }) => column),
        rows: Array.from({ length: rows }, () => fields.map((field, index) => slot(index, field.columnType))),
        conflict: undefined,
        returning: [],
      },
      dialect,
    );
    return { rows, sql };
  });
}

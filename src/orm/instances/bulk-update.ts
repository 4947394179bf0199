import { bind } from "../compiler/statement.js";
import type { CaseNode, SqlNode, UpdateNode } from "../compiler/nodes.js";
import { slot, writeStatement } from "../compiler/sql-writer.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import { NotSaved, QueryInvalid } from "../errors.js";
import type { Field } from "../fields/field.js";
import type { Instance } from "../schema/instance-state.js";
import { isBulkTold, tellBulk } from "../signals/announce.js";
import { cleanValues } from "./clean-values.js";
import { adoptReferences, fieldsNamed } from "./parted-references.js";
import type { Schema } from "../schema/schema.js";

/** Rows in one statement, unless the caller says otherwise: its text grows with them. */
const usualRows = 200;

/** Writes `names` of `instances`. Gives how many rows were changed. */
export async function bulkUpdate(
  database: Database,
  schema: Schema,
  instances: readonly object[],
  names: readonly string[],
  batchSize: number = usualRows,
): Promise<number> {
  const refuse = (problem: string): never => {
    throw new QueryInvalid({ model: schema.name, problem: `cannot be updated in bulk ${problem}` });
  };
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) refuse(`${batchSize} at a time; give a whole number from 1`);
  if (names.length === 0) refuse("without fields");
  const inherited = schema.parent === undefined ? [] : names.filter((name) => schema.isInherited(name));
  if (schema.parent !== undefined && inherited.length > 0) {
    return updateBoth(database, schema, schema.parent, instances, { names, inherited, batchSize });
  }
  const fields = [...new Set(names.flatMap((name) => fieldsNamed(schema, name)))];
  if (fields.some((field) => schema.keyFields.includes(field))) refuse("in its primary key");
  const computed = fields.find((field) => field.isComputed);
  if (computed !== undefined) refuse(`in ${computed.name}, which the database computes`);
  const rows = instances.map((instance) => {
    if (!(instance instanceof schema.model)) refuse("with what is none of its instances");
    adoptReferences(schema, instance);
    const key = schema.keyOf(instance);
    if (key === undefined || key === null) throw new NotSaved({ model: schema.name, action: "updated in bulk" });
    const cleaned = cleanValues(schema, fields, (field) =>
      field.valueToSave((instance as Instance)[field.name], false),
    );
    return { key, cleaned };
  });
  // For each row and field its key and value, and its key once more.
  const most = Math.max(1, Math.floor(database.backend.features.maxParameters / (2 * fields.length + 1)));
  const size = Math.min(batchSize, most);
  const isTold = isBulkTold(schema);
  let count = 0;
  const write = async (): Promise<void> => {
    for (let start = 0; start < rows.length; start += size) {
      count += await updateBatch(database, schema, fields, rows.slice(start, start + size));
    }
    if (isTold) await tellBulk(database, schema, { action: "update", keys: rows.map(({ key }) => key) });
  };
  if (rows.length > size || isTold) await atomic(write, database.alias === "" ? {} : { using: database.alias });
  else if (rows.length > 0) await write();
  return count;
}

/** Writes what the parent's table has, and what the model's own has. */
async function updateBoth(
  database: Database,
  schema: Schema,
  parent: Schema,
  instances: readonly object[],
  { names, inherited, batchSize }: { names: readonly string[]; inherited: readonly string[]; batchSize: number },
): Promise<number> {
  const own = names.filter((name) => !inherited.includes(name));
  return atomic(
    async () => {
      const count = await bulkUpdate(database, parent, instances, inherited, batchSize);
      return own.length === 0 ? count : bulkUpdate(database, schema, instances, own, batchSize);
    },
    database.alias === "" ? {} : { using: database.alias },
  );
}

async function updateBatch(
  database: Database,
  schema: Schema,
  fields: readonly Field[],
  rows: readonly { readonly key: unknown; readonly cleaned: readonly unknown[] }[],
): Promise<number> {
  const { primaryKey } = schema;
  const key: SqlNode = { kind: "column", alias: "t0", column: primaryKey.column, type: primaryKey.columnType };
  const width = fields.length + 1;
  const set = fields.map((field, index) => {
    const branches = rows.map((_, row) => ({
      when: {
        kind: "compare",
        operator: "=",
        left: key,
        right: slot(row * width, primaryKey.columnType),
      } as const satisfies SqlNode,
      result: { kind: "value", index: row * width + 1 + index, type: field.columnType } as const satisfies SqlNode,
    }));
    const value: CaseNode = { kind: "case", branches, otherwise: undefined };
    return { column: field.column, value };
  });
  const values = rows.flatMap((row) => [row.key, ...row.cleaned]);
  const node: UpdateNode = {
    kind: "update",
    table: schema.table,
    alias: "t0",
    set,
    where: { kind: "inSlot", left: key, list: slot(values.length, primaryKey.columnType) },
  };
  const statement = { ...writeStatement(node, database.backend.dialect), isOnce: true };
  const parameters = bind(statement, [...values, rows.map((row) => row.key)]);
  return database.ask(statement, parameters, schema, ({ count }) => count);
}

import { bind } from "../compiler/statement.js";
import type { CaseNode, SqlNode, UpdateNode } from "../compiler/nodes.js";
import { slot, writeStatement } from "../compiler/sql-writer.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import { NotSaved, QueryInvalid } from "../errors.js";
import { Expression } from "../expressions/expression.js";
import type { Field } from "../fields/field.js";
import { resolveExpression } from "../query/resolve.js";
import { rootShapeOf } from "../query/root-shape.js";
import { changeTarget } from "../query/select-builder.js";
import type { Instance } from "../schema/instance-state.js";
import { isBulkTold, tellBulk } from "../signals/announce.js";
import { cleanValues } from "./clean-values.js";
import { computedValuesOf, plainIn } from "./computed-values.js";
import { rowsWhere, valuesOfRow } from "./matching-rows.js";
import { adoptReferences, fieldsNamed } from "./parted-references.js";
import { heldValue } from "./references.js";
import { writtenInto } from "./update-rows.js";
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
    const held = fields.map((field) => plainIn(field.valueToSave((instance as Instance)[field.name], false)));
    // What the database is to compute is there as it is.
    const expressions = computedValuesOf(fields, held);
    const computed = expressions.map(({ field }) => field);
    const cleaned = cleanValues(schema, fields, (_, index) => held[index], computed);
    for (const { field, node } of expressions) cleaned[fields.indexOf(field)] = new Expression(node);
    return { instance: instance as Instance, key, cleaned, computed };
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
    await readBack(database, schema, rows);
    if (isTold) await tellBulk(database, schema, { action: "update", keys: rows.map(({ key }) => key) });
  };
  const isAlone = rows.length <= size && rows.every(({ computed: wanted }) => wanted.length === 0);
  if (!isAlone || isTold) await atomic(write, database.alias === "" ? {} : { using: database.alias });
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

/** One of the rows that are changed. */
interface ChangedRow {
  readonly instance: Instance;
  readonly key: unknown;
  /** A value for each field, or the expression that the database computes it by. */
  readonly cleaned: readonly unknown[];
  readonly computed: readonly Field[];
}

/** Gives the instances what the database computed for them. */
async function readBack(database: Database, schema: Schema, rows: readonly ChangedRow[]): Promise<void> {
  const { fields } = schema;
  for (const { instance, key, computed } of rows.filter((row) => row.computed.length > 0)) {
    const read = computed.concat(schema.computedFields);
    const values = await valuesOfRow(database, rowsWhere(schema, "pk", key), read);
    for (const [index, field] of read.entries()) {
      if (fields.includes(field)) instance[field.name] = heldValue(schema, field, values[index]);
    }
  }
}

async function updateBatch(
  database: Database,
  schema: Schema,
  fields: readonly Field[],
  rows: readonly ChangedRow[],
): Promise<number> {
  const { primaryKey } = schema;
  const shape = rootShapeOf(schema);
  const target = changeTarget(shape);
  if (target === undefined) return 0;
  const { alias, query } = target;
  const key: SqlNode = { kind: "column", alias, column: primaryKey.column, type: primaryKey.columnType };
  const width = fields.length + 1;
  const values = rows.flatMap((row) => [
    row.key,
    ...row.cleaned.map((value) => (value instanceof Expression ? null : value)),
  ]);
  const set = fields.map((field, index) => {
    const branches = rows.map(({ cleaned }, row) => {
      const value = cleaned[index];
      return {
        when: {
          kind: "compare",
          operator: "=",
          left: key,
          right: slot(row * width, primaryKey.columnType),
        } as const satisfies SqlNode,
        result:
          value instanceof Expression
            ? writtenInto(field, query.place, alias, resolveExpression(value.node, shape, values))
            : ({ kind: "value", index: row * width + 1 + index, type: field.columnType } as const satisfies SqlNode),
      };
    });
    const value: CaseNode = { kind: "case", branches, otherwise: undefined };
    return { column: field.column, value };
  });
  const node: UpdateNode = {
    kind: "update",
    table: schema.table,
    alias,
    set,
    where: { kind: "inSlot", left: key, list: slot(values.length, primaryKey.columnType) },
  };
  const statement = { ...writeStatement(node, database.backend.dialect), isOnce: true };
  const parameters = bind(statement, [...values, rows.map((row) => row.key)]);
  if (parameters.length > database.backend.features.maxParameters && rows.length > 1) {
    const middle = Math.ceil(rows.length / 2);
    const first = await updateBatch(database, schema, fields, rows.slice(0, middle));
    return first + (await updateBatch(database, schema, fields, rows.slice(middle)));
  }
  return database.ask(statement, parameters, schema, ({ count }) => count);
}

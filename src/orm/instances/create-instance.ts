import { bind } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { InstanceState } from "../schema/instance-state.js";
import { cleanValues, refuseUnknownKeys } from "./clean-values.js";
import { heldValue } from "./references.js";
import { rowConstructorOf } from "./row-constructor.js";
import { insertStatement } from "./statements.js";
import type { Schema } from "../schema/schema.js";

/** Writes a new row with `given` and the defaults, and makes its instance. */
export async function createInstance(database: Database, schema: Schema, given: object): Promise<object> {
  refuseUnknownKeys(schema, given);
  const values = valuesOf(schema, given);
  const written = await insertRow(database, schema, values);
  const held = schema.fields.map((field, index) => {
    const value = values[index];
    // An object that was given stays at hand; of all else, what was written.
    const isObject = typeof value === "object" && value !== null && !(value instanceof Date);
    return heldValue(schema, field, isObject ? value : written[index]);
  });
  return new (rowConstructorOf(schema))(new InstanceState(database.alias), ...held);
}

/** What `given` has for each field, or its default. */
export function valuesOf(schema: Schema, given: object): unknown[] {
  const record = given as Readonly<Record<string, unknown>>;
  return schema.fields.map((field) => {
    const value = record[field.name] ?? (field === schema.primaryKey ? record["pk"] : undefined);
    if (value !== undefined) return value;
    return record[field.name] === null ? null : field.defaultValue();
  });
}

/** Writes one row and gives its values as they were written, the key included. Throws `ValidationError`. */
export async function insertRow(database: Database, schema: Schema, values: readonly unknown[]): Promise<unknown[]> {
  const { dialect } = database.backend;
  const keyIndex = schema.fields.indexOf(schema.primaryKey);
  const hasKey = !schema.primaryKey.isGenerated || isGiven(values[keyIndex]);
  const cleaned = cleanValues(
    schema,
    schema.fields,
    (field, index) => field.valueToSave(values[index], true),
    hasKey ? undefined : schema.primaryKey,
  );
  const statement = insertStatement(schema, dialect, hasKey);
  try {
    const { rows, lastInsertId } = await database.execute(statement, bind(statement, cleaned));
    if (!hasKey) cleaned[keyIndex] = schema.primaryKey.clean(rows[0]?.[0] ?? lastInsertId);
    return cleaned;
  } catch (thrown) {
    throw database.explain(thrown, schema);
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

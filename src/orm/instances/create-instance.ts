import { bind } from "../compiler/statement.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
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
  const inserted = insertRow(database, schema, values);
  const written = inserted instanceof Promise ? await inserted : inserted;
  const held = schema.fields.map((field, index) => heldValue(schema, field, values[index], written[index]));
  return new (rowConstructorOf(schema))(new InstanceState(database.alias), ...held);
}

/** What `given` has for each field, or its default. */
export function valuesOf(schema: Schema, given: object): unknown[] {
  const record = given as Readonly<Record<string, unknown>>;
  return schema.fields.map((field) => {
    const value = record[field.name];
    if (value !== undefined) return value;
    const key = field === schema.primaryKey ? record["pk"] : undefined;
    return key ?? field.defaultValue();
  });
}

/** Writes one row and gives its values as they were written, the key included. Throws `ValidationError`. */
export function insertRow(database: Database, schema: Schema, values: readonly unknown[]): MaybePromise<unknown[]> {
  const { primaryKey } = schema;
  const keyIndex = schema.fields.indexOf(primaryKey);
  const hasKey = !primaryKey.isGenerated || isGiven(values[keyIndex]);
  const valueToSave = (field: Field, index: number): unknown => field.valueToSave(values[index], true);
  const cleaned = cleanValues(schema, schema.fields, valueToSave, hasKey ? undefined : primaryKey);
  const statement = insertStatement(schema, database.backend.dialect, hasKey);
  const withKey = ({ rows, lastInsertId }: QueryResult): unknown[] => {
    if (!hasKey) cleaned[keyIndex] = primaryKey.toValue(rows[0]?.[0] ?? lastInsertId);
    return cleaned;
  };
  return database.ask(statement, bind(statement, cleaned), schema, withKey);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

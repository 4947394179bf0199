import { bind } from "../compiler/statement.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import type { Dialect } from "../compiler/dialect.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
import { InstanceState, stateKey, type Instance } from "../schema/instance-state.js";
import { announce, isWatched } from "../signals/announce.js";
import { postSave, preSave } from "../signals/model-signals.js";
import { omittedFields } from "./omitted-fields.js";
import { cleanValues, refuseUnknownKeys } from "./clean-values.js";
import { withParts } from "./parted-references.js";
import { nextPlace } from "./places.js";
import { heldValue } from "./references.js";
import { rowConstructorOf } from "./row-constructor.js";
import { insertStatement } from "./statements.js";
import type { Places, Schema } from "../schema/schema.js";

/** Writes a new row with `given` and the defaults, and makes its instance. */
export async function createInstance(database: Database, schema: Schema, given: object): Promise<object> {
  const parts = withParts(schema, given);
  refuseUnknownKeys(schema, parts);
  const values = valuesOf(schema, parts);
  const { model: sender } = schema;
  if (preSave.hasReceivers(sender)) return createTold(database, schema, values);
  const inserted = insertRow(database, schema, values);
  const written = inserted instanceof Promise ? await inserted : inserted;
  const instance = makeInstance(database, schema, values, written);
  if (postSave.hasReceivers(sender) || isWatched(schema)) await tell(database, schema, instance);
  return instance;
}

function makeInstance(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
  written: readonly unknown[],
): object {
  const held = schema.fields.map((field, index) => heldValue(schema, field, values[index], written[index]));
  return new (rowConstructorOf(schema))(new InstanceState(database.alias), ...held);
}

/** Receivers of `preSave` see the instance before it is written, and may change it. */
async function createTold(database: Database, schema: Schema, values: readonly unknown[]): Promise<object> {
  const held = schema.fields.map((field, index) => heldValue(schema, field, values[index]));
  const instance = new (rowConstructorOf(schema))(undefined, ...held) as Instance;
  const { model: sender } = schema;
  await preSave.send({ sender, instance, updateFields: undefined, using: database.alias });
  const now = schema.fields.map((field) => instance[field.name]);
  const written = await insertRow(database, schema, now);
  for (const [index, field] of schema.fields.entries()) {
    instance[field.name] = heldValue(schema, field, now[index], written[index]);
  }
  instance[stateKey] = new InstanceState(database.alias);
  await tell(database, schema, instance);
  return instance;
}

async function tell(database: Database, schema: Schema, instance: object): Promise<void> {
  const { model: sender } = schema;
  await postSave.send({ sender, instance, updateFields: undefined, using: database.alias, created: true });
  await announce(database, schema, { type: "orm.saved", keys: [schema.keyOf(instance)], created: true });
}

/** What `given` has for each field, or its default. */
export function valuesOf(schema: Schema, given: object): unknown[] {
  const record = given as Readonly<Record<string, unknown>>;
  const values: unknown[] = [];
  for (const field of schema.fields) {
    const value = record[field.name];
    if (value !== undefined) values.push(value);
    else values.push(givenAsKey(schema, field, record["pk"]) ?? field.defaultValue());
  }
  return values;
}

/** What `pk` says about `field`, which may be a part of the key. */
function givenAsKey({ primaryKey, keyFields }: Schema, field: Field, key: unknown): unknown {
  if (key === undefined) return undefined;
  if (field === primaryKey) return key;
  return Array.isArray(key) && keyFields.includes(field) ? (key as unknown[])[keyFields.indexOf(field)] : undefined;
}

/** Writes one row and gives its values as they are in it, the key included. Throws `ValidationError`. */
export function insertRow(database: Database, schema: Schema, values: readonly unknown[]): MaybePromise<unknown[]> {
  return schema.parent === undefined
    ? insertOwnRow(database, schema, values)
    : atomic(() => insertWithParent(database, schema, values), using(database));
}

/** Writes the row of the parent first, whose key this one has too. */
async function insertWithParent(database: Database, schema: Schema, values: readonly unknown[]): Promise<unknown[]> {
  const { parent, fields, tableFields, primaryKey } = schema;
  if (parent === undefined) return insertOwnRow(database, schema, values);
  const all = new Map(fields.map((field, index) => [field.name, values[index]]));
  const written = await insertRow(
    database,
    parent,
    parent.fields.map(({ name }) => all.get(name)),
  );
  const inherited = new Map(parent.fields.map(({ name }, index) => [name, written[index]]));
  const key = inherited.get(parent.keyName);
  const own = await insertOwnRow(
    database,
    schema,
    tableFields.map((field) => (field === primaryKey ? key : all.get(field.name))),
  );
  return fields.map((field) =>
    schema.isInherited(field.name) ? inherited.get(field.name) : own[tableFields.indexOf(field)],
  );
}

/** Writes one row into the model's own table: `values` are those of its fields there. */
export function insertOwnRow(database: Database, schema: Schema, values: readonly unknown[]): MaybePromise<unknown[]> {
  const { places } = schema;
  const isPlaced = places === undefined || places.field !== schema.fieldsByName.get(places.field.name);
  if (!isPlaced && !isGiven(values[schema.tableFields.indexOf(places.field)])) {
    return insertPlaced(database, schema, places, values);
  }
  const { primaryKey, tableFields: fields } = schema;
  const keyIndex = fields.indexOf(primaryKey);
  const omitted = omittedFields(
    schema,
    (field) => field.isComputed || values[fields.indexOf(field)] === undefined,
    primaryKey.isGenerated && schema.parent === undefined && !isGiven(values[keyIndex]),
  );
  const valueToSave = (field: Field, index: number): unknown => field.valueToSave(values[index], true);
  const cleaned = cleanValues(schema, fields, valueToSave, omitted);
  const { dialect } = database.backend;
  const statement = insertStatement(schema, dialect, omitted);
  const withGiven = ({ rows, lastInsertId }: QueryResult): unknown[] => {
    for (const [position, field] of omitted.entries()) {
      cleaned[fields.indexOf(field)] = readColumn(field, rows[0]?.[position] ?? lastInsertId ?? null, dialect);
    }
    return cleaned;
  };
  return database.ask(statement, bind(statement, cleaned), schema, withGiven);
}

/** Writes a row behind the others of its owner. */
async function insertPlaced(
  database: Database,
  schema: Schema,
  places: Places,
  values: readonly unknown[],
): Promise<unknown[]> {
  const { tableFields } = schema;
  const [owner] = cleanValues(schema, [places.owner], () => values[tableFields.indexOf(places.owner)]);
  const place = await nextPlace(database, schema, places, owner);
  return insertOwnRow(
    database,
    schema,
    values.map((value, index) => (tableFields[index] === places.field ? place : value)),
  );
}

/** The value of a column as an instance has it, from what the driver gave. */
export function readColumn(field: Field, given: unknown, dialect: Dialect): unknown {
  const read = dialect.fromDatabase(field.columnType);
  return read === undefined || given === null ? given : read(given);
}

function using({ alias }: Database): { readonly using?: string } {
  return alias === "" ? {} : { using: alias };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

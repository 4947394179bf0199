import { bind } from "../compiler/statement.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import type { Field } from "../fields/field.js";
import { InstanceState, stateKey, type Instance } from "../schema/instance-state.js";
import { announce, isWatched } from "../signals/announce.js";
import { postSave, preSave } from "../signals/model-signals.js";
import { cleanNew, type CleanRow } from "./clean-new.js";
import { changeOwnRow } from "./change-own-row.js";
import { cleanValues, refuseUnknownKeys } from "./clean-values.js";
import { computedFirst, readColumn } from "./computed-values.js";
import { tellOwners } from "./loaded-ones.js";
import { withParts } from "./parted-references.js";
import { nextPlace } from "./places.js";
import { heldValue } from "./references.js";
import { rowConstructorOf } from "./row-constructor.js";
import { rowPlanOf } from "./row-plan.js";
import { computingInsert, insertStatement } from "./statements.js";
import type { Places, Schema } from "../schema/schema.js";

/** Writes a new row with `given` and the defaults, and makes its instance. */
export function createInstance(database: Database, schema: Schema, given: object): MaybePromise<object> {
  const { savesItself, valuesOf } = rowPlanOf(schema);
  if (savesItself) return createBySave(database, schema, given);
  const parts = withParts(schema, given);
  refuseUnknownKeys(schema, parts);
  const values = valuesOf(parts);
  const { model: sender } = schema;
  if (preSave.hasReceivers(sender)) return createTold(database, schema, values);
  const isTold = postSave.hasReceivers(sender) || isWatched(schema);
  if (isTold || schema.parent !== undefined) return createAndTell(database, schema, values, isTold);
  // Nearly all rows: made where the answer is read, without a promise of its own.
  return insertOwn(database, schema, values, (written) => makeInstance(database, schema, values, written));
}

/** Has the model write the row by its own `save`, which may fill in what was not given. */
async function createBySave(database: Database, schema: Schema, given: object): Promise<object> {
  const Model = schema.model as unknown as new (values: object) => { save(options: object): Promise<unknown> };
  const instance = new Model(given);
  await instance.save({ forceInsert: true, ...using(database) });
  return instance;
}

function makeInstance(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
  written: readonly unknown[],
): object {
  const instance = rowPlanOf(schema).makeRow(new InstanceState(database.alias), values, written);
  tellOwners(schema, instance);
  return instance;
}

async function createAndTell(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
  isTold: boolean,
): Promise<object> {
  const instance = makeInstance(database, schema, values, await insertRow(database, schema, values));
  if (isTold) await tell(database, schema, instance);
  return instance;
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
  tellOwners(schema, instance);
  await tell(database, schema, instance);
  return instance;
}

async function tell(database: Database, schema: Schema, instance: object): Promise<void> {
  const { model: sender } = schema;
  await postSave.send({ sender, instance, updateFields: undefined, using: database.alias, created: true });
  await announce(database, schema, { type: "orm.saved", keys: [schema.keyOf(instance)], created: true });
}

/** Writes one row and gives its values as they are in it, the key included. Throws `ValidationError`. */
export function insertRow(database: Database, schema: Schema, values: readonly unknown[]): MaybePromise<unknown[]> {
  return schema.parent === undefined
    ? insertOwnRow(database, schema, values)
    : atomic(() => insertWithParent(database, schema, values), using(database));
}

/**
 * Writes the row of the parent first, whose key this one has too. `mayBeThere`: whether a row with the key that is given
 * is changed where there is one, as that of a parent.
 */
async function insertWithParent(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
  mayBeThere = false,
): Promise<unknown[]> {
  const { parent, fields, tableFields, primaryKey } = schema;
  const writeOwn = async (own: readonly unknown[]): Promise<unknown[]> =>
    (mayBeThere ? await changeOwnRow(database, schema, own) : undefined) ?? insertOwnRow(database, schema, own);
  if (parent === undefined) return writeOwn(values);
  const all = new Map(fields.map((field, index) => [field.name, values[index]]));
  const ofParent = parent.fields.map(({ name }) => all.get(name));
  const written = await insertWithParent(database, parent, ofParent, true);
  const inherited = new Map(parent.fields.map(({ name }, index) => [name, written[index]]));
  const key = inherited.get(parent.keyName);
  const own = await writeOwn(tableFields.map((field) => (field === primaryKey ? key : all.get(field.name))));
  return fields.map((field) =>
    schema.isInherited(field.name) ? inherited.get(field.name) : own[tableFields.indexOf(field)],
  );
}

/** Writes one row into the model's own table: `values` are those of its fields there. Gives what was written. */
export function insertOwnRow(database: Database, schema: Schema, values: readonly unknown[]): MaybePromise<unknown[]> {
  return insertOwn(database, schema, values, (written) => written);
}

/** As `insertOwnRow`, and gives what `read` makes of the row as it was written. */
function insertOwn<T>(
  database: Database,
  schema: Schema,
  values: readonly unknown[],
  read: (written: unknown[]) => T,
): MaybePromise<T> {
  const { places, primaryKey, tableFields: fields } = schema;
  if (places !== undefined && isToBePlaced(schema, places, values)) {
    return insertPlaced(database, schema, places, values).then(read);
  }
  const isCounted =
    primaryKey.isGenerated && schema.parent === undefined && !isGiven(values[rowPlanOf(schema).keyIndex]);
  const row = cleanNew(schema, fields, values, isCounted);
  const { dialect } = database.backend;
  if (row.computed.length > 0) return insertComputing(database, schema, row, read);
  const { cleaned, omitted } = row;
  const statement = insertStatement(schema, dialect, omitted);
  const readWhole = ({ rows, lastInsertId }: QueryResult): T => {
    for (let position = 0; position < omitted.length; position++) {
      const field = omitted[position] as Field;
      const given = rows[0]?.[position] ?? lastInsertId ?? null;
      cleaned[fields.indexOf(field)] = readColumn(field, given, dialect);
    }
    return read(cleaned);
  };
  return database.ask(statement, bind(statement, cleaned), schema, readWhole);
}

/** Writes a row of which the database computes some values. */
function insertComputing<T>(
  database: Database,
  schema: Schema,
  { cleaned, omitted, computed }: CleanRow,
  read: (written: unknown[]) => T,
): MaybePromise<T> {
  const { dialect } = database.backend;
  const { tableFields: fields } = schema;
  const given = omitted.concat(computed.map(({ field }) => field));
  const { statement, values } = computingInsert(schema, dialect, { cleaned, omitted, computed }, given);
  return database.ask(statement, bind(statement, values), schema, ({ rows }) => {
    for (const [position, field] of given.entries()) {
      cleaned[fields.indexOf(field)] = readColumn(field, rows[0]?.[position] ?? null, dialect);
    }
    return read(cleaned);
  });
}

/** Whether the row has no place yet in the order that is kept of its kind. */
function isToBePlaced(schema: Schema, { field }: Places, values: readonly unknown[]): boolean {
  if (field !== schema.fieldsByName.get(field.name)) return false;
  return !isGiven(values[schema.tableFields.indexOf(field)]);
}

/** Writes a row behind the others of its owner. */
async function insertPlaced(
  database: Database,
  schema: Schema,
  places: Places,
  values: readonly unknown[],
): Promise<unknown[]> {
  const { tableFields } = schema;
  const given = values[tableFields.indexOf(places.owner)];
  const [held] = await computedFirst(database, schema, [places.owner], [given]);
  const [owner] = cleanValues(schema, [places.owner], () => held);
  const place = await nextPlace(database, schema, places, owner);
  return insertOwnRow(
    database,
    schema,
    values.map((value, index) => {
      if (tableFields[index] === places.field) return place;
      return tableFields[index] === places.owner ? held : value;
    }),
  );
}

function using({ alias }: Database): { readonly using?: string } {
  return alias === "" ? {} : { using: alias };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

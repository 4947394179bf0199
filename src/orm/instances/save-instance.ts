import { bind } from "../compiler/statement.js";
import type { Dialect } from "../compiler/dialect.js";
import { atomic } from "../database/atomic.js";
import { writeDatabase } from "../database/routing.js";
import type { Database } from "../database/database.js";
import { NotUpdated, QueryInvalid, ValidationError } from "../errors.js";
import { Expression } from "../expressions/expression.js";
import type { Field } from "../fields/field.js";
import { existsPlan } from "../query/plans.js";
import { InstanceState, stateKey, stateOf, type Instance } from "../schema/instance-state.js";
import { announce } from "../signals/announce.js";
import { postSave, preSave } from "../signals/model-signals.js";
import { cleanValues } from "./clean-values.js";
import { computedFirst, expressionIn, plainIn, readColumn } from "./computed-values.js";
import { insertOwnRow } from "./create-instance.js";
import { tellOwners } from "./loaded-ones.js";
import { rowsWhere, valuesOfRow } from "./matching-rows.js";
import { adoptReferences, fieldsNamed } from "./parted-references.js";
import { heldValue } from "./references.js";
import { updateStatement } from "./statements.js";
import { updateRows } from "./update-rows.js";
import type { Schema } from "../schema/schema.js";

/** Options of `save`. */
export interface SaveOptions<Name extends string = string> {
  /** Write these fields only. The row must be there (`NotUpdated`). An empty list writes nothing. */
  readonly updateFields?: readonly Name[];
  /** Insist on a new row. Default false. */
  readonly forceInsert?: boolean;
  /** Insist on a row that is there (`NotUpdated`). Default false. */
  readonly forceUpdate?: boolean;
  /** The alias of the database. Default: where the instance came from, else `default`. */
  readonly using?: string;
}

/** What is being saved, and where. */
interface Saving {
  readonly database: Database;
  readonly schema: Schema;
  readonly instance: Instance;
  /** Whether the instance was not saved before. */
  readonly isNew: boolean;
}

/**
 * Writes `instance`: a row that was there is changed, a new one is inserted. An instance that was given a primary key
 * by hand is tried as a change first, as in Django.
 */
export async function saveInstance(schema: Schema, instance: Instance, options: SaveOptions): Promise<void> {
  const database = writeDatabase(schema.model, options.using, stateOf(instance)?.database);
  const { updateFields } = options;
  refuseOpposites(schema, options);
  if (updateFields?.length === 0) return;
  adoptReferences(schema, instance);
  const { model: sender } = schema;
  const message = { sender, instance, updateFields, using: database.alias };
  if (preSave.hasReceivers(sender)) await preSave.send(message);
  await computeKey(database, schema, instance);
  const isNew = stateOf(instance) === undefined;
  const saving = { database, schema, instance, isNew };
  const created = await (schema.parent === undefined ? write(saving, options) : writeAll(saving, options));
  const state = stateOf(instance);
  // From now on it is the row that was just written, in whatever database that is.
  if (state === undefined || state.database !== database.alias) {
    instance[stateKey] = new InstanceState(database.alias, state?.deferred, state?.isStrict);
  }
  tellOwners(schema, instance);
  if (postSave.hasReceivers(sender)) await postSave.send({ ...message, created });
  await announce(database, schema, { type: "orm.saved", keys: [schema.keyOf(instance)], created });
}

/** A key is known before its row is looked for. */
async function computeKey(database: Database, schema: Schema, instance: Instance): Promise<void> {
  const { keyFields } = schema;
  if (!keyFields.some(({ name }) => instance[name] instanceof Expression)) return;
  const held = keyFields.map(({ name }) => instance[name]);
  const key = await computedFirst(database, schema, keyFields, held);
  for (const [at, field] of keyFields.entries()) {
    instance[field.name] = heldValue(schema, field, held[at] instanceof Expression ? key[at] : held[at], key[at]);
  }
}

function refuseOpposites({ name }: Schema, { updateFields, forceInsert, forceUpdate = false }: SaveOptions): void {
  if (forceInsert !== true || (!forceUpdate && updateFields === undefined)) return;
  const problem =
    "cannot insist on a new row and on one that is there: forceInsert goes with neither forceUpdate nor updateFields";
  throw new QueryInvalid({ model: name, problem });
}

/** Writes the rows of a model and of those that it extends, or none of them. */
async function writeAll(saving: Saving, options: SaveOptions): Promise<boolean> {
  const { database, schema, instance } = saving;
  const key = instance[schema.keyName];
  try {
    return await atomic(() => writeWithParent(saving, options), database.alias === "" ? {} : { using: database.alias });
  } catch (thrown) {
    instance[schema.keyName] = key;
    throw thrown;
  }
}

async function writeWithParent(saving: Saving, options: SaveOptions): Promise<boolean> {
  const { schema } = saving;
  const { parent } = schema;
  if (parent === undefined) return write(saving, options);
  const { updateFields: names, ...others } = options;
  const inherited = names?.filter((name) => schema.isInherited(name));
  const own = names?.filter((name) => !schema.isInherited(name));
  let isNewParent = false;
  if (inherited === undefined || inherited.length > 0) {
    // That the row is to be new is said of the model's own.
    const forParent = { ...others, forceInsert: false, ...(inherited !== undefined && { updateFields: inherited }) };
    isNewParent = await writeWithParent({ ...saving, schema: parent }, forParent);
  }
  if (own?.length === 0) return false;
  return write(saving, { ...options, ...(own !== undefined && { updateFields: own }) }, isNewParent);
}

/** Whether the row is new. `isNewParent`: whether that of the parent is, so that there can be none here. */
async function write(saving: Saving, options: SaveOptions, isNewParent = false): Promise<boolean> {
  const { schema, instance } = saving;
  const { updateFields, forceInsert = false, forceUpdate = false } = options;
  if (updateFields !== undefined) {
    const fields = updateFields.flatMap((name) => fieldsNamed(schema, name)).filter((field) => !field.isComputed);
    await changeRow(saving, fields, true);
    return false;
  }
  const key = schema.keyOf(instance);
  const hasKey = key !== undefined && key !== null;
  if (forceUpdate || (!forceInsert && hasKey && !isNewParent && !isNewWithOwnKey(saving))) {
    // What was not loaded cannot be written anew.
    const mustBeThere = forceUpdate || isPartial(saving);
    if (await changeRow(saving, fieldsToWrite(saving), mustBeThere)) return false;
  } else if (!hasKey) {
    if (isPartial(saving)) refuseMissing(schema, key, true);
    giveKey(schema, instance);
  }
  const held = schema.tableFields.map((field) => instance[field.name]);
  const written = await insertOwnRow(saving.database, schema, held);
  keep(saving, schema.tableFields, written);
  return true;
}

/** Whether the instance made its key itself, as one with a uuid does: then there can be no row to change. */
function isNewWithOwnKey({ schema, isNew }: Saving): boolean {
  const { primaryKey } = schema;
  if (!isNew || primaryKey.isGenerated) return false;
  return primaryKey.makesItself;
}

/** A copy, which has no key of its own yet, gets one where its model makes keys. */
function giveKey({ primaryKey, keyFields }: Schema, instance: Instance): void {
  if (primaryKey.isGenerated || keyFields.length > 1) return;
  const made = primaryKey.defaultValue();
  if (made !== undefined && made !== null) instance[primaryKey.name] = made;
}

/** All fields but the key, and those that were not loaded. */
function fieldsToWrite(saving: Saving): Field[] {
  const { schema, instance } = saving;
  return schema.tableFields.filter(
    (field) =>
      !schema.keyFields.includes(field) &&
      !field.isComputed &&
      !isNotLoaded(saving, field) &&
      !(field.name === schema.places?.field.name && instance[field.name] === undefined),
  );
}

/** Whether some fields of the row were not loaded. */
function isPartial(saving: Saving): boolean {
  if (stateOf(saving.instance)?.deferred === undefined) return false;
  return saving.schema.tableFields.some((field) => !field.isComputed && isNotLoaded(saving, field));
}

function isNotLoaded({ instance }: Saving, { name }: Field): boolean {
  return stateOf(instance)?.deferred?.has(name) === true && instance[name] === undefined;
}

/** Changes the row of the instance. Where it is not there, gives false, or throws `NotUpdated` if it must be. */
async function changeRow(saving: Saving, fields: readonly Field[], mustBeThere: boolean): Promise<boolean> {
  const { database, schema, instance, isNew } = saving;
  const key = cleanKey(schema, instance);
  if (fields.some((field) => expressionIn(instance[field.name]) !== undefined)) {
    return changeByExpressions(saving, fields, key, mustBeThere);
  }
  const cleaned = cleanValues(schema, fields, (field) => plainIn(field.valueToSave(instance[field.name], isNew)));
  const computed =
    fields.length === 0
      ? await hasRow(database, schema, key)
      : await changed(database, schema, fields, [...cleaned, key]);
  if (computed === undefined) return refuseMissing(schema, key, mustBeThere);
  keep(saving, fields, cleaned);
  keep(saving, schema.computedFields.slice(0, computed.length), computed);
  return true;
}

/** Some values are for the database to compute; they are read back at once. */
async function changeByExpressions(
  saving: Saving,
  fields: readonly Field[],
  key: unknown,
  mustBeThere: boolean,
): Promise<boolean> {
  const { database, schema, instance, isNew } = saving;
  const given = fields.map((field): [string, unknown] => {
    return [field.name, field.valueToSave(instance[field.name], isNew)];
  });
  const state = rowsWhere(schema, "pk", key);
  const count = await updateRows(database, state, Object.fromEntries(given));
  if (count === 0) return refuseMissing(schema, key, mustBeThere);
  const read = [...fields, ...schema.computedFields];
  keep(saving, read, await valuesOfRow(database, state, read));
  return true;
}

function refuseMissing(schema: Schema, key: unknown, mustBeThere: boolean): boolean {
  if (mustBeThere) throw new NotUpdated({ model: schema.name, key });
  return false;
}

function cleanKey(schema: Schema, instance: Instance): unknown {
  try {
    const [key] = cleanValues(schema, [schema.primaryKey], () => schema.keyOf(instance));
    return key;
  } catch (thrown) {
    const isMissing = schema.keyOf(instance) === undefined && thrown instanceof ValidationError;
    throw isMissing ? new NotUpdated({ model: schema.name, key: undefined }, { cause: thrown }) : thrown;
  }
}

/** What the database computed of the changed row; `undefined` where there is no row. */
async function changed(
  database: Database,
  schema: Schema,
  fields: readonly Field[],
  values: readonly unknown[],
): Promise<readonly unknown[] | undefined> {
  const { dialect } = database.backend;
  const statement = updateStatement(schema, dialect, fields);
  return database.ask(statement, bind(statement, values), schema, ({ count, rows }) => {
    const [row = []] = rows;
    return count > 0 ? row.map((value, index) => readComputed(schema, value, index, dialect)) : undefined;
  });
}

function readComputed(schema: Schema, value: unknown, index: number, dialect: Dialect): unknown {
  const field = schema.computedFields[index];
  return field === undefined ? value : readColumn(field, value, dialect);
}

/** An empty list where the row is there. */
async function hasRow(database: Database, schema: Schema, key: unknown): Promise<readonly unknown[] | undefined> {
  const { shape, values } = rowsWhere(schema, "pk", key);
  const statement = existsPlan(shape, database.backend.dialect);
  if (statement === undefined) return undefined;
  const { rows } = await database.execute(statement, bind(statement, values));
  return rows.length > 0 ? [] : undefined;
}

/** Gives the instance the values as they were written. */
function keep({ schema, instance }: Saving, fields: readonly Field[], written: readonly unknown[]): void {
  for (const [index, field] of fields.entries()) {
    const held = instance[field.name];
    instance[field.name] = heldValue(schema, field, held instanceof Expression ? written[index] : held, written[index]);
  }
}

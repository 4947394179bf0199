import { bind } from "../compiler/statement.js";
import type { Dialect } from "../compiler/dialect.js";
import { writeDatabase } from "../database/routing.js";
import type { Database } from "../database/database.js";
import { NotUpdated, ValidationError } from "../errors.js";
import type { Field } from "../fields/field.js";
import { existsPlan } from "../query/plans.js";
import { rootShapeOf } from "../query/shape.js";
import { InstanceState, stateKey, stateOf, type Instance } from "../schema/instance-state.js";
import { cleanValues } from "./clean-values.js";
import { insertRow, readColumn } from "./create-instance.js";
import { heldValue } from "./references.js";
import { updateStatement } from "./statements.js";
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

/**
 * Writes `instance`: a row that was there is changed, a new one is inserted. An instance that was given a primary key
 * by hand is tried as a change first, as in Django.
 */
export async function saveInstance(schema: Schema, instance: Instance, options: SaveOptions): Promise<void> {
  const { updateFields: fields, forceInsert = false, forceUpdate = false } = options;
  const database = writeDatabase(schema.model, options.using, stateOf(instance)?.database);
  const key = schema.keyOf(instance);
  const hasKey = key !== undefined && key !== null;
  const isNew = stateOf(instance) === undefined;
  if (fields !== undefined) {
    if (fields.length === 0) return;
    await changeRow(
      database,
      schema,
      instance,
      fields.map((name) => schema.field(name)),
      isNew,
    );
    return;
  }
  if (forceUpdate || (!forceInsert && hasKey)) {
    // What was not loaded is not written either.
    const deferred = stateOf(instance)?.deferred;
    const rest = schema.fields.filter(
      (field) =>
        field !== schema.primaryKey &&
        !field.isComputed &&
        !(deferred?.has(field.name) === true && instance[field.name] === undefined),
    );
    const isChanged = await changeRow(database, schema, instance, rest, isNew, forceUpdate);
    if (isChanged) return;
  }
  const held = schema.fields.map((field) => instance[field.name]);
  const written = await insertRow(database, schema, held);
  keep(database, schema, instance, schema.fields, written);
}

/** Changes the row of `instance`. Where it is not there, gives false, or throws `NotUpdated` if it must be. */
async function changeRow(
  database: Database,
  schema: Schema,
  instance: Instance,
  fields: readonly Field[],
  isNew: boolean,
  mustBeThere = true,
): Promise<boolean> {
  const key = cleanKey(schema, instance);
  const cleaned = cleanValues(schema, fields, (field) => field.valueToSave(instance[field.name], isNew));
  const computed =
    fields.length === 0
      ? await hasRow(database, schema, key)
      : await changed(database, schema, fields, [...cleaned, key]);
  if (computed === undefined) {
    if (mustBeThere) throw new NotUpdated({ model: schema.name, key });
    return false;
  }
  keep(database, schema, instance, fields, cleaned);
  keep(database, schema, instance, schema.computedFields.slice(0, computed.length), computed);
  return true;
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
  const values: unknown[] = [];
  const shape = rootShapeOf(schema).draft(false).step("pk", key, values).finish();
  const statement = existsPlan(shape, database.backend.dialect);
  if (statement === undefined) return undefined;
  const { rows } = await database.execute(statement, bind(statement, values));
  return rows.length > 0 ? [] : undefined;
}

/** Gives `instance` the values as they were written. */
function keep(
  database: Database,
  schema: Schema,
  instance: Instance,
  fields: readonly Field[],
  written: readonly unknown[],
): void {
  for (const [index, field] of fields.entries()) {
    instance[field.name] = heldValue(schema, field, instance[field.name], written[index]);
  }
  instance[stateKey] ??= new InstanceState(database.alias);
}

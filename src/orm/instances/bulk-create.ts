import { bind, type Statement } from "../compiler/statement.js";
import type { Dialect } from "../compiler/dialect.js";
import type { BulkInsertNode } from "../compiler/nodes.js";
import { slot, writeStatement } from "../compiler/sql-writer.js";
import { atomic } from "../database/atomic.js";
import type { Database } from "../database/database.js";
import { QueryInvalid } from "../errors.js";
import type { Field } from "../fields/field.js";
import { InstanceState, stateOf } from "../schema/instance-state.js";
import { isBulkTold, tellBulk } from "../signals/announce.js";
import type { MaybePromise, QueryResult } from "../backends/backend.js";
import { writeComputing, writtenIntoNew } from "./computed-values.js";
import { tellOwners } from "./loaded-ones.js";
import { heldBy, instanceOfNew, newRow, type NewRow } from "./new-rows.js";
import { fieldsNamed } from "./parted-references.js";
import { givePlaces } from "./places.js";
import { repeatedInsert } from "./repeated-insert.js";
import { isBigInt } from "./statements.js";
import type { Schema } from "../schema/schema.js";

/** Options of `bulkCreate`. */
export interface BulkCreateOptions<Name extends string = string> {
  /** The most rows in one statement. Default: as many as the database takes, at most 1000. */
  readonly batchSize?: number;
  /** Leave out rows that break a unique rule. Default false. */
  readonly ignoreConflicts?: boolean;
  /** Change the row that is there instead of breaking a unique rule. Default false. */
  readonly updateConflicts?: boolean;
  /** With `updateConflicts`: the fields of the row that is there that get the new values. */
  readonly updateFields?: readonly Name[];
  /** With `updateConflicts`: the fields of the unique rule. Default: the primary key. */
  readonly uniqueFields?: readonly (Name | "pk")[];
}

const maxRows = 1000;
const maxComputing = 100;

/** The statements of full batches, which are long: written once for each model and kind of batch. */
const fullBatches = new WeakMap<Schema, Map<string, Statement>>();

/** Writes many new rows and gives their instances, in their order. */
export async function bulkCreate(
  database: Database,
  schema: Schema,
  given: readonly object[],
  options: BulkCreateOptions,
): Promise<object[]> {
  checkOptions(schema, options);
  if (schema.parent !== undefined) {
    throw new QueryInvalid({
      model: schema.name,
      problem: `cannot create rows in bulk, as their other half is in the table of ${schema.parent.name}; create them one by one`,
    });
  }
  const held = given.map((one) => heldBy(schema, one));
  if (schema.places !== undefined) await givePlaces(database, schema, held);
  const rows: NewRow[] = [];
  for (let at = 0; at < given.length; at++) rows.push(newRow(schema, given[at] as object, held[at] ?? []));
  const state = new InstanceState(database.alias);
  // Rows that leave the same fields to the database go into one statement.
  const alike = new Map<readonly Field[], NewRow[]>();
  const computing = new Map<string, NewRow[]>();
  for (const row of rows) {
    const { omitted, computed } = row;
    if (computed.length > 0) {
      const key = [...omitted, null, ...computed.map(({ field }) => field)].map((field) => field?.name).join(" ");
      computing.set(key, [...(computing.get(key) ?? []), row]);
      continue;
    }
    const same = alike.get(omitted);
    if (same === undefined) alike.set(omitted, [row]);
    else same.push(row);
  }
  const batches = [...alike.values(), ...computing.values()].flatMap((same) =>
    batchesOf(database, schema, same, options),
  );
  const isTold = isBulkTold(schema);
  const [batch] = batches;
  // Rows that compute may turn out to be too much for one statement.
  const maySplit = computing.size > 0 && rows.length > 1;
  if (batches.length > 1 || isTold || maySplit) {
    const write = async (): Promise<void> => {
      for (const one of batches) await insert(database, schema, one, options);
      if (!isTold) return;
      await tellBulk(database, schema, { action: "create", keys: rows.flatMap((row) => keyOf(schema, row)) });
    };
    await atomic(write, database.alias === "" ? {} : { using: database.alias });
  } else if (batch !== undefined) {
    const written = insert(database, schema, batch, options);
    // Where the driver is synchronous nothing is waited for: all that the rows were made of would wait along.
    if (written instanceof Promise) await written;
  }
  return rows.map((row) => {
    const instance = instanceOfNew(schema, row, state);
    // Those that may have been left out have no state.
    if (stateOf(instance) !== undefined) tellOwners(schema, instance);
    return instance;
  });
}

/** The key of a row that was written, where it is known: of those that `ignoreConflicts` is for it may not be. */
function keyOf({ fields, keyFields }: Schema, { cleaned }: NewRow): unknown[] {
  const key = keyFields.map((field) => cleaned[fields.indexOf(field)]);
  if (key.some((part) => part === undefined || part === null)) return [];
  return key.length === 1 ? key : [key];
}

function checkOptions(schema: Schema, options: BulkCreateOptions): void {
  const refuse = (problem: string): never => {
    throw new QueryInvalid({ model: schema.name, problem: `cannot create rows in bulk ${problem}` });
  };
  const { batchSize, ignoreConflicts = false, updateConflicts = false, updateFields = [], uniqueFields } = options;
  if (batchSize !== undefined && (!Number.isSafeInteger(batchSize) || batchSize < 1)) {
    refuse(`${batchSize} at a time; batchSize is a whole number from 1`);
  }
  if (ignoreConflicts && updateConflicts) refuse("with both ignoreConflicts and updateConflicts");
  if (updateConflicts && updateFields.length === 0) refuse("with updateConflicts and without updateFields");
  for (const field of updateFields.flatMap((name) => fieldsNamed(schema, name))) {
    if (schema.keyFields.includes(field)) refuse("and update the primary key of those that are there");
  }
  for (const name of uniqueFields ?? []) fieldsNamed(schema, name);
}

function batchesOf(
  database: Database,
  schema: Schema,
  rows: readonly NewRow[],
  { batchSize = maxRows }: BulkCreateOptions,
): NewRow[][] {
  const most = Math.max(1, Math.floor(database.backend.features.maxParameters / schema.fields.length));
  // Expressions have parameters of their own, and make a long text.
  const isComputing = rows[0] !== undefined && rows[0].computed.length > 0;
  const size = Math.min(batchSize, most, isComputing ? maxComputing : batchSize);
  const batches: NewRow[][] = [];
  for (let start = 0; start < rows.length; start += size) batches.push(rows.slice(start, start + size));
  return batches;
}

function insert(
  database: Database,
  schema: Schema,
  batch: readonly NewRow[],
  options: BulkCreateOptions,
): MaybePromise<void> {
  const { dialect, features } = database.backend;
  const { omitted = [], computed = [] } = batch[0] ?? {};
  const conflict = conflictOf(schema, options);
  const returned = returnedOf(schema, omitted.concat(computed.map(({ field }) => field)), options);
  const takeGiven = ({ rows, keys }: QueryResult): void => {
    for (const [position, field] of returned.entries()) {
      const index = schema.fields.indexOf(field);
      const read = dialect.fromDatabase(field.columnType);
      for (let at = 0; at < batch.length; at++) {
        const value = keys === undefined ? rows[at]?.[position] : keys[at];
        const { cleaned } = batch[at] as NewRow;
        cleaned[index] = read === undefined || value === null ? value : read(value);
      }
    }
  };
  const isKeyAlone = returned.length === 0 || (returned.length === 1 && returned[0]?.columnType.kind === "serial");
  if (features.canRepeat && conflict === undefined && isKeyAlone && computed.length === 0) {
    const statement = repeatedInsert(schema, dialect, omitted, batch.length);
    const values: unknown[] = [];
    for (const { cleaned } of batch) bind(statement, cleaned, values);
    return database.ask(statement, values, schema, takeGiven);
  }
  if (computed.length > 0) {
    const { statement, values } = computingBulkInsert(schema, dialect, batch, conflict, returned);
    const bound = bind(statement, values);
    if (bound.length > features.maxParameters && batch.length > 1)
      return insertHalves(database, schema, batch, options);
    return database.ask(statement, bound, schema, takeGiven);
  }
  const fields = schema.fields.filter((field) => !omitted.includes(field));
  const indexes = fields.map((field) => schema.fields.indexOf(field));
  const isOfLists = fields.length > 0 && fields.every(({ columnType }) => dialect.canList?.(columnType) === true);
  const write = (): Statement => {
    const node: BulkInsertNode = {
      kind: "bulkInsert",
      table: schema.table,
      columns: fields.map(({ column }) => column),
      rows: isOfLists
        ? []
        : batch.map((_, row) => fields.map((field, index) => slot(row * fields.length + index, field.columnType))),
      ...(isOfLists && { lists: fields.map((field, index) => slot(index, field.columnType)) }),
      conflict,
      returning: returned.map(({ column }) => column),
      returnsBigInts: returned.some(isBigInt),
    };
    return writeStatement(node, dialect);
  };
  const key = `${dialect.name} ${omitted.map(({ name }) => name).join(" ")} ${JSON.stringify(conflict ?? null)}`;
  if (isOfLists) {
    // One text for any number of rows.
    const statement = fullStatement(schema, `lists ${key}`, write);
    const lists = indexes.map((index) => batch.map(({ cleaned }) => cleaned[index]));
    return database.ask(statement, bind(statement, lists), schema, takeGiven);
  }
  // A full batch comes again; what is left over at the end hardly ever does.
  const isFull = batch.length === maxRows;
  const statement = isFull ? fullStatement(schema, key, write) : { ...write(), isOnce: true };
  const values = batch.flatMap(({ cleaned }) => indexes.map((index) => cleaned[index]));
  return database.ask(statement, bind(statement, values), schema, takeGiven);
}

/** Writes rows in two statements: one would have more parameters than the database takes. */
async function insertHalves(
  database: Database,
  schema: Schema,
  batch: readonly NewRow[],
  options: BulkCreateOptions,
): Promise<void> {
  const middle = Math.ceil(batch.length / 2);
  await insert(database, schema, batch.slice(0, middle), options);
  await insert(database, schema, batch.slice(middle), options);
}

/** An insert of rows of which the database computes some values, each its own. */
function computingBulkInsert(
  schema: Schema,
  dialect: Dialect,
  batch: readonly NewRow[],
  conflict: BulkInsertNode["conflict"],
  returned: readonly Field[],
): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const width = schema.fields.length;
  const values = batch.flatMap(({ cleaned }) => cleaned);
  const fields = schema.fields.filter((field) => batch[0]?.omitted.includes(field) === false);
  const rows = batch.map(({ cleaned, computed }, row) => {
    const nodes = new Map(computed.map((one) => [one.field, writtenIntoNew(schema, one, values)]));
    // Where rows may be left out, nobody tells what was computed.
    if (returned.length === 0) for (const { field } of computed) cleaned[schema.fields.indexOf(field)] = undefined;
    return fields.map(
      (field) => nodes.get(field) ?? slot(row * width + schema.fields.indexOf(field), field.columnType),
    );
  });
  const node: BulkInsertNode = {
    kind: "bulkInsert",
    table: schema.table,
    columns: fields.map(({ column }) => column),
    rows,
    conflict,
    returning: returned.map(({ column }) => column),
    returnsBigInts: returned.some(isBigInt),
  };
  return { statement: { ...writeComputing(schema, node, dialect), hasRows: returned.length > 0 }, values };
}

/** The fields whose values are read back. */
function returnedOf(schema: Schema, omitted: readonly Field[], options: BulkCreateOptions): readonly Field[] {
  // Of rows that may be left out it is not told which one a key belongs to.
  if (options.ignoreConflicts === true) return [];
  if (options.updateConflicts !== true) return omitted;
  // A row that is there keeps its key, whatever the new one made for itself.
  return [...new Set([...omitted, ...schema.keyFields])];
}

function fullStatement(schema: Schema, key: string, write: () => Statement): Statement {
  const statements = fullBatches.get(schema) ?? new Map<string, Statement>();
  const statement = statements.get(key) ?? write();
  fullBatches.set(schema, statements.set(key, statement));
  return statement;
}

function conflictOf(schema: Schema, options: BulkCreateOptions): BulkInsertNode["conflict"] {
  if (options.ignoreConflicts === true) return { target: [], update: [] };
  if (options.updateConflicts !== true) return undefined;
  const columns = (name: string): string[] =>
    (name === "pk" ? schema.keyFields : fieldsNamed(schema, name)).map(({ column }) => column);
  return {
    target: (options.uniqueFields ?? ["pk"]).flatMap(columns),
    update: (options.updateFields ?? []).flatMap(columns),
  };
}

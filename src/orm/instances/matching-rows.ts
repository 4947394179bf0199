import { bind } from "../compiler/statement.js";
import type { Database } from "../database/database.js";
import { statementPlan } from "../query/plans.js";
import type { QueryState } from "../query/query-state.js";
import { rootShapeOf } from "../query/root-shape.js";
import type { Shape } from "../query/shape.js";
import type { Schema } from "../schema/schema.js";
import type { Field } from "../fields/field.js";
import { changeTarget, selectFields, selectKeys } from "../query/select-builder.js";
import { Aliases } from "../query/table-node.js";

/** What a deletion deleted. */
export interface Deleted {
  /** How many rows, of all models. */
  readonly count: number;
  /** How many rows of each model, by its label: `{ "chat.Room": 1, "chat.Message": 12 }`. */
  readonly byModel: Readonly<Record<string, number>>;
}

/** Deletes the rows of a query and nothing else, in one statement. Gives their number. */
export async function deleteMatching(database: Database, { shape, values }: QueryState<Shape>): Promise<number> {
  const { schema } = shape;
  const statement = statementPlan(shape, database.backend.dialect, "delete", () => {
    const target = changeTarget(shape);
    return target === undefined
      ? undefined
      : { kind: "delete", table: schema.table, alias: target.alias, where: target.where };
  });
  if (statement === undefined) return 0;
  return database.ask(statement, bind(statement, values), schema, ({ count }) => count);
}

/** The primary keys of the rows of a query. */
export async function keysOf(database: Database, { shape, values }: QueryState<Shape>): Promise<unknown[]> {
  const { dialect } = database.backend;
  const statement = statementPlan(shape, dialect, "keys", () => selectKeys(shape, new Aliases(), 0));
  if (statement === undefined) return [];
  const readers = shape.schema.keyFields.map((field) => dialect.fromDatabase(field.columnType));
  const { rows } = await database.execute(statement, bind(statement, values));
  return rows.map((row) => {
    const key = readers.map((read, index) => (read === undefined ? row[index] : read(row[index])));
    return key.length === 1 ? key[0] : key;
  });
}

/** The values of `fields` in the one row of a query. */
export async function valuesOfRow(
  database: Database,
  { shape, values }: QueryState<Shape>,
  fields: readonly Field[],
): Promise<unknown[]> {
  const { dialect } = database.backend;
  const names = fields.map((field) => field.name).join(" ");
  const statement = statementPlan(shape, dialect, `values ${names}`, () => selectFields(shape, fields));
  if (statement === undefined) return [];
  const { rows } = await database.execute(statement, bind(statement, values));
  const [row = []] = rows;
  return fields.map((field, index) => {
    const read = dialect.fromDatabase(field.columnType);
    const value = row[index] ?? null;
    return read === undefined || value === null ? value : read(value);
  });
}

/** The rows of a model that meet one lookup: `pk__in` some keys, say. */
export function rowsWhere(schema: Schema, path: string, value: unknown): QueryState<Shape> {
  const values: unknown[] = [];
  const shape = rootShapeOf(schema).draft(false).step(path, value, values).finish();
  return { shape, values, window: undefined };
}

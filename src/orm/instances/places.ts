import type { Database } from "../database/database.js";
import { Max } from "../expressions/aggregates.js";
import { aggregateRows } from "../query-set/aggregate-rows.js";
import { rootShapeOf } from "../query/root-shape.js";
import { keyText } from "../schema/key-text.js";
import type { Places, Schema } from "../schema/schema.js";
import { cleanValues } from "./clean-values.js";
import { computedFirst } from "./computed-values.js";

/** The place after the last of the rows whose owner is `owner`. */
export async function nextPlace(
  database: Database,
  schema: Schema,
  { field, owner: { name } }: Places,
  owner: unknown,
): Promise<number> {
  const values: unknown[] = [];
  const shape = rootShapeOf(schema).draft(false).step(name, owner, values).finish();
  const { last } = await aggregateRows(database, shape, values, { last: Max(field.name) });
  return last === null || last === undefined ? 0 : Number(last) + 1;
}

/** Gives the rows that have no place one after the last of their owner: each of `rows` is the values of its fields. */
export async function givePlaces(database: Database, schema: Schema, rows: readonly unknown[][]): Promise<void> {
  const { places } = schema;
  if (places === undefined) return;
  const [place, owner] = [schema.fields.indexOf(places.field), schema.fields.indexOf(places.owner)];
  const next = new Map<string, number>();
  for (const row of rows) {
    if (row[place] !== undefined && row[place] !== null) continue;
    [row[owner]] = await computedFirst(database, schema, [places.owner], [row[owner]]);
    const [key] = cleanValues(schema, [places.owner], () => row[owner]);
    const text = keyText(key);
    const own = next.get(text) ?? (await nextPlace(database, schema, places, key));
    row[place] = own;
    next.set(text, own + 1);
  }
}

import type { Field } from "../fields/field.js";
import type { Schema } from "../schema/schema.js";

const known = new WeakMap<Schema, Map<number, readonly Field[]>>();

/**
 * The fields of a new row that the database gives the values of: those that it may give and that `isMissing` says are not
 * there, and the primary key where it `isCounted`. The same list for all rows that leave out the same.
 */
export function omittedFields(
  schema: Schema,
  isMissing: (field: Field) => boolean,
  isCounted: boolean,
): readonly Field[] {
  const { databaseGiven } = schema;
  let mask = isCounted ? 1 : 0;
  // A number for each set of fields; there are few that the database gives.
  for (let at = 0; at < databaseGiven.length; at++) {
    const field = databaseGiven[at];
    if (field !== undefined && isMissing(field)) mask += 2 ** (at + 1);
  }
  const lists = known.get(schema) ?? new Map<number, readonly Field[]>();
  const list = lists.get(mask);
  if (list !== undefined) return list;
  const made = databaseGiven.filter((_, at) => Math.floor(mask / 2 ** (at + 1)) % 2 === 1);
  if (isCounted) made.push(schema.primaryKey);
  known.set(schema, lists.set(mask, Object.freeze(made)));
  return made;
}

import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import type { Schema } from "../schema/schema.js";
import { cleanValues } from "./clean-values.js";
import { omittedFields } from "./omitted-fields.js";

/** A new row as it is written. */
export interface CleanRow {
  /** What is written for each field; what the database gives is put there when it is known. */
  readonly cleaned: unknown[];
  /** The fields whose values the database gives. */
  readonly omitted: readonly Field[];
}

/**
 * Checks what a new row holds for each of `fields`, and converts it. `isCounted`: whether the database gives the key.
 * Throws `ValidationError` with all that is wrong.
 */
export function cleanNew(
  schema: Schema,
  fields: readonly Field[],
  held: readonly unknown[],
  isCounted: boolean,
): CleanRow {
  const { primaryKey, databaseGiven } = schema;
  const omitted = omittedFields(
    schema,
    (field) => field.isComputed || held[fields.indexOf(field)] === undefined,
    isCounted,
  );
  const isPlain = databaseGiven.length === 0;
  const cleaned: unknown[] = [];
  try {
    // One loop without a call for each field but its own: many rows go through here, and each that is made.
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] as Field;
      const isLeft = isPlain ? isCounted && field === primaryKey : omitted.includes(field);
      cleaned.push(isLeft ? null : field.clean(field.valueToSave(held[at], true)));
    }
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    // Throws, with all that is wrong.
    cleanValues(schema, fields, (field, at) => field.valueToSave(held[at], true), omitted);
    throw thrown;
  }
  return { cleaned, omitted };
}

import type { Field } from "../fields/field.js";
import { ProblemFound } from "../fields/problem.js";
import type { Schema } from "../schema/schema.js";
import { cleanValues } from "./clean-values.js";
import { computedValuesOf, isComputing, plainIn, type ComputedValue } from "./computed-values.js";
import { omittedFields } from "./omitted-fields.js";
import { rowCleanerOf } from "./row-cleaner.js";

/** A new row as it is written. */
export interface CleanRow {
  /** What is written for each field; what the database gives is put there when it is known. */
  readonly cleaned: unknown[];
  /** The fields whose values the database gives. */
  readonly omitted: readonly Field[];
  /** The fields whose values the database computes from what was given for them. */
  readonly computed: readonly ComputedValue[];
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
  return schema.databaseGiven.length === 0
    ? cleanWhole(schema, fields, held, isCounted)
    : cleanPartly(schema, fields, held, isCounted);
}

/** A row of which the database gives the key at most. */
function cleanWhole(schema: Schema, fields: readonly Field[], held: readonly unknown[], isCounted: boolean): CleanRow {
  const { clean, omitted: none, omittedWhenCounted } = rowCleanerOf(schema, fields);
  const omitted = isCounted ? omittedWhenCounted : none;
  try {
    const cleaned = clean(held, isCounted);
    if (cleaned !== undefined) return { cleaned, omitted, computed: nothing };
  } catch (thrown) {
    // Below, all that is wrong is found.
    if (!(thrown instanceof ProblemFound)) throw thrown;
  }
  return cleanComputing(schema, fields, held, omitted);
}

/** A row of which the database may give other values, too: those that are missing. */
function cleanPartly(schema: Schema, fields: readonly Field[], held: readonly unknown[], isCounted: boolean): CleanRow {
  const isMissing = (field: Field): boolean => field.isComputed || held[fields.indexOf(field)] === undefined;
  const omitted = omittedFields(schema, isMissing, isCounted);
  const cleaned: unknown[] = [];
  try {
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] as Field;
      const isLeft = omitted.includes(field);
      const value = isLeft ? null : field.valueToSave(held[at], true);
      // Not left to the fields: one of a program's own may take anything.
      if (isComputing(value)) return cleanComputing(schema, fields, held, omitted);
      cleaned.push(isLeft ? null : field.clean(value));
    }
  } catch (thrown) {
    if (!(thrown instanceof ProblemFound)) throw thrown;
    return cleanComputing(schema, fields, held, omitted);
  }
  return { cleaned, omitted, computed: nothing };
}

/** As above, of a row with values that the database computes. */
function cleanComputing(
  schema: Schema,
  fields: readonly Field[],
  held: readonly unknown[],
  omitted: readonly Field[],
): CleanRow {
  const values = fields.map((field, at) => plainIn(field.valueToSave(held[at], true)));
  const computed = computedValuesOf(fields, values);
  const left = omitted.concat(computed.map(({ field }) => field));
  return { cleaned: cleanValues(schema, fields, (_, at) => values[at], left), omitted, computed };
}

const nothing: readonly ComputedValue[] = Object.freeze([]);

import { type InstanceState, stateKey, type Instance } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";
import { cleanNew, type CleanRow } from "./clean-new.js";
import { refuseUnknownKeys } from "./clean-values.js";
import { adoptReferences, withParts } from "./parted-references.js";
import { heldValue } from "./references.js";
import { rowPlanOf } from "./row-plan.js";

/** One of many rows that are to be written. */
export interface NewRow extends CleanRow {
  /** What was given: an instance, or values. */
  readonly given: object;
  readonly held: readonly unknown[];
}

/** The value of each field, in an instance or in the values for one. */
export function heldBy(schema: Schema, given: object): unknown[] {
  if (given instanceof schema.model) {
    adoptReferences(schema, given);
    return schema.fields.map((field) => (given as Instance)[field.name]);
  }
  const parts = withParts(schema, given);
  refuseUnknownKeys(schema, parts);
  return rowPlanOf(schema).valuesOf(parts);
}

/** Checks what a new row holds, and converts it. Throws `ValidationError`. */
export function newRow(schema: Schema, given: object, held: readonly unknown[]): NewRow {
  const { fields, primaryKey } = schema;
  const key = held[rowPlanOf(schema).keyIndex];
  const isCounted = primaryKey.isGenerated && (key === undefined || key === null);
  return { given, held, ...cleanNew(schema, fields, held, isCounted) };
}

/** The instance of a row that was written: what was given, where that is one. */
export function instanceOfNew(schema: Schema, row: NewRow, state: InstanceState): object {
  const { given, held, cleaned, omitted } = row;
  const { keyIndex, makeRow } = rowPlanOf(schema);
  const isKnown = cleaned[keyIndex] !== null || !omitted.includes(schema.primaryKey);
  if (!(given instanceof schema.model)) {
    // A row whose key is not known may not even have been written.
    if (isKnown) return makeRow(state, held, cleaned);
    cleaned[keyIndex] = undefined;
    return makeRow(undefined, held, cleaned);
  }
  const instance = given as unknown as Instance;
  for (const [index, field] of schema.fields.entries()) {
    if (index === keyIndex && !isKnown) continue;
    instance[field.name] = heldValue(schema, field, held[index], cleaned[index]);
  }
  if (isKnown) instance[stateKey] = state;
  return instance;
}

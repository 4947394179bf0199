import type { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import { ProblemFound } from "../fields/problem.js";
import { InstanceState, stateKey, type Instance } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";
import { cleanValues, refuseUnknownKeys } from "./clean-values.js";
import { valuesOf } from "./create-instance.js";
import { omittedFields } from "./omitted-fields.js";
import { adoptReferences, withParts } from "./parted-references.js";
import { heldValue } from "./references.js";
import { rowConstructorOf } from "./row-constructor.js";

/** One of many rows that are to be written. */
export interface NewRow {
  /** What was given: an instance, or values. */
  readonly given: object;
  readonly held: readonly unknown[];
  /** What is written for each field; what the database gives is put there when it is known. */
  readonly cleaned: unknown[];
  /** The fields whose values the database gives. */
  readonly omitted: readonly Field[];
}

/** What making rows of a model needs to know of it. */
interface Plan {
  readonly keyIndex: number;
  readonly makeRow: (state: InstanceState | undefined, held: readonly unknown[], cleaned: readonly unknown[]) => object;
}

const plans = new WeakMap<Schema, Plan>();

function planOf(schema: Schema): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan = { keyIndex: schema.fields.indexOf(schema.primaryKey), makeRow: rowMakerOf(schema) };
  plans.set(schema, plan);
  return plan;
}

/** A call of the row constructor with each value in its place: an array that is spread takes twice as long. */
function rowMakerOf(schema: Schema): Plan["makeRow"] {
  const { fields } = schema;
  const values = fields.map((field, at) =>
    field instanceof ForeignKeyField ? `hold(schema, fields[${at}], held[${at}], cleaned[${at}])` : `cleaned[${at}]`,
  );
  // Safe: the text is made of the words here and of numbers.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function(
    "Row",
    "hold",
    "schema",
    "fields",
    `return (state, held, cleaned) => new Row(state, ${values.join(", ")});`,
  ) as (...used: readonly unknown[]) => Plan["makeRow"];
  return make(rowConstructorOf(schema), heldValue, schema, fields);
}

/** The value of each field, in an instance or in the values for one. */
export function heldBy(schema: Schema, given: object): unknown[] {
  if (given instanceof schema.model) {
    adoptReferences(schema, given);
    return schema.fields.map((field) => (given as Instance)[field.name]);
  }
  const parts = withParts(schema, given);
  refuseUnknownKeys(schema, parts);
  return valuesOf(schema, parts);
}

/** Checks what a new row holds, and converts it. Throws `ValidationError`. */
export function newRow(schema: Schema, given: object, held: readonly unknown[]): NewRow {
  const { fields, primaryKey, databaseGiven } = schema;
  const key = held[planOf(schema).keyIndex];
  const isCounted = primaryKey.isGenerated && (key === undefined || key === null);
  const omitted = omittedFields(
    schema,
    (field) => field.isComputed || held[fields.indexOf(field)] === undefined,
    isCounted,
  );
  const isPlain = databaseGiven.length === 0;
  const cleaned: unknown[] = [];
  try {
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
  return { given, held, cleaned, omitted };
}

/** The instance of a row that was written: what was given, where that is one. */
export function instanceOfNew(schema: Schema, row: NewRow, state: InstanceState): object {
  const { given, held, cleaned, omitted } = row;
  const { keyIndex, makeRow } = planOf(schema);
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

import type { Field } from "../fields/field.js";
import type { InstanceState } from "../schema/instance-state.js";
import { stateKey } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";

/**
 * Makes an instance from its state and the values of its fields, in the order of the fields. Class fields and
 * constructors of the model do not run: they are for `new`.
 */
export type RowConstructor = new (state: InstanceState | undefined, ...values: unknown[]) => object;

const noNames: readonly string[] = [];
const constructors = new WeakMap<Schema, RowConstructor>();

/**
 * The constructor of rows of `schema`, written for its fields: an assignment for each, so that V8 gives all rows one
 * hidden class and makes one in the time of an object literal. A loop over the fields takes six times as long.
 */
export function rowConstructorOf(
  schema: Schema,
  fields: readonly Field[] = schema.fields,
  annotations: readonly string[] = noNames,
): RowConstructor {
  const isWhole = fields.length === schema.fields.length && annotations.length === 0;
  if (!isWhole) return makeConstructor(schema, [...fields.map(({ name }) => name), ...annotations]);
  const known = constructors.get(schema);
  if (known !== undefined) return known;
  const constructor = makeConstructor(
    schema,
    fields.map(({ name }) => name),
  );
  constructors.set(schema, constructor);
  return constructor;
}

function makeConstructor(schema: Schema, names: readonly string[]): RowConstructor {
  const parameters = names.map((_, index) => `v${index}`);
  const assignments = names.map((name, index) => `this[${JSON.stringify(name)}] = v${index};`);
  // Safe: of all that is interpolated only the names of class fields and annotations come from outside, and they stand
  // in the text as JSON strings.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function(
    "stateKey",
    `return function Row(state, ${parameters.join(", ")}) { this[stateKey] = state; ${assignments.join(" ")} };`,
  ) as (key: symbol) => RowConstructor;
  const constructor = make(stateKey);
  constructor.prototype = schema.model.prototype as object;
  return constructor;
}

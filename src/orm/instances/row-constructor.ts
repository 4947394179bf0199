import type { InstanceState } from "../schema/instance-state.js";
import { stateKey } from "../schema/instance-state.js";
import type { Schema } from "../schema/schema.js";

/**
 * Makes an instance from its state and the values of its fields, in the order of the fields. Class fields and
 * constructors of the model do not run: they are for `new`.
 */
export type RowConstructor = new (state: InstanceState | undefined, ...values: unknown[]) => object;

const constructors = new WeakMap<Schema, RowConstructor>();

/**
 * The constructor of rows of `schema`, written for its fields: an assignment for each, so that V8 gives all rows one
 * hidden class and makes one in the time of an object literal. A loop over the fields takes six times as long.
 */
export function rowConstructorOf(schema: Schema): RowConstructor {
  const known = constructors.get(schema);
  if (known !== undefined) return known;
  const parameters = schema.fields.map((_, index) => `v${index}`);
  const assignments = schema.fields.map((field, index) => `this[${JSON.stringify(field.name)}] = v${index};`);
  // Safe: of all that is interpolated only the names of class fields come from outside, from the program's own
  // source, and they stand in the text as JSON strings.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function(
    "stateKey",
    `return function Row(state, ${parameters.join(", ")}) { this[stateKey] = state; ${assignments.join(" ")} };`,
  ) as (key: symbol) => RowConstructor;
  const constructor = make(stateKey);
  constructor.prototype = schema.model.prototype as object;
  constructors.set(schema, constructor);
  return constructor;
}

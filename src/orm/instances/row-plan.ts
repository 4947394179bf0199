import { Field } from "../fields/field.js";
import { ForeignKeyField } from "../fields/relations/foreign-key-field.js";
import type { InstanceState } from "../schema/instance-state.js";
import { overrides } from "../schema/schema-of.js";
import type { Schema } from "../schema/schema.js";
import { heldValue } from "./references.js";
import { rowConstructorOf } from "./row-constructor.js";

/** What making new rows of a model needs to know of it. */
export interface RowPlan {
  /** Where the primary key stands among the fields. */
  readonly keyIndex: number;
  /** Whether the model has a `save` of its own, which then writes its new rows, too. */
  readonly savesItself: boolean;
  /** What `given` has for each field, or its default. */
  readonly valuesOf: (given: object) => unknown[];
  /** Makes the instance of a row from what was given for each field and what was written. */
  readonly makeRow: (state: InstanceState | undefined, held: readonly unknown[], cleaned: readonly unknown[]) => object;
}

const plans = new WeakMap<Schema, RowPlan>();

/** The plan of a model, worked out once. */
export function rowPlanOf(schema: Schema): RowPlan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan = {
    keyIndex: schema.fields.indexOf(schema.primaryKey),
    savesItself: overrides(schema.model, "save"),
    valuesOf: valueReaderOf(schema),
    makeRow: rowMakerOf(schema),
  };
  plans.set(schema, plan);
  return plan;
}

/** A call of the row constructor with each value in its place: an array that is spread takes twice as long. */
function rowMakerOf(schema: Schema): RowPlan["makeRow"] {
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
  ) as (...used: readonly unknown[]) => RowPlan["makeRow"];
  return make(rowConstructorOf(schema), heldValue, schema, fields);
}

/** Each value is read by a name that stands in the text: with a variable one, that takes several times as long. */
function valueReaderOf(schema: Schema): RowPlan["valuesOf"] {
  const { fields } = schema;
  const fixed = fields.map(fixedDefaultOf);
  const values = fields.map((field, at) => {
    const otherwise = fixed[at] === undefined ? `fields[${at}].defaultValue()` : `fixed${at}.value`;
    return `(value = given[${JSON.stringify(field.name)}]) === undefined ? ${otherwise} : value`;
  });
  const known = fields.map((_, at) => `const fixed${at} = fixed[${at}];`);
  // Safe: of all that is interpolated only the names of class fields come from outside, as JSON strings.
  // oxlint-disable-next-line typescript/no-implied-eval -- see above
  const make = new Function(
    "fields",
    "fixed",
    "valuesByKey",
    `${known.join(" ")} return (given) => {
      if (given.pk !== undefined) return valuesByKey(given);
      let value;
      return [${values.join(", ")}];
    };`,
  ) as (...used: readonly unknown[]) => RowPlan["valuesOf"];
  return make(fields, fixed, (given: object) => valuesByKey(schema, given));
}

/** The default of a field that is the same for all rows, if there is one. */
function fixedDefaultOf(field: Field): { readonly value: unknown } | undefined {
  const isOwn = field.defaultValue !== Field.prototype.defaultValue;
  return isOwn || typeof field.options.default === "function" ? undefined : { value: field.defaultValue() };
}

/** What `given` has for each field, where it has `pk`. */
function valuesByKey({ fields, primaryKey, keyFields }: Schema, given: object): unknown[] {
  const record = given as Readonly<Record<string, unknown>>;
  const { pk } = record;
  const ofKey = (field: Field): unknown => {
    if (field === primaryKey) return pk;
    // A part of the key.
    return Array.isArray(pk) && keyFields.includes(field) ? (pk as unknown[])[keyFields.indexOf(field)] : undefined;
  };
  return fields.map((field) => {
    const value = record[field.name];
    return value === undefined ? (ofKey(field) ?? field.defaultValue()) : value;
  });
}

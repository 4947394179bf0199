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

import type { Fill } from "../../backends/schema-editor.js";
import type { FieldDescription } from "../../fields/description.js";
import { labelIn, type ModelState } from "../state/model-state.js";
import { Operation } from "./operation.js";

/** What rows that are there get in a field that is new, or that may no longer be null. */
export interface FillOptions {
  /**
   * A value for all of them, or a function that is called for each of them, such as `() => crypto.randomUUID()`.
   * Default: the field's default.
   */
  readonly fill?: unknown;
}

/** An operation on one field of a model. */
export abstract class FieldOperation extends Operation {
  readonly model: string;
  readonly field: string;

  constructor(model: string, field: string) {
    super();
    this.model = model;
    this.field = field;
  }

  subjects(app: string): readonly string[] {
    return [`${labelIn(app, this.model)}.${this.field}`];
  }
}

/** `model` with other fields. */
export function withFields(
  model: ModelState,
  change: (fields: Map<string, FieldDescription>) => Iterable<readonly [string, FieldDescription]>,
): ModelState {
  return { ...model, fields: new Map(change(new Map(model.fields))) };
}

/** What fills the column of a field: what was given for it, else its default; `undefined` for nothing. */
export function fillOf(description: FieldDescription, { fill }: FillOptions): Fill | undefined {
  if (typeof fill === "function") return { each: fill as () => unknown };
  if (fill !== undefined) return { value: fill };
  const { default: value, dbDefault } = description.options;
  return value === undefined || value === null || dbDefault !== undefined ? undefined : { value };
}

import type { Fill } from "../../backends/schema-editor.js";
import type { FieldDescription } from "../../fields/description.js";
import { MigrationStateInvalid } from "../errors.js";
import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { alterTable } from "./alter-table.js";
import { relationsOf } from "./create-model.js";
import { FieldOperation, fillOf, type FillOptions, withFields } from "./field-operation.js";
import { type Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `addField`. */
export class AddField extends FieldOperation {
  readonly category = "addition";
  readonly description: FieldDescription;
  readonly options: FillOptions;

  constructor(model: string, field: string, description: FieldDescription, options: FillOptions = {}) {
    super(model, field);
    this.description = description;
    this.options = options;
  }

  describe(): string {
    return `Add field ${this.field} to ${this.model}`;
  }

  override get nameFragment(): string {
    return `${this.model.toLowerCase()}_${this.field.toLowerCase()}`;
  }

  override references(): readonly string[] {
    return relationsOf(this.description);
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    if (state.get(label).fields.has(this.field)) {
      throw new MigrationStateInvalid({ problem: `${label} has a field ${JSON.stringify(this.field)} already` });
    }
    state.update(label, (model) => withFields(model, (fields) => fields.set(this.field, this.description)));
  }

  async forwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    const fill = fillOf(this.description, this.options);
    await alterTable(run, label, label, { fills: fillsFor(run, label, this.field, fill) });
  }

  async backwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label);
  }

  override toCall(): OperationCall {
    const { fill } = this.options;
    return {
      name: "addField",
      args: [this.model, this.field, this.description, ...(fill === undefined ? [] : [{ fill }])],
    };
  }
}

/** What fills the column of `field`, for the schema editor. */
export function fillsFor(
  { to }: Pick<OperationRun, "to">,
  label: string,
  field: string,
  fill: Fill | undefined,
): ReadonlyMap<string, Fill> {
  const bound = to.schema(label).fields.find((one) => one.name === field);
  if (bound === undefined || fill === undefined) return new Map();
  // As an instance would hold it; a model's default is taken as it is written.
  const clean = (value: unknown): unknown => (value === null ? null : bound.toValue(value));
  const { column } = bound;
  if ("each" in fill) return new Map([[column, { each: () => clean(fill.each()) }]]);
  return new Map([[column, { value: clean(fill.value) }]]);
}

/**
 * Adds a field to a model. Rows that are there get `fill`, or else the field's default.
 *
 * ```ts
 * addField("Room", "topic", field.text(), { fill: "" });
 * ```
 */
export function addField(
  model: string,
  name: string,
  description: FieldDescription,
  options: FillOptions = {},
): Operation {
  return new AddField(model, name, description, options);
}

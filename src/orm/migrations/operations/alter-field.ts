import type { FieldDescription } from "../../fields/description.js";
import { MigrationStateInvalid } from "../errors.js";
import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { fillsFor } from "./add-field.js";
import { alterTable } from "./alter-table.js";
import { relationsOf } from "./create-model.js";
import { FieldOperation, fillOf, type FillOptions, withFields } from "./field-operation.js";
import { type Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `alterField`. */
export class AlterField extends FieldOperation {
  readonly category = "alteration";
  readonly description: FieldDescription;
  readonly options: FillOptions;

  constructor(model: string, field: string, description: FieldDescription, options: FillOptions = {}) {
    super(model, field);
    this.description = description;
    this.options = options;
  }

  describe(): string {
    return `Alter field ${this.field} of ${this.model}`;
  }

  override get nameFragment(): string {
    return `alter_${this.model.toLowerCase()}_${this.field.toLowerCase()}`;
  }

  override references(): readonly string[] {
    return relationsOf(this.description);
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    const before = state.field(label, this.field);
    if (!canBeAltered(before, this.description)) {
      const problem = `${label}.${this.field} cannot become what it is not: remove the field, and add it as a new one`;
      throw new MigrationStateInvalid({ problem });
    }
    state.update(label, (model) => withFields(model, (fields) => fields.set(this.field, this.description)));
  }

  forwards(run: OperationRun): Promise<void> {
    return this.#alter(run, this.options);
  }

  backwards(run: OperationRun): Promise<void> {
    return this.#alter(run, {});
  }

  async #alter(run: OperationRun, options: FillOptions): Promise<void> {
    const label = labelIn(run.app, this.model);
    const [before, after] = [run.from.state.field(label, this.field), run.to.state.field(label, this.field)];
    const mayBeNull = before.options["null"] === true && after.options["null"] !== true;
    const fill = mayBeNull ? fillOf(after, options) : undefined;
    const fills = fillsFor(run, label, this.field, fill);
    await alterTable(run, label, label, { fills, renamedFields: [[this.field, this.field]] });
  }

  override toCall(): OperationCall {
    const { fill } = this.options;
    return {
      name: "alterField",
      args: [this.model, this.field, this.description, ...(fill === undefined ? [] : [{ fill }])],
    };
  }
}

/**
 * Whether one field can be made of the other. What the database computes and links of many to many cannot, unless they
 * stay what they are about.
 */
export function canBeAltered(from: FieldDescription, to: FieldDescription): boolean {
  const isMany = (field: FieldDescription) => field.type === "manyToMany";
  if (!isMany(from) && !isMany(to)) return true;
  return isMany(from) && isMany(to) && from.to === to.to && from.options["through"] === to.options["through"];
}

/** Changes what a field is. Rows that are null in a field that may no longer be get `fill`, or else its default. */
export function alterField(
  model: string,
  name: string,
  description: FieldDescription,
  options: FillOptions = {},
): Operation {
  return new AlterField(model, name, description, options);
}

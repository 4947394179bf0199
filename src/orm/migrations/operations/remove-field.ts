import { MigrationStateInvalid } from "../errors.js";
import { constraintsIn, indexesIn } from "../state/describe-state.js";
import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { fillsFor } from "./add-field.js";
import { alterTable } from "./alter-table.js";
import { FieldOperation, fillOf, type FillOptions, withFields } from "./field-operation.js";
import { type Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `removeField`. */
export class RemoveField extends FieldOperation {
  readonly category = "removal";
  readonly options: FillOptions;

  constructor(model: string, field: string, options: FillOptions = {}) {
    super(model, field);
    this.options = options;
  }

  describe(): string {
    return `Remove field ${this.field} from ${this.model}`;
  }

  override get nameFragment(): string {
    return `remove_${this.model.toLowerCase()}_${this.field.toLowerCase()}`;
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    state.field(label, this.field);
    const { options } = state.get(label);
    const user = [...indexesIn(options), ...constraintsIn(options)].find(({ fields }) =>
      fields.some((key) => key.replace(/^-/, "") === this.field),
    );
    if (user !== undefined) {
      const problem = `${label}.${this.field} is removed, and an index or constraint over ${user.fields.join(", ")} still names it`;
      throw new MigrationStateInvalid({ problem });
    }
    state.update(label, (model) => withFields(model, (fields) => [...fields].filter(([name]) => name !== this.field)));
  }

  async forwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label);
  }

  /** The column comes back, what was in it does not. */
  async backwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    const fill = fillOf(run.to.state.field(label, this.field), this.options);
    await alterTable(run, label, label, { fills: fillsFor(run, label, this.field, fill) });
  }

  override toCall(): OperationCall {
    const { fill } = this.options;
    return { name: "removeField", args: [this.model, this.field, ...(fill === undefined ? [] : [{ fill }])] };
  }
}

/** Removes a field with all that is in it. When it is taken back, rows get `fill`, or else the field's default. */
export function removeField(model: string, name: string, options: FillOptions = {}): Operation {
  return new RemoveField(model, name, options);
}

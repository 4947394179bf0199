import { MigrationStateInvalid } from "../errors.js";
import { labelIn } from "../state/model-state.js";
import { type ProjectState, relates } from "../state/project-state.js";
import { createModelTable, dropModelTable } from "./create-model.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `deleteModel`. */
export class DeleteModel extends Operation {
  readonly category = "removal";
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  describe(): string {
    return `Delete model ${this.name}`;
  }

  override get nameFragment(): string {
    return `delete_${this.name.toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    return [labelIn(app, this.name)];
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.name);
    state.remove(label);
    for (const [other, { fields }] of state.models) {
      for (const [name, field] of fields) {
        if (!relates(field, label)) continue;
        throw new MigrationStateInvalid({ problem: `${other}.${name} still leads to ${label}, which is deleted` });
      }
    }
  }

  async forwards({ app, from, editor }: OperationRun): Promise<void> {
    await dropModelTable(labelIn(app, this.name), { from, editor });
  }

  /** The table comes back, its rows do not. */
  async backwards({ app, to, editor }: OperationRun): Promise<void> {
    await createModelTable(labelIn(app, this.name), { to, editor });
  }

  override toCall(): OperationCall {
    return { name: "deleteModel", args: [this.name] };
  }
}

/** Deletes a model and its table, with all rows. */
export function deleteModel(name: string): Operation {
  return new DeleteModel(name);
}

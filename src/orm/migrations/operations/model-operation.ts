import { labelIn, type ModelStateOptions } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { historicalOptions } from "../state/describe-state.js";
import { alterTable } from "./alter-table.js";
import { Operation, type OperationRun } from "./operation.js";

/** An operation on the options of a model, whose table follows from the models before and after. */
export abstract class ModelOperation extends Operation {
  readonly model: string;

  constructor(model: string) {
    super();
    this.model = model;
  }

  /** The model's options afterwards. */
  abstract changeOptions(options: ModelStateOptions, label: string): ModelStateOptions;

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    state.update(label, (model) => ({
      ...model,
      options: historicalOptions(this.changeOptions(model.options, label)),
    }));
  }

  async forwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label);
  }

  async backwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label);
  }
}

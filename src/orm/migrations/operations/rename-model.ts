import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { alterTable } from "./alter-table.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `renameModel`. */
export class RenameModel extends Operation {
  readonly category = "alteration";
  readonly from: string;
  readonly to: string;

  constructor(from: string, to: string) {
    super();
    this.from = from;
    this.to = to;
  }

  describe(): string {
    return `Rename model ${this.from} to ${this.to}`;
  }

  override get nameFragment(): string {
    return `rename_${this.from.toLowerCase()}_${this.to.toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    return [labelIn(app, this.from), labelIn(app, this.to)];
  }

  changeState(app: string, state: ProjectState): void {
    state.rename(labelIn(app, this.from), this.to);
  }

  async forwards(run: OperationRun): Promise<void> {
    await alterTable(run, labelIn(run.app, this.from), labelIn(run.app, this.to));
  }

  async backwards(run: OperationRun): Promise<void> {
    await alterTable(run, labelIn(run.app, this.to), labelIn(run.app, this.from));
  }

  override toCall(): OperationCall {
    return { name: "renameModel", args: [this.from, this.to] };
  }
}

/** Renames a model, and its table unless that has a name of its own. Relations to it follow. */
export function renameModel(from: string, to: string): Operation {
  return new RenameModel(from, to);
}

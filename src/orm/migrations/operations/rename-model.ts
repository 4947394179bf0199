import { labelIn } from "../state/model-state.js";
import { parentLinkName } from "../state/parent-links.js";
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

  override makes(app: string): readonly string[] {
    return [labelIn(app, this.to)];
  }

  changeState(app: string, state: ProjectState): void {
    state.rename(labelIn(app, this.from), this.to);
  }

  forwards(run: OperationRun): Promise<void> {
    return rename(run, this.from, this.to);
  }

  backwards(run: OperationRun): Promise<void> {
    return rename(run, this.to, this.from);
  }

  override toCall(): OperationCall {
    return { name: "renameModel", args: [this.from, this.to] };
  }
}

async function rename(run: OperationRun, from: string, to: string): Promise<void> {
  await alterTable(run, labelIn(run.app, from), labelIn(run.app, to));
  // Models that extend it have keys that are called after it.
  const [link, newLink] = [parentLinkName(from), parentLinkName(to)];
  for (const [label, { fields }] of run.to.state.models) {
    if (!fields.has(newLink) || !run.from.state.has(label)) continue;
    const before = run.from.state.get(label).fields;
    if (before.has(newLink) || !before.has(link)) continue;
    await alterTable(run, label, label, { renamedFields: [[link, newLink]] });
  }
}

/** Renames a model, and its table unless that has a name of its own. Relations to it follow. */
export function renameModel(from: string, to: string): Operation {
  return new RenameModel(from, to);
}

import type { FieldDescription } from "../../fields/description.js";
import { MigrationStateInvalid } from "../errors.js";
import { changeDefinition } from "../state/definitions.js";
import { constraintsIn, historicalOptions, indexesIn } from "../state/describe-state.js";
import { labelIn, type ModelState, type ModelStateOptions, renameInKey } from "../state/model-state.js";
import { renameInData } from "../state/rename-in-data.js";
import type { ProjectState } from "../state/project-state.js";
import { alterTable } from "./alter-table.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** See `renameField`. */
export class RenameField extends Operation {
  readonly category = "alteration";
  readonly model: string;
  readonly from: string;
  readonly to: string;

  constructor(model: string, from: string, to: string) {
    super();
    this.model = model;
    this.from = from;
    this.to = to;
  }

  describe(): string {
    return `Rename field ${this.from} of ${this.model} to ${this.to}`;
  }

  override get nameFragment(): string {
    return `rename_${this.from.toLowerCase()}_${this.model.toLowerCase()}_${this.to.toLowerCase()}`;
  }

  subjects(app: string): readonly string[] {
    const label = labelIn(app, this.model);
    return [`${label}.${this.from}`, `${label}.${this.to}`];
  }

  changeState(app: string, state: ProjectState): void {
    const label = labelIn(app, this.model);
    state.field(label, this.from);
    if (state.get(label).fields.has(this.to)) {
      throw new MigrationStateInvalid({ problem: `${label} has a field ${JSON.stringify(this.to)} already` });
    }
    for (const [other, { fields }] of state.models) {
      if (![...fields.values()].some(({ options }) => options["through"] === label)) continue;
      state.update(other, (model) => withThroughField(model, label, this.from, this.to));
    }
    for (const [other, { fields }] of state.models) {
      if (![...fields.values()].some((field) => refersTo(field, label, this.from))) continue;
      state.update(other, (model) => withTargetField(model, label, this.from, this.to));
    }
    state.update(label, (model) => ({
      ...model,
      fields: new Map(
        [...model.fields].map(([name, field]) => [
          name === this.from ? this.to : name,
          renameInParts(field, this.from, this.to),
        ]),
      ),
      options: renameInOptions(model.options, this.from, this.to),
    }));
  }

  async forwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label, { renamedFields: [[this.from, this.to]] });
  }

  async backwards(run: OperationRun): Promise<void> {
    const label = labelIn(run.app, this.model);
    await alterTable(run, label, label, { renamedFields: [[this.to, this.from]] });
  }

  override toCall(): OperationCall {
    return { name: "renameField", args: [this.model, this.from, this.to] };
  }
}

/** A model whose relations name a field of the model of their links, under its new name. */
function withThroughField(model: ModelState, through: string, from: string, to: string): ModelState {
  const fields = [...model.fields].map(([name, field]) => {
    const { options } = field;
    const named = options["throughFields"];
    if (options["through"] !== through || !Array.isArray(named)) return [name, field] as const;
    const throughFields = named.map((one: unknown) => (one === from ? to : one));
    return [name, { ...field, options: { ...options, throughFields } }] as const;
  });
  return { ...model, fields: new Map(fields) };
}

/** Whether a foreign key keeps the field called `name` of the model with `label`. */
function refersTo({ to, options }: FieldDescription, label: string, name: string): boolean {
  return to === label && options["toField"] === name;
}

/** A model whose foreign keys keep a field of another, under its new name. */
function withTargetField(model: ModelState, label: string, from: string, toField: string): ModelState {
  const fields = [...model.fields].map(([name, field]) =>
    refersTo(field, label, from)
      ? ([name, { ...field, options: { ...field.options, toField } }] as const)
      : ([name, field] as const),
  );
  return { ...model, fields: new Map(fields) };
}

/** A key or reference over several fields, with one of them under its new name. */
function renameInParts(field: FieldDescription, from: string, to: string): FieldDescription {
  const { fields } = field.options;
  if (!Array.isArray(fields) || !fields.includes(from)) return field;
  const renamed = fields.map((name: unknown) => (name === from ? to : name));
  return { ...field, options: { ...field.options, fields: renamed } };
}

/** A model's options with a field under its new name wherever they name it. */
export function renameInOptions(options: ModelStateOptions, from: string, to: string): ModelStateOptions {
  const rename = (keys: readonly string[]) => keys.map((key) => renameInKey(key, from, to));
  const inDefinition = <T extends { readonly fields: readonly string[]; readonly options?: unknown }>(
    definition: T,
  ): T => {
    const { options: own } = definition;
    return changeDefinition(definition, {
      fields: rename(definition.fields),
      ...(own !== undefined && { options: renameInData(own, from, to) }),
    });
  };
  return historicalOptions({
    ...options,
    ordering: rename(options.ordering ?? []),
    indexes: indexesIn(options).map(inDefinition),
    constraints: constraintsIn(options).map(inDefinition),
  });
}

/** Renames a field, and its column unless that has a name of its own. Indexes, constraints and ordering follow. */
export function renameField(model: string, from: string, to: string): Operation {
  return new RenameField(model, from, to);
}

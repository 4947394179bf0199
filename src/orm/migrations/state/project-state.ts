import type { FieldDescription } from "../../fields/description.js";
import { MigrationStateInvalid } from "../errors.js";
import { labelOf, type ModelState } from "./model-state.js";
import { renameParentLink } from "./parent-links.js";

/** All models at one point of the history. Operations change it, one after the other. */
export class ProjectState {
  readonly #models: Map<string, ModelState>;

  constructor(models: Iterable<ModelState> = []) {
    this.#models = new Map([...models].map((model) => [labelOf(model), model]));
  }

  /** A copy that later changes of this one do not reach. */
  clone(): ProjectState {
    return new ProjectState(this.#models.values());
  }

  get models(): ReadonlyMap<string, ModelState> {
    return this.#models;
  }

  has(label: string): boolean {
    return this.#models.has(label);
  }

  /** The model called `label`. Throws `MigrationStateInvalid`. */
  get(label: string): ModelState {
    const model = this.#models.get(label);
    if (model !== undefined) return model;
    throw new MigrationStateInvalid({ problem: `there is no model ${label} at that point` });
  }

  /** The field of a model. Throws `MigrationStateInvalid`. */
  field(label: string, name: string): FieldDescription {
    const field = this.get(label).fields.get(name);
    if (field !== undefined) return field;
    throw new MigrationStateInvalid({ problem: `${label} has no field ${JSON.stringify(name)} at that point` });
  }

  add(model: ModelState): void {
    const label = labelOf(model);
    if (this.#models.has(label)) throw new MigrationStateInvalid({ problem: `there are two models ${label}` });
    this.#models.set(label, model);
  }

  remove(label: string): void {
    this.get(label);
    this.#models.delete(label);
  }

  /** Replaces a model by what `change` makes of it, in its place. */
  update(label: string, change: (model: ModelState) => ModelState): void {
    this.#models.set(label, change(this.get(label)));
  }

  /** Gives a model another name; what relates to it follows. */
  rename(label: string, name: string): void {
    const model = this.get(label);
    const renamed = { ...model, name };
    const newLabel = labelOf(renamed);
    if (newLabel !== label && this.#models.has(newLabel)) {
      throw new MigrationStateInvalid({ problem: `there are two models ${newLabel}` });
    }
    const models = [...this.#models.values()].map((one) => (one === model ? renamed : one));
    this.#models.clear();
    for (const one of models) {
      const following = renameParentLink(one, label, model.name, name);
      this.#models.set(labelOf(one), retarget(following, label, newLabel));
    }
  }
}

/** `model` with its relations to `from` leading to `to`. */
function retarget(model: ModelState, from: string, to: string): ModelState {
  if (![...model.fields.values()].some((field) => relates(field, from))) return model;
  const fields = [...model.fields].map(([name, field]) => [name, retargetField(field, from, to)] as const);
  return { ...model, fields: new Map(fields) };
}

/** Whether a field leads to the model called `label`, or through it. */
export function relates({ to, options }: FieldDescription, label: string): boolean {
  return to === label || options["through"] === label;
}

function retargetField(field: FieldDescription, from: string, to: string): FieldDescription {
  if (!relates(field, from)) return field;
  return {
    ...field,
    ...(field.to !== undefined && { to: field.to === from ? to : field.to }),
    options: field.options["through"] === from ? { ...field.options, through: to } : field.options,
  };
}

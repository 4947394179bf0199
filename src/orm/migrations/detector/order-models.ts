import { relationsOf } from "../operations/create-model.js";
import { labelOf, type ModelState } from "../state/model-state.js";

/** Models in an order in which they can be made, and the fields that must wait until all are there. */
export interface ModelOrder {
  readonly models: readonly ModelState[];
  /** By label: fields that lead to a model that comes later. */
  readonly deferred: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Orders `models` so that each comes after those that its fields lead to, as far as circles allow. */
export function orderModels(models: readonly ModelState[]): ModelOrder {
  const byLabel = new Map(models.map((model) => [labelOf(model), model]));
  const ordered = new Map<string, ModelState>();
  const visiting = new Set<string>();
  const deferred = new Map<string, Set<string>>();
  const visit = (model: ModelState): void => {
    const label = labelOf(model);
    if (ordered.has(label) || visiting.has(label)) return;
    visiting.add(label);
    for (const [name, field] of model.fields) {
      // Links can wait, keys as a rule cannot.
      if (field.type === "manyToMany") continue;
      for (const target of relationsOf(field)) {
        const other = byLabel.get(target);
        if (other === undefined || target === label) continue;
        if (visiting.has(target)) deferred.set(label, (deferred.get(label) ?? new Set<string>()).add(name));
        else visit(other);
      }
    }
    visiting.delete(label);
    ordered.set(label, model);
  };
  for (const model of models) visit(model);
  const places = new Map([...ordered.keys()].map((label, place) => [label, place]));
  for (const [label, { fields }] of ordered) {
    const isLater = (target: string) => (places.get(target) ?? -1) > (places.get(label) ?? -1);
    for (const [name, field] of fields) {
      if (field.type === "manyToMany" && relationsOf(field).some(isLater)) {
        deferred.set(label, (deferred.get(label) ?? new Set<string>()).add(name));
      }
    }
  }
  return { models: [...ordered.values()], deferred };
}

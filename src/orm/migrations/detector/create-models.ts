import { addField } from "../operations/add-field.js";
import { CreateModel, relationsOf } from "../operations/create-model.js";
import { addConstraint, addIndex } from "../operations/definition-operations.js";
import { constraintsIn, indexesIn } from "../state/describe-state.js";
import { labelOf, type ModelStateOptions } from "../state/model-state.js";
import type { Comparison } from "./comparison.js";
import { made } from "./draft.js";
import { orderModels } from "./order-models.js";
import { free } from "./places.js";

/** Creates the new models, in an order in which each finds what it leads to; of circles, the last field comes late. */
export function createModels(comparison: Comparison): void {
  const created = [...comparison.to.models.values()].filter((model) => !comparison.state.has(labelOf(model)));
  const { models, deferred } = orderModels(created);
  for (const model of models) {
    const label = labelOf(model);
    const later = deferred.get(label) ?? new Set<string>();
    const isLater = ({ fields }: { readonly fields: readonly string[] }) =>
      fields.some((key) => later.has(key.replace(/^-/, "")));
    const options: ModelStateOptions = {
      ...model.options,
      indexes: indexesIn(model.options).filter((one) => !isLater(one)),
      constraints: constraintsIn(model.options).filter((one) => !isLater(one)),
    };
    const fields = new Map([...model.fields].filter(([name]) => !later.has(name)));
    const targets = [...fields.values()].flatMap(relationsOf).filter((target) => target !== label);
    comparison.add(model.app, new CreateModel(model.name, fields, options), {
      gives: [made(label), ...[...fields.keys()].map((name) => made(`${label}.${name}`))],
      needs: [...targets.map(made), free(model)],
    });
    for (const name of later) {
      const field = model.fields.get(name);
      if (field === undefined) continue;
      comparison.add(model.app, addField(model.name, name, field), {
        gives: [made(`${label}.${name}`)],
        needs: [made(label), ...relationsOf(field).map(made)],
      });
    }
    const needs = [made(label), ...[...later].map((name) => made(`${label}.${name}`))];
    for (const one of indexesIn(model.options).filter(isLater))
      comparison.add(model.app, addIndex(model.name, one), { needs });
    for (const one of constraintsIn(model.options).filter(isLater)) {
      comparison.add(model.app, addConstraint(model.name, one), { needs });
    }
  }
}

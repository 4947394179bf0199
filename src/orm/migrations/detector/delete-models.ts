import { relationsOf } from "../operations/create-model.js";
import { removeConstraint, removeIndex } from "../operations/definition-operations.js";
import { deleteModel } from "../operations/delete-model.js";
import { removeField } from "../operations/remove-field.js";
import { constraintsIn, indexesIn } from "../state/describe-state.js";
import { labelOf } from "../state/model-state.js";
import type { Comparison } from "./comparison.js";
import { gone } from "./draft.js";
import { orderModels } from "./order-models.js";
import { free, freeLinks } from "./places.js";

/** Deletes the models that are gone, each after whatever led to it. */
export function deleteModels(comparison: Comparison): void {
  const deleted = [...comparison.state.models.values()].filter((model) => !comparison.to.has(labelOf(model)));
  const { models, deferred } = orderModels(deleted);
  for (const [label, names] of deferred) {
    const model = comparison.state.get(label);
    const using = [...indexesIn(model.options), ...constraintsIn(model.options)].filter(({ fields }) =>
      fields.some((key) => names.has(key.replace(/^-/, ""))),
    );
    const unused = gone(`uses of the late fields of ${label}`);
    for (const one of using) {
      const operation = one.kind === "index" ? removeIndex(model.name, one) : removeConstraint(model.name, one);
      comparison.add(model.app, operation, { gives: [unused] });
    }
    for (const name of names) {
      comparison.add(model.app, removeField(model.name, name), { gives: [gone(`${label}.${name}`)], needs: [unused] });
    }
  }
  for (const model of models.toReversed()) {
    const label = labelOf(model);
    // Who wants its table has it deleted early: not before what is taken off it first.
    const needs = [...(deferred.get(label) ?? [])].map((name) => gone(`${label}.${name}`));
    // Whatever leads to it goes first, or leads elsewhere.
    for (const [other, { fields }] of comparison.state.models) {
      for (const [name, field] of fields) {
        if (other === label || !relationsOf(field).includes(label)) continue;
        needs.push(gone(`${other}.${name}`));
        if (!comparison.to.has(other) && deferred.get(other)?.has(name) !== true) needs.push(gone(other));
      }
    }
    comparison.add(model.app, deleteModel(model.name), {
      gives: [gone(label), free(model), ...[...model.fields].flatMap(([name, field]) => freeLinks(model, name, field))],
      needs,
    });
  }
}

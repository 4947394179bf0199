import type { FieldDescription } from "../../fields/description.js";
import { alterField } from "../operations/alter-field.js";
import { renameField } from "../operations/rename-field.js";
import { sameField } from "../state/field-state.js";
import type { Comparison } from "./comparison.js";
import { couples } from "./couples.js";
import { made } from "./draft.js";
import { orderRenames } from "./order-renames.js";
import { columnOf, linkTableOf } from "./places.js";
import { saidFor } from "./said-renames.js";

/** Finds the fields of a model that are there under another name. */
export async function renameFields(comparison: Comparison, label: string): Promise<void> {
  await exchangeFields(comparison, label);
  const model = comparison.to.get(label);
  for (const [name, field] of model.fields) {
    if (comparison.state.get(label).fields.has(name)) continue;
    for (const [oldName, old] of comparison.state.get(label).fields) {
      if (model.fields.has(oldName)) continue;
      const known = comparison.options.answers?.renames?.get(`${label}.${oldName}`);
      const place = field.type === "manyToMany" ? "dbTable" : "dbColumn";
      const kept =
        place === "dbTable" ? linkTableOf(comparison.state.get(label), oldName, old) : columnOf(oldName, old);
      const keepsPlace = field.options[place] === kept;
      const candidate = keepsPlace ? without(place, field) : field;
      const isAlike = sameField(keepsPlace ? without(place, old) : old, candidate);
      const isRenamed =
        known === undefined
          ? isAlike && (await comparison.options.questioner.isFieldRenamed(label, oldName, name))
          : known === name;
      if (!isRenamed) continue;
      // The name of the column, or of the table of links, is fixed first, so that the rename does not touch it.
      if (keepsPlace && old.options[place] === undefined) {
        const options = sorted({ ...old.options, [place]: kept });
        comparison.perform(model.app, alterField(model.name, oldName, { ...old, options }));
      }
      comparison.perform(model.app, renameField(model.name, oldName, name), { gives: [made(`${label}.${name}`)] });
      break;
    }
  }
}

/** Does the renames of fields to names that others had: of two that exchanged them, and what else was said. */
async function exchangeFields(comparison: Comparison, label: string): Promise<void> {
  const { app, name: modelName, fields } = comparison.to.get(label);
  const before = comparison.state.get(label).fields;
  const renames = saidFor(comparison.options.answers, label, [...fields.keys()]);
  // Those whose new name is free are seen to below: they can keep their columns.
  const wanted = new Set(renames.values());
  for (const [from, to] of renames) if (!before.has(to) && !wanted.has(from)) renames.delete(from);
  const isLike = (old: FieldDescription, name: string) => {
    const field = fields.get(name);
    return field !== undefined && sameField(old, field);
  };
  const changed = [...before].filter(([name, old]) => fields.has(name) && !renames.has(name) && !isLike(old, name));
  for (const [[one, old], [other, otherOld]] of couples(changed)) {
    if (renames.has(one) || renames.has(other) || !isLike(old, other) || !isLike(otherOld, one)) continue;
    if (!(await comparison.options.questioner.areFieldsExchanged(label, one, other))) continue;
    renames.set(one, other).set(other, one);
  }
  for (const [from, to] of orderRenames(renames, before.keys())) {
    comparison.perform(app, renameField(modelName, from, to), { gives: [made(`${label}.${to}`)] });
  }
}

function without(option: string, field: FieldDescription): FieldDescription {
  const options = Object.fromEntries(Object.entries(field.options).filter(([name]) => name !== option));
  return { ...field, options };
}

function sorted(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

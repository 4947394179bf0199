import type { FieldDescription } from "../../fields/description.js";
import { addField } from "../operations/add-field.js";
import { alterField, canBeAltered } from "../operations/alter-field.js";
import { relationsOf } from "../operations/create-model.js";
import { removeField } from "../operations/remove-field.js";
import { sameField } from "../state/field-state.js";
import type { Comparison } from "./comparison.js";
import { gone, made } from "./draft.js";
import { columnOf, freeColumn, freeLinks } from "./places.js";

/** Types of fields without a column that rows have a value in, or whose values the database makes. */
const columnless: ReadonlySet<string> = new Set([
  "manyToMany",
  "auto",
  "bigAuto",
  "smallAuto",
  "generated",
  "compositePrimaryKey",
]);

/** Removes the fields that a model has no more, or that cannot be made into what is there now. */
export function removeFields(comparison: Comparison, label: string): void {
  const model = comparison.to.get(label);
  for (const [name, old] of comparison.state.get(label).fields) {
    const field = model.fields.get(name);
    if (field !== undefined && isAlterable(old, field)) continue;
    const users = [...comparison.state.get(label).fields].filter(([, one]) => basesOf(one).includes(name));
    comparison.add(model.app, removeField(model.name, name), {
      needs: users.map(([user]) => gone(`${label}.${user}`)),
      gives: [
        gone(`${label}.${name}`),
        freeColumn(label, name, old),
        ...freeLinks(comparison.state.get(label), name, old),
      ],
    });
  }
}

/** Adds the new fields of a model; where rows need a value in one, it asks for that. */
export async function addFields(comparison: Comparison, label: string): Promise<void> {
  const model = comparison.to.get(label);
  for (const [name, field] of model.fields) {
    const old = comparison.state.get(label).fields.get(name);
    if (old !== undefined && isAlterable(old, field)) continue;
    const fill = await fillFor(comparison, label, name, field, "added");
    comparison.add(model.app, addField(model.name, name, field, fill ?? {}), {
      gives: [made(`${label}.${name}`)],
      needs: [
        ...relationsOf(field).map(made),
        ...basesOf(field).map((base) => made(`${label}.${base}`)),
        ...(old === undefined ? [] : [gone(`${label}.${name}`)]),
        freeColumn(label, name, field),
      ],
    });
  }
}

/** Alters the fields of a model that are declared otherwise now. */
export async function alterFields(comparison: Comparison, label: string): Promise<void> {
  const model = comparison.to.get(label);
  for (const [name, field] of model.fields) {
    const old = comparison.state.get(label).fields.get(name);
    if (old === undefined || sameField(old, field) || !isAlterable(old, field)) continue;
    const isMoved = columnOf(name, old) !== columnOf(name, field);
    const becomesRequired = old.options["null"] === true && field.options["null"] !== true;
    const fill = becomesRequired ? await fillFor(comparison, label, name, field, "notNull") : undefined;
    comparison.add(model.app, alterField(model.name, name, field, fill ?? {}), {
      gives: [
        // Who deletes the model that it led to waits for it.
        ...(old.to === field.to ? [] : [gone(`${label}.${name}`)]),
        ...(isMoved ? [freeColumn(label, name, old)] : []),
      ],
      needs: [...relationsOf(field).map(made), ...(isMoved ? [freeColumn(label, name, field)] : [])],
    });
  }
}

/** What rows get in a field that may not be null; `undefined` where its default says so, or nothing is to be done. */
async function fillFor(
  comparison: Comparison,
  label: string,
  name: string,
  field: FieldDescription,
  reason: "added" | "notNull",
): Promise<{ readonly fill: unknown } | undefined> {
  const { options, type } = field;
  if (columnless.has(type)) return undefined;
  const known = comparison.options.answers?.fills;
  if (known?.has(`${label}.${name}`) === true) {
    comparison.fills.add(`${label}.${name}`);
    return { fill: known.get(`${label}.${name}`) };
  }
  const isFilled = options["null"] === true || options["default"] !== undefined || options["dbDefault"] !== undefined;
  if (isFilled) return undefined;
  // Rows that are there get one each, as new ones do.
  if (type === "uuid" && options["auto"] !== undefined) return { fill: () => crypto.randomUUID() };
  const compute = comparison.options.computedDefaults?.get(`${label}.${name}`);
  if (compute !== undefined) return { fill: compute };
  return comparison.options.questioner.fillFor(label, name, field, reason);
}

/** Whether one field can be made of the other; where not, it is removed and added. */
function isAlterable(from: FieldDescription, to: FieldDescription): boolean {
  if (from.type === "generated" || to.type === "generated") return sameField(from, to);
  return canBeAltered(from, to);
}

/** The fields that the database computes a field from. */
function basesOf({ type, options }: FieldDescription): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { kind, path } = node as { readonly kind?: unknown; readonly path?: unknown };
    if (kind === "field" && typeof path === "string") found.push(path);
    for (const part of Object.values(node)) look(part);
  };
  if (type === "generated") look(options["expression"]);
  return found;
}

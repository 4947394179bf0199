import { isDeepStrictEqual } from "node:util";

import { describeOptions, type FieldDescription } from "../../fields/description.js";
import type { Field } from "../../fields/field.js";
import { ForeignKeyField } from "../../fields/relations/foreign-key-field.js";
import { fieldOf } from "../../fields/field-of.js";
import { Model } from "../../model.js";

/** Options that change neither the table nor how rows are read and written: a migration for them would do nothing. */
const withoutEffect: ReadonlySet<string> = new Set([
  "blank",
  "choices",
  "editable",
  "errorMessages",
  "helpText",
  "limitChoicesTo",
  "relatedName",
  "relatedQueryName",
  "storage",
  "uniqueForDate",
  "uniqueForMonth",
  "uniqueForYear",
  "uploadTo",
  "validators",
  "verboseName",
]);

/** Stands for the target of a relation whose options alone are looked at. */
class AnyModel extends Model {}

/** What migrations keep of a field: all that its column follows from. Functions, such as a default, are not kept. */
export function historicalField(field: FieldDescription): FieldDescription {
  const kept = Object.entries(field.options).filter(
    ([name, value]) => !withoutEffect.has(name) && typeof value !== "function",
  );
  return { ...field, options: Object.fromEntries(kept) };
}

/** A description as the field itself would give it, with what its type adds to the options that were given. */
export function normalizeField(field: FieldDescription): FieldDescription {
  const made = fieldOf(field, () => AnyModel);
  if (made === undefined) return historicalField(field);
  return historicalField({ ...field, options: optionsOf(made) });
}

/** A relation cannot say where it leads before it is part of a model; its options it can. */
function optionsOf(made: Field): Readonly<Record<string, unknown>> {
  return made instanceof ForeignKeyField
    ? describeOptions(made.typeName, made.options).options
    : made.describe().options;
}

/** What a type of field adds to no options at all. */
function defaultOptions(field: FieldDescription): Readonly<Record<string, unknown>> {
  try {
    const plain = fieldOf({ ...field, options: {} }, () => AnyModel);
    return plain === undefined ? {} : optionsOf(plain);
  } catch {
    // It cannot be made without options.
    return {};
  }
}

/** The options to write for a field, without those that its type adds by itself. */
export function shortOptions(field: FieldDescription): Readonly<Record<string, unknown>> {
  const { options } = field;
  const own = defaultOptions(field);
  const shorter = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !(name in own) || !isDeepStrictEqual(own[name], value)),
  );
  const denied = Object.fromEntries(Object.keys(own).flatMap((name) => (name in options ? [] : [[name, false]])));
  const candidates = [shorter, { ...shorter, ...denied }, options];
  return candidates.find((one) => sameField(normalizeField({ ...field, options: one }), field)) ?? options;
}

/** Whether two descriptions are the same to a migration. */
export function sameField(one: FieldDescription, other: FieldDescription): boolean {
  return one.type === other.type && one.to === other.to && isDeepStrictEqual(one.options, other.options);
}

import type { Schema } from "../schema/schema.js";

/** The values of a row that `getOrCreate` makes: what it was looked for by, without lookups, and `defaults`. */
export function creationValues(schema: Schema, where: object, defaults: object): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(where)) {
    const name = path.endsWith("__exact") ? path.slice(0, -"__exact".length) : path;
    if (name === "pk" || schema.fieldsByName.has(name) || schema.partedReferences.some((field) => field.name === name))
      values[name] = value;
  }
  return Object.assign(values, calledValues(defaults));
}

/** Values of which some are functions that give them. */
export function calledValues(given: object): Record<string, unknown> {
  const values = Object.entries(given).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === "function" ? (value as () => unknown)() : value,
  ]);
  return Object.fromEntries(values) as Record<string, unknown>;
}

/** The fields that a change to `values` writes: theirs, and those that set themselves with each change (`autoNow`). */
export function changedFields(schema: Schema, values: object): string[] {
  const own = schema.fields.filter((field) => field.setsItself && !field.isPrimaryKey);
  return [...new Set([...Object.keys(values), ...own.map(({ name }) => name)])];
}

import type { Schema } from "../schema/schema.js";

/** The values of a row that `getOrCreate` makes: what it was looked for by, without lookups, and `defaults`. */
export function creationValues(schema: Schema, where: object, defaults: object): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(where)) {
    const name = path.endsWith("__exact") ? path.slice(0, -"__exact".length) : path;
    if (name === "pk" || schema.fieldsByName.has(name) || schema.partedReferences.some((field) => field.name === name))
      values[name] = value;
  }
  for (const [name, value] of Object.entries(defaults)) {
    values[name] = typeof value === "function" ? (value as () => unknown)() : value;
  }
  return values;
}

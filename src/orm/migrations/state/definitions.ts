import type { ConstraintDefinition, IndexDefinition } from "../../definitions.js";

/** An index or a constraint, as `meta` takes it. */
export type Definition = IndexDefinition | ConstraintDefinition;

/** The data of an index or constraint as text: equal for two that are the same. */
export function definitionKey(definition: object): string {
  return JSON.stringify(dataOf(definition), (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof RegExp) return String(value);
    return value;
  });
}

/** What a definition consists of, without its methods. */
export function dataOf(definition: object): Record<string, unknown> {
  const entries = Object.entries(definition).filter(([, value]) => value !== undefined && typeof value !== "function");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether two definitions say the same. */
export function sameDefinition(one: object, other: object): boolean {
  return definitionKey(one) === definitionKey(other);
}

/** A definition with other values for some of its parts. */
export function changeDefinition<T extends object>(definition: T, changes: Partial<Record<string, unknown>>): T {
  return Object.freeze({ ...definition, ...changes });
}

/** How messages name a definition: by its name, or by its fields. */
export function nameOfDefinition({ name, fields }: Pick<Definition, "name" | "fields">): string {
  return name ?? (fields.length === 0 ? "without a name" : fields.join(", "));
}

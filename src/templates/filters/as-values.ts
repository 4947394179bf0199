import { plainText } from "../runtime/escapes.js";

/** The text of whatever a filter was given. */
export function asText(value: unknown): string {
  return plainText(value);
}

/** The number that `value` says, or `undefined`. */
export function asNumber(value: unknown): number | undefined {
  if (value === undefined || value === null || value === "" || typeof value === "boolean") return undefined;
  const number = typeof value === "number" ? value : Number(asText(value));
  return Number.isNaN(number) ? undefined : number;
}

/** A date, from what says one: a `Date`, milliseconds, a text that `Date` reads, `now` and `today`. */
export function asDate(value: unknown): Date | undefined {
  if (value === "now" || value === "today") return new Date();
  if (value === undefined || value === null || value === "" || typeof value === "boolean") return undefined;
  const date = value instanceof Date ? value : new Date(typeof value === "number" ? value : asText(value));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A list, from what can be iterated. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  return [];
}

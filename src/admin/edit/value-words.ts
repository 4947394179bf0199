import { keyText, type ModelField } from "../../orm/index.js";
import { choiceLabel } from "../model/model-facts.js";
import { plainText } from "../model/plain-text.js";
import { type Rows, valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";

/** How many rows of a relation are named. */
const maxNamed = 20;
const maxText = 500;

/** What a field of `row` holds, in words: for histories, and for two versions side by side. */
export async function heldWords(row: object, field: ModelField): Promise<string> {
  if (field.type === "manyToMany") {
    const related = (valueOf(row, field.name) as { all(): Rows }).all();
    const rows = await related.orderBy("pk").slice(0, maxNamed + 1);
    return named(rows);
  }
  return field.relation === undefined
    ? valueWords(valueOf(row, field.name), field)
    : valueWords(await valueOf(row, field.name), field);
}

/** A value of a field, in words. */
export function valueWords(value: unknown, field: ModelField | undefined): string {
  if (value === null || value === undefined || value === "") return "";
  const choice = choiceLabel(field, value);
  if (choice !== undefined) return choice;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString().replace(/\.\d+Z$/, "Z");
  if (Array.isArray(value)) return named(value);
  return cut(typeof value === "object" ? objectWords(value) : plainText(value));
}

function objectWords(value: object): string {
  if ("pk" in value) return textOf(value);
  return isPlain(value) ? JSON.stringify(value) : keyText(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function named(values: readonly unknown[]): string {
  const words = values.slice(0, maxNamed).map((value) => valueWords(value, undefined));
  return cut(words.join(", ") + (values.length > maxNamed ? ", …" : ""));
}

function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
}

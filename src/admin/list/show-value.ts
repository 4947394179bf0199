import { html, isSafe, type SafeString } from "../../templates/index.js";
import type { ModelField } from "../../orm/index.js";
import { choiceLabel } from "../model/model-facts.js";
import { plainText } from "../model/plain-text.js";
import { textOf } from "../model/text-of.js";

/** A value as it stands in a list or beside a label. */
export interface ShownValue {
  readonly content: SafeString | string;
  /** Whether there is nothing to show. */
  readonly isEmpty: boolean;
}

/** Longer texts are cut in lists. */
const maxText = 200;

/** Shows what a field, a getter or a column gives. `field` is what is known about it, if it is a field. */
export function showValue(value: unknown, field: ModelField | undefined, empty: string): ShownValue {
  if (value === null || value === undefined || value === "") return { content: empty, isEmpty: true };
  const content = contentOf(value, field);
  return content === "" ? { content: empty, isEmpty: true } : { content, isEmpty: false };
}

function contentOf(value: unknown, field: ModelField | undefined): SafeString | string {
  if (isSafe(value)) return value;
  const choice = choiceLabel(field, value);
  if (choice !== undefined) return html`<span class="tag">${choice}</span>`;
  if (typeof value === "boolean") {
    return value ? html`<span class="tag yes">✓ Yes</span>` : html`<span class="tag no">✗ No</span>`;
  }
  if (value instanceof Date) return timeOf(value);
  if (field?.type === "decimal") return decimalText(value, field);
  if (typeof value === "string") return linked(cut(value), field);
  if (Array.isArray(value)) return cut(value.map(plain).join(", "));
  return typeof value === "object" && value !== null && isPlain(value)
    ? html`<code>${cut(JSON.stringify(value))}</code>`
    : cut(plain(value));
}

/** An instant, in UTC; scripts show it in the reader's zone. */
export function timeOf(instant: Date): SafeString {
  if (Number.isNaN(instant.getTime())) return html`–`;
  const iso = instant.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** With as many places as the field has: prices stand below each other. */
function decimalText(value: unknown, { decimalPlaces }: ModelField): string {
  const fixed = (value as { readonly toFixed?: (places: number) => string }).toFixed;
  return decimalPlaces !== undefined && typeof fixed === "function" ? fixed.call(value, decimalPlaces) : plain(value);
}

function linked(text: string, field: ModelField | undefined): SafeString | string {
  if (field?.type === "url" && /^https?:\/\//i.test(text)) return html`<a href="${text}" rel="noreferrer">${text}</a>`;
  if (field?.type === "email") return html`<a href="mailto:${encodeURIComponent(text)}">${text}</a>`;
  return text;
}

function plain(value: unknown): string {
  if (typeof value === "object" && value !== null && !isPlain(value)) return textOf(value);
  return typeof value === "object" ? JSON.stringify(value) : plainText(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
}

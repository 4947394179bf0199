import { createHash } from "node:crypto";

import { keyText, type ModelField } from "../../orm/index.js";
import { plainText } from "../model/plain-text.js";
import { type Rows, valueOf } from "../model/rows.js";

/** What fields held at one moment, each as a short fingerprint: enough to see later that somebody has changed one. */
export type Snapshot = Readonly<Record<string, string>>;

/** The value of `field` in `row`: of a relation of many to many, the keys of its rows, as texts in order. */
export async function heldValue(row: object, field: ModelField): Promise<unknown> {
  if (field.type !== "manyToMany") return field.valueIn(row);
  const related = (valueOf(row, field.name) as { all(): Rows }).all();
  const keys = (await related).map((one) => keyText(valueOf(one, "pk")));
  return keys.sort();
}

/** The fingerprint of a value. Equal values have equal ones, however they came. */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("base64url").slice(0, 12);
}

function canonical(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return plainText(value);
  if (Array.isArray(value)) return JSON.stringify(value.map(canonical));
  if ("pk" in value) return keyText(value.pk);
  if (isPlain(value)) return JSON.stringify(sorted(value));
  return keyText(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** With its keys in order, all the way down: databases keep JSON in an order of their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** What `fields` of `row` hold now. */
export async function snapshotOf(row: object, fields: readonly ModelField[], prefix = ""): Promise<Snapshot> {
  const entries = await Promise.all(
    fields.map(async (field) => [`${prefix}${field.name}`, fingerprintOf(await heldValue(row, field))] as const),
  );
  return Object.fromEntries(entries);
}

/** A snapshot as a page carries it, and back; what is none is an empty one, so that every field counts as changed. */
export function snapshotText(snapshot: Snapshot): string {
  return JSON.stringify(snapshot);
}

export function readSnapshot(text: string | null | undefined): Snapshot {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === "string"));
  } catch {
    return {};
  }
}

/** The names that `now` has with another fingerprint than `then`. */
export function changedSince(then: Snapshot, now: Snapshot): readonly string[] {
  return Object.keys(now).filter((name) => then[name] !== now[name]);
}

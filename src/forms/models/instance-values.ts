import { keyText, type ModelBase, type ModelClass, type ModelField, modelOptions } from "../../orm/index.js";
import { valueText } from "../value-text.js";
import { uniqueGroupsOf } from "./unique-groups.js";

/** The columns of an instance as they were when a form took it, to be given back, and compared with later. */
export class InstanceValues {
  readonly #model: ModelClass;
  readonly #instance: object;
  readonly #columns: readonly ModelField[];
  readonly #held: ReadonlyMap<string, unknown>;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(model: ModelClass, instance: object) {
    this.#model = model;
    this.#instance = instance;
    this.#columns = modelOptions(model).fields.filter(({ column }) => column !== undefined);
    this.#held = new Map(this.#columns.map(({ name }) => [name, (instance as Record<string, unknown>)[name]]));
    this.#texts = new Map(this.#columns.map((field) => [field.name, textIn(field, instance)]));
  }

  /** Gives the instance what it held. */
  restore(): void {
    for (const [name, value] of this.#held) (this.#instance as Record<string, unknown>)[name] = value;
  }

  /** The columns to write: those named, those that hold other values than they did, and those that tell of changes. */
  toWrite(names: readonly string[]): string[] {
    return this.#columns
      .filter((field) => {
        if (field.primaryKey || field.type === "generated") return false;
        const isOther = textIn(field, this.#instance) !== this.#texts.get(field.name);
        return names.includes(field.name) || isOther || field.options["autoNow"] === true;
      })
      .map(({ name }) => name);
  }

  /**
   * The fields that `fullClean` is to leave alone: those that the form did not ask for, unless they are unique together
   * with one that it did, and their value is known.
   */
  uncheckable(isAsked: (field: ModelField) => boolean): string[] {
    const asked = new Set(this.#columns.filter(isAsked).map(({ name }) => name));
    const checked = new Set(asked);
    for (const names of uniqueGroupsOf(this.#model)) {
      if (!names.some((name) => asked.has(name))) continue;
      for (const field of this.#columns) {
        const value = names.includes(field.name) ? field.valueIn(this.#instance) : undefined;
        if (value !== undefined && value !== null) checked.add(field.name);
      }
    }
    // The key of a row is not what forms are about.
    const isSaved = (this.#instance as ModelBase).isSaved;
    return this.#columns
      .filter(({ name, primaryKey }) => !checked.has(name) || (primaryKey && isSaved))
      .map(({ name }) => name);
  }
}

function textIn(field: ModelField, instance: object): string {
  const value = field.valueIn(instance);
  if (field.relation !== undefined) return keyOfReference(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : `${typeof value} ${valueText(value)}`;
}

/** Which row is referred to, by its key: what the row holds is its own affair, and its text may be that of others. */
function keyOfReference(value: unknown): string {
  if (typeof value !== "object" || value === null) return valueText(value);
  // A reference has its key at hand as `id`; awaiting it would be a query.
  const key = "isLoaded" in value ? (value as { readonly id?: unknown }).id : (value as { readonly pk?: unknown }).pk;
  return key === undefined || key === null ? "" : keyText(key);
}

import type { RowType } from "../column-type.js";
import type { FieldDescription } from "../description.js";
import { Field } from "../field.js";
import { refuse, show } from "../problem.js";

/**
 * A primary key of several fields. It has no column of its own: its value is the list of the values of its parts, in
 * their order. Lists are compared part by part, the first one first.
 */
export class CompositeKeyField extends Field<readonly unknown[]> {
  readonly typeName = "compositeKey";
  readonly lookupKind = "compositeKey";
  readonly partNames: readonly string[];
  #parts: readonly Field[] = [];

  constructor(partNames: readonly string[]) {
    super({ primaryKey: true });
    this.partNames = partNames;
  }

  get parts(): readonly Field[] {
    return this.#parts;
  }

  /** Says which fields the parts are. Called once, when the model's schema is made. */
  bindParts(parts: readonly Field[]): void {
    this.#parts = parts;
  }

  override get columnType(): RowType {
    return rowOf(this.#parts);
  }

  override get makesItself(): boolean {
    return this.#parts.some((part) => part.makesItself);
  }

  override describe(): FieldDescription {
    return { type: this.typeName, options: { fields: this.partNames } };
  }

  override toValue(value: unknown): readonly unknown[] {
    const parts = this.#parts;
    if (!Array.isArray(value) || value.length !== parts.length) {
      return refuse("invalid", `is not a list of ${parts.map(({ name }) => name).join(", ")}: ${show(value)}`);
    }
    return parts.map((part, index) => {
      const given: unknown = value[index];
      return given === null || given === undefined
        ? refuse("required", `has no ${part.name}: ${show(value)}`)
        : part.toValue(given);
    });
  }
}

/** The type of several fields as one. */
export function rowOf(parts: readonly Field[]): RowType {
  return { kind: "row", parts: parts.map(({ column, columnType: type }) => ({ column, type })) };
}

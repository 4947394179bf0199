import type { PartedReference } from "../../schema/schema.js";
import type { ColumnType } from "../column-type.js";
import { rowOf } from "../data/composite-key-field.js";
import type { Field } from "../field.js";
import { ForeignKeyField } from "./foreign-key-field.js";

/**
 * A reference to a row with a composite key. The key is in other fields of the model, which the option `fields` names:
 * they may be parts of several references, as the tenant is of all rows of one tenant.
 */
export class PartedReferenceField extends ForeignKeyField implements PartedReference {
  #parts: readonly Field[] = [];

  /** The names of the fields that hold the key. */
  get partNames(): readonly string[] {
    return this.fields ?? [];
  }

  get parts(): readonly Field[] {
    return this.#parts;
  }

  /** Says which fields hold the key. Called once, when the model's schema is made. */
  bindParts(parts: readonly Field[]): void {
    this.#parts = parts;
  }

  override get isNullable(): boolean {
    return this.#parts.some((part) => part.isNullable);
  }

  override get columnType(): ColumnType {
    return rowOf(this.#parts);
  }
}

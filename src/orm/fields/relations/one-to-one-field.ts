import type { ModelClass } from "../../model-class.js";
import { ForeignKeyField, type ForeignKeyOptions } from "./foreign-key-field.js";

/** Options of `f.oneToOne`. */
export type OneToOneOptions = Omit<ForeignKeyOptions, "unique">;

/** A reference to one row of another model that no other row refers to. */
export class OneToOneField extends ForeignKeyField {
  override readonly typeName = "oneToOne";

  constructor(to: () => ModelClass, options: OneToOneOptions) {
    super(to, { ...options, unique: true });
  }
}

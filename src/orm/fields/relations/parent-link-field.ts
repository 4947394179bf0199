import { snakeCase } from "../../schema/naming.js";
import type { Schema } from "../../schema/schema.js";
import type { FieldDescription } from "../description.js";
import { ForeignKeyField } from "./foreign-key-field.js";

/**
 * The primary key of a model that extends another with a table of its own: it is the key of the parent's row as well,
 * and refers to it. Its value is that key itself, under the name that the parent gives it.
 */
export class ParentLinkField extends ForeignKeyField {
  override readonly typeName = "oneToOne";
  readonly #parent: Schema;

  constructor(parent: Schema) {
    super(() => parent.model, {
      primaryKey: true,
      unique: true,
      onDelete: "cascade",
      dbColumn: `${snakeCase(parent.name)}_ptr_id`,
    });
    this.#parent = parent;
  }

  override get target(): Schema {
    return this.#parent;
  }

  override get holdsReference(): boolean {
    return false;
  }

  override get isGenerated(): boolean {
    return this.#parent.primaryKey.isGenerated;
  }

  override defaultValue(): unknown {
    return this.#parent.primaryKey.defaultValue();
  }

  /** The name that migrations know it by: to them it is a one to one like any other. */
  get historicalName(): string {
    return `${this.#parent.name.charAt(0).toLowerCase()}${this.#parent.name.slice(1)}Ptr`;
  }

  override describe(): FieldDescription {
    const { dbColumn, onDelete } = this.options as { readonly dbColumn: string; readonly onDelete: string };
    return {
      type: this.typeName,
      options: { dbColumn, onDelete, primaryKey: true, unique: true },
      to: this.#parent.concrete.label,
    };
  }
}

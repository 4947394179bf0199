import { ModelInvalid } from "../../errors.js";
import type { RunTimeLookups } from "../../expressions/condition.js";
import type { ModelClass } from "../../model-class.js";
import { Reference, valueOfKey } from "../../schema/reference.js";
import type { ColumnType } from "../column-type.js";
import type { FieldDescription } from "../description.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";
import { limitsNow, type LimitedChoices } from "./limited-choices.js";
import type { OnDelete } from "../../schema/on-delete.js";
import type { ForeignKey, Schema } from "../../schema/schema.js";

/** Options of `f.foreignKey`. */
export interface ForeignKeyOptions extends Omit<FieldOptions<unknown>, "choices" | "validators"> {
  /** What happens to this row when the one it refers to is deleted. */
  readonly onDelete: OnDelete;
  /** Whether the database checks that the row is there. Default true. */
  readonly dbConstraint?: boolean;
  /**
   * The fields of this model that hold the key, in the order of the other's, where that key is composite. A row may be
   * given the reference or those fields.
   */
  readonly fields?: readonly string[];
  /** The field of the other model whose value is kept instead of the primary key. It must be unique there. */
  readonly toField?: string;
  /**
   * The lookups, or the `Q`, that a row must meet to be referred to: checked by `fullClean`, offered by forms and the admin. A
   * function is called whenever they are asked for.
   */
  readonly limitChoicesTo?: LimitedChoices;
}

/** A reference to one row of another model, or of the same. Its value is that row's primary key. */
export class ForeignKeyField extends Field implements ForeignKey {
  readonly typeName: string = "foreignKey";
  /** Not asked: a path goes on into the target instead. */
  readonly lookupKind = "number";
  readonly onDelete: OnDelete;
  readonly hasConstraint: boolean;
  /** The names of the fields that hold the key, where it has no column of its own. */
  readonly fields: readonly string[] | undefined;
  readonly #to: () => ModelClass;
  #target: Schema | undefined;
  #targetField: Field | undefined;
  #schemaOf: (model: ModelClass) => Schema = () => {
    throw new Error("The foreign key is not part of a model yet.");
  };

  constructor(to: () => ModelClass, options: ForeignKeyOptions) {
    super({ dbIndex: options.unique !== true, ...options });
    this.fields = options.fields;
    this.#to = to;
    this.onDelete = options.onDelete;
    this.hasConstraint = options.dbConstraint !== false;
  }

  /** Whether instances hold a reference in its place, rather than the key itself. */
  get holdsReference(): boolean {
    return true;
  }

  /** Says how to find the schema of the target, which cannot be asked for before all models are defined. */
  bindTarget(schemaOf: (model: ModelClass) => Schema): void {
    this.#schemaOf = schemaOf;
  }

  get limitChoicesTo(): RunTimeLookups | undefined {
    return limitsNow((this.options as Pick<ForeignKeyOptions, "limitChoicesTo">).limitChoicesTo);
  }

  /** The model that it refers to. */
  get target(): Schema {
    return (this.#target ??= this.#schemaOf(this.#to()));
  }

  /** The field of the target whose value this one holds: its primary key, unless `toField` says otherwise. */
  get targetField(): Field {
    return (this.#targetField ??= this.#findTargetField());
  }

  #findTargetField(): Field {
    const { target } = this;
    const { toField: name } = this.options as Pick<ForeignKeyOptions, "toField">;
    if (name === undefined) return target.primaryKey;
    const field = target.fieldsByName.get(name);
    if (field?.isUnique === true && !target.isInherited(name)) return field;
    const problem = `has no unique field ${JSON.stringify(name)} of its own, which the foreign key ${this.name} refers to`;
    throw new ModelInvalid({ model: target.name, problem });
  }

  override describe(): FieldDescription {
    return { ...super.describe(), to: this.target.concrete.label };
  }

  override get columnType(): ColumnType {
    const type = this.targetField.columnType;
    if (type.kind === "row") {
      const { name, keyFields } = this.target;
      const names = keyFields.map((field) => field.name).join(", ");
      throw new ModelInvalid({
        model: name,
        problem: `has the composite key ${names}: the foreign key ${this.name} must say which fields hold it (fields: [...])`,
      });
    }
    return type.kind === "serial" ? { ...type, kind: "integer" } : type;
  }

  /** The key of an instance or a reference, or a key as it is. */
  override toValue(value: unknown): unknown {
    const { target, targetField } = this;
    if (typeof value !== "object" || value === null) return targetField.toValue(value);
    if (value instanceof Reference) {
      if (value.relation.target !== target) {
        return refuse("invalid", `is a reference to a ${value.relation.target.name}, not to a ${target.name}`);
      }
      if (value.relation.targetKey === targetField) return value.id ?? this.#refuseUnsaved();
      if (value.loaded !== undefined) return this.toValue(value.loaded);
      const names = `by ${value.relation.targetKey.name}, not by ${targetField.name}`;
      return refuse("invalid", `is a reference to a ${target.name} ${names}; await it first`);
    }
    if (value instanceof target.model) return valueOfKey(target, targetField, value) ?? this.#refuseUnsaved();
    // Keys that are objects themselves, such as dates, are the key field's to judge.
    if (Object.getPrototypeOf(value) === Object.prototype || "pk" in value) {
      return refuse("invalid", `is not a ${target.name}: ${show(value)}`);
    }
    return targetField.toValue(value);
  }

  #refuseUnsaved(): never {
    return refuse("unsaved", `is a ${this.target.name} that was not saved yet`);
  }
}

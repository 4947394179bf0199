import type { ColumnType } from "../column-type.js";
import type { FieldDescription } from "../description.js";
import { Field, type FieldOptions } from "../field.js";
import { ProblemFound, refuse, show } from "../problem.js";

/** Options of `f.array`. */
export interface ArrayOptions<Item> extends FieldOptions<Item[]> {
  /** How many items there may be. */
  readonly size?: number;
}

/** A list of values, each of which fits another field. */
export class ArrayField<Item = unknown> extends Field<Item[]> {
  readonly typeName = "array";
  readonly lookupKind = "array";
  /** The field that each item fits. */
  readonly item: Field<Item>;
  readonly #size: number | undefined;

  constructor(item: Field<Item>, options: ArrayOptions<Item> = {}) {
    super(options);
    this.item = item;
    this.#size = options.size;
  }

  override get columnType(): ColumnType {
    return { kind: "array", item: this.item.columnType };
  }

  override describe(): FieldDescription {
    const { type, options } = super.describe();
    return { type, options: { ...options, item: this.item.describe() } };
  }

  override toValue(value: unknown): Item[] {
    if (!Array.isArray(value)) return refuse("invalid", `is not a list: ${show(value)}`);
    return (value as unknown[]).map((item, index) => {
      try {
        return this.item.clean(item) as Item;
      } catch (thrown) {
        if (!(thrown instanceof ProblemFound)) throw thrown;
        const { code, message, params } = thrown.problem;
        return refuse(code, `has at position ${index} an item that ${message}`, { ...params, index });
      }
    });
  }

  override validate(value: Item[]): void {
    const limit = this.#size;
    if (limit !== undefined && value.length > limit) {
      refuse("max_length", `has more than ${limit} items; it has ${value.length}`, { limit, length: value.length });
    }
  }
}

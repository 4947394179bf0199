import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.binary`. */
export interface BinaryOptions extends FieldOptions<Uint8Array> {
  /** The greatest length, in bytes. */
  readonly maxLength?: number;
}

/** Bytes. Not editable by forms unless `editable` says otherwise. */
export class BinaryField extends Field<Uint8Array> {
  readonly typeName = "binary";
  readonly lookupKind = "binary";
  readonly columnType = { kind: "binary" } as const;
  readonly #maxLength: number | undefined;

  constructor(options: BinaryOptions = {}) {
    super({ editable: false, ...options });
    this.#maxLength = options.maxLength;
  }

  override toValue(value: unknown): Uint8Array {
    return value instanceof Uint8Array ? value : refuse("invalid", `is not a Uint8Array: ${show(value)}`);
  }

  override validate(value: Uint8Array): void {
    const limit = this.#maxLength;
    if (limit !== undefined && value.length > limit) {
      refuse("max_length", `is longer than ${limit} bytes; it has ${value.length}`, { limit, length: value.length });
    }
  }

  override isBlank(value: unknown): boolean {
    return super.isBlank(value) || (value instanceof Uint8Array && value.length === 0);
  }
}

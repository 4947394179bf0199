import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.float`. */
export interface FloatOptions extends FieldOptions<number> {
  /** The smallest value allowed. */
  readonly min?: number;
  /** The greatest value allowed. */
  readonly max?: number;
}

/** A number as JavaScript has them, of double precision. Text such as `"1.5"` is converted; NaN and infinity are refused. */
export class FloatField extends Field<number> {
  readonly typeName = "float";
  readonly lookupKind = "number";
  readonly columnType = { kind: "float" } as const;
  readonly #min: number;
  readonly #max: number;

  constructor(options: FloatOptions = {}) {
    super(options);
    this.#min = options.min ?? Number.NEGATIVE_INFINITY;
    this.#max = options.max ?? Number.POSITIVE_INFINITY;
  }

  override toValue(value: unknown): number {
    const isNumeric =
      typeof value === "number" || typeof value === "bigint" || (typeof value === "string" && value.trim() !== "");
    const number = isNumeric ? Number(value) : Number.NaN;
    if (!Number.isFinite(number)) refuse("invalid", `is not a finite number: ${show(value)}`);
    // SQLite has one zero; the other would come back changed.
    return number === 0 ? 0 : number;
  }

  override validate(value: number): void {
    if (value < this.#min) refuse("min_value", `is less than ${this.#min}: ${value}`, { limit: this.#min });
    if (value > this.#max) refuse("max_value", `is greater than ${this.#max}: ${value}`, { limit: this.#max });
  }
}

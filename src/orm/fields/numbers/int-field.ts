import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.int`. */
export interface IntOptions extends FieldOptions<number> {
  /** The smallest value allowed. */
  readonly min?: number;
  /** The greatest value allowed. */
  readonly max?: number;
}

/**
 * A whole number from -(2^53 - 1) to 2^53 - 1, which is what a JavaScript number holds exactly; the column has 64
 * bits. Text such as `"42"` is converted.
 */
export class IntField extends Field<number> {
  readonly typeName = "int";
  readonly lookupKind = "number";
  readonly columnType = { kind: "integer" } as const;
  readonly #min: number | undefined;
  readonly #max: number | undefined;

  constructor(options: IntOptions = {}) {
    super(options);
    this.#min = options.min;
    this.#max = options.max;
  }

  override toValue(value: unknown): number {
    return toInteger(value);
  }

  override validate(value: number): void {
    if (this.#min !== undefined && value < this.#min) {
      refuse("min_value", `is less than ${this.#min}: ${value}`, { limit: this.#min });
    }
    if (this.#max !== undefined && value > this.#max) {
      refuse("max_value", `is greater than ${this.#max}: ${value}`, { limit: this.#max });
    }
  }
}

/** `value` as a safe integer: numbers, bigints and decimal text. Calls `refuse` for all else. */
export function toInteger(value: unknown): number {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : refuseInteger(value);
  if (typeof value === "bigint" || (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value))) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : refuseInteger(value);
  }
  return refuseInteger(value);
}

function refuseInteger(value: unknown): never {
  const isTooBig =
    typeof value === "bigint" ||
    (typeof value === "number" && Number.isInteger(value)) ||
    (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value));
  if (isTooBig) return refuse("out_of_range", `is beyond ±(2^53 - 1), the limit of exact numbers: ${show(value)}`);
  return refuse("invalid", `is not a whole number: ${show(value)}`);
}

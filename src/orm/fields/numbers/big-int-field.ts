import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.bigInt`. */
export interface BigIntOptions extends FieldOptions<bigint> {
  /** The smallest value allowed. */
  readonly min?: bigint;
  /** The greatest value allowed. */
  readonly max?: bigint;
}

const lowest = -(2n ** 63n);
const highest = 2n ** 63n - 1n;

/** A whole number of 64 bits, as a bigint. Whole numbers and text such as `"42"` are converted. */
export class BigIntField extends Field<bigint> {
  readonly typeName = "bigInt";
  readonly lookupKind = "bigint";
  readonly columnType = { kind: "bigint" } as const;
  readonly #min: bigint;
  readonly #max: bigint;

  constructor(options: BigIntOptions = {}) {
    super(options);
    this.#min = options.min ?? lowest;
    this.#max = options.max ?? highest;
  }

  override toValue(value: unknown): bigint {
    const converted = toBigInt(value);
    if (converted < lowest || converted > highest) refuse("out_of_range", `has more than 64 bits: ${show(value)}`);
    return converted;
  }

  override validate(value: bigint): void {
    if (value < this.#min) refuse("min_value", `is less than ${this.#min}: ${value}`, { limit: this.#min });
    if (value > this.#max) refuse("max_value", `is greater than ${this.#max}: ${value}`, { limit: this.#max });
  }
}

function toBigInt(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value)) return BigInt(value.trim().replace(/^\+/, ""));
  return refuse("invalid", `is not a whole number: ${show(value)}`);
}

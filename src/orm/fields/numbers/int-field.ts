import type { IntegerBits } from "../column-type.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.int` and its like. */
export interface IntOptions extends FieldOptions<number> {
  /** The smallest value allowed. */
  readonly min?: number;
  /** The greatest value allowed. */
  readonly max?: number;
}

/** What tells the types of whole numbers apart. */
export interface IntSize {
  /** The name of the function in `f`. */
  readonly typeName: string;
  readonly bits: IntegerBits;
  /** Whether the database refuses negative numbers. */
  readonly isPositive: boolean;
}

const sizes = {
  int: { typeName: "int", bits: 64, isPositive: false },
  int32: { typeName: "int32", bits: 32, isPositive: false },
  smallInt: { typeName: "smallInt", bits: 16, isPositive: false },
  positiveInt: { typeName: "positiveInt", bits: 64, isPositive: true },
  positiveInt32: { typeName: "positiveInt32", bits: 32, isPositive: true },
  positiveSmallInt: { typeName: "positiveSmallInt", bits: 16, isPositive: true },
} as const satisfies Record<string, IntSize>;

/** The types of whole numbers, by the names of their functions in `f`. */
export type IntTypeName = keyof typeof sizes;

/**
 * A whole number. `f.int` has 64 bits in the database and takes what a JavaScript number holds exactly, from
 * -(2^53 - 1) to 2^53 - 1; the others have 32 or 16 bits, or refuse negative numbers. Text such as `"42"` is converted.
 */
export class IntField extends Field<number> {
  readonly typeName: string;
  readonly lookupKind = "number";
  readonly columnType: { readonly kind: "integer"; readonly bits: IntegerBits };
  /** The smallest and the greatest value that the field takes. */
  readonly range: { readonly min: number; readonly max: number };
  readonly #isPositive: boolean;

  constructor(options: IntOptions = {}, name: IntTypeName = "int") {
    super(options);
    const { typeName, bits, isPositive } = sizes[name];
    this.typeName = typeName;
    this.columnType = { kind: "integer", bits };
    this.#isPositive = isPositive;
    const limit = bits === 64 ? Number.MAX_SAFE_INTEGER : 2 ** (bits - 1) - 1;
    const lowest = isPositive ? 0 : bits === 64 ? -limit : -limit - 1;
    this.range = { min: Math.max(options.min ?? lowest, lowest), max: Math.min(options.max ?? limit, limit) };
  }

  override get databaseMinimum(): number | undefined {
    return this.#isPositive ? 0 : undefined;
  }

  override toValue(value: unknown): number {
    return toInteger(value);
  }

  override validate(value: number): void {
    const { min, max } = this.range;
    if (value < min) refuse("min_value", `is less than ${min}: ${value}`, { limit: min });
    if (value > max) refuse("max_value", `is greater than ${max}: ${value}`, { limit: max });
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

import { Decimal } from "decimal.js";

import type { DecimalInput } from "../../typing/decimal-input.js";
import type { DecimalType } from "../column-type.js";
import { Field, type FieldOptions } from "../field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.decimal`. */
export type DecimalOptions = Digits & DecimalDefaults;

/** How many digits a decimal may have: both limits, or neither. */
type Digits =
  | {
      /** How many digits the number has at most, those after the point included. */
      readonly maxDigits: number;
      /** How many digits it has at most after the point. */
      readonly decimalPlaces: number;
    }
  | { readonly maxDigits?: never; readonly decimalPlaces?: never };

interface DecimalDefaults extends Omit<FieldOptions<Decimal>, "default" | "dbDefault"> {
  /** The value of new instances that are given none; a function is called for each instance. */
  readonly default?: DecimalInput | (() => DecimalInput);
  readonly dbDefault?: FieldOptions<DecimalInput>["dbDefault"];
}

/**
 * An exact decimal number. Text and numbers are converted by their digits; what has too many is refused, not rounded.
 * Without limits PostgreSQL keeps any number of digits.
 *
 * SQLite has no exact decimals: up to 15 digits are kept as a double, which gives the same digits back, and more as
 * text that sorts as the numbers do but cannot be computed with in the database. Without limits it refuses more than 15.
 */
export class DecimalField extends Field<Decimal> {
  readonly typeName = "decimal";
  readonly lookupKind = "decimal";
  readonly columnType: DecimalType;

  constructor(options: DecimalOptions = {}) {
    super(options as FieldOptions<Decimal>);
    const { maxDigits, decimalPlaces } = options as { maxDigits?: number; decimalPlaces?: number };
    if (maxDigits === undefined && decimalPlaces === undefined) {
      this.columnType = { kind: "decimal" };
      return;
    }
    if (!areSound(maxDigits, decimalPlaces)) {
      throw new RangeError(
        "f.decimal needs maxDigits from 1 to 1000 and decimalPlaces from 0 to that, or neither of them; " +
          `it has ${maxDigits ?? "no maxDigits"} and ${decimalPlaces ?? "no decimalPlaces"}.`,
      );
    }
    this.columnType = { kind: "decimal", maxDigits: maxDigits as number, decimalPlaces: decimalPlaces as number };
  }

  override toValue(value: unknown): Decimal {
    const number = toDecimal(value);
    const { maxDigits, decimalPlaces } = this.columnType;
    if (maxDigits === undefined || decimalPlaces === undefined) return number;
    if (number.decimalPlaces() > decimalPlaces) {
      refuse("max_decimal_places", `has more than ${decimalPlaces} decimal places: ${number.toFixed()}`, {
        limit: decimalPlaces,
      });
    }
    // The digits before the point: the exponent of the first digit, and one.
    const whole = number.isZero() ? 0 : Math.max(0, number.e + 1);
    if (whole > maxDigits - decimalPlaces) {
      refuse("max_digits", `has more than ${maxDigits - decimalPlaces} digits before the point: ${number.toFixed()}`, {
        limit: maxDigits,
      });
    }
    return number;
  }

  /** Any number: whether a price is above 1.105 has an answer, though no price is 1.105. */
  override toComparable(value: unknown): Decimal {
    return toDecimal(value);
  }
}

function areSound(maxDigits: number | undefined, decimalPlaces: number | undefined): boolean {
  if (!Number.isInteger(maxDigits) || !Number.isInteger(decimalPlaces)) return false;
  const [most, places] = [Number(maxDigits), Number(decimalPlaces)];
  return places >= 0 && most >= 1 && places <= most && most <= 1000;
}

/** A finite decimal number of `value`. Calls `refuse` for all else. */
export function toDecimal(value: unknown): Decimal {
  const number = numberOf(value);
  if (!number.isFinite()) refuse("invalid", `is not a finite number: ${show(value)}`);
  // Databases have one zero.
  return number.isZero() ? new Decimal(0) : number;
}

function numberOf(value: unknown): Decimal {
  if (Decimal.isDecimal(value)) return value;
  const isNumeric =
    typeof value === "number" ||
    typeof value === "bigint" ||
    (typeof value === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?\s*$/i.test(value));
  return isNumeric ? new Decimal(String(value).trim()) : refuse("invalid", `is not a decimal number: ${show(value)}`);
}

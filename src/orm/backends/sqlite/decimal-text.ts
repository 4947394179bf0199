import { Decimal } from "decimal.js";

import { DataError } from "../../database-errors.js";
import type { ColumnType, DecimalType } from "../../fields/column-type.js";

/** A decimal with so many digits that it is kept as text. */
export type LongDecimalType = DecimalType & { readonly maxDigits: number };

/**
 * The most digits that a double keeps: SQLite has no other kind of number with a fraction. A decimal with so many
 * digits is a double that reads back as the same decimal.
 */
const maxDoubleDigits = 15;

/** Whether values of `type` are kept as text, because a double would change them. */
export function isDecimalText(type: ColumnType): type is LongDecimalType {
  return type.kind === "decimal" && type.maxDigits !== undefined && type.maxDigits > maxDoubleDigits;
}

/** `value`, of a field without limits, as a double. Throws `DataError` for what a double would change. */
export function writeDecimalNumber(value: Decimal): number {
  if (value.precision() <= maxDoubleDigits) return value.toNumber();
  throw new DataError({
    problem:
      `SQLite keeps ${maxDoubleDigits} digits of a decimal without maxDigits, and ${value.toFixed()} has more; ` +
      "give the field maxDigits and decimalPlaces.",
  });
}

/** The decimal of the digits that a double keeps: what sums and products add behind them is none of the number's. */
export function readDecimalNumber(value: number | bigint): Decimal {
  const isExact = typeof value === "bigint" || Number.isSafeInteger(value);
  return new Decimal(isExact ? value : value.toPrecision(maxDoubleDigits));
}

/**
 * `value` as text whose order is that of the numbers: the digits without a dot, after adding 10 to the power of
 * `maxDigits` so that negative numbers come before the positive ones.
 */
export function writeDecimalText(value: Decimal, { maxDigits, decimalPlaces = 0 }: LongDecimalType): string {
  // What is only compared may have any number of digits: beyond all that are kept, or between two of them.
  if (value.e >= maxDigits - decimalPlaces && !value.isZero()) return value.isNegative() ? "" : "2";
  const below = value.toDecimalPlaces(decimalPlaces, Decimal.ROUND_FLOOR);
  const scaled = BigInt(below.toFixed(decimalPlaces).replace(".", ""));
  const text = (scaled + 10n ** BigInt(maxDigits)).toString().padStart(maxDigits + 1, "0");
  return below.equals(value) ? text : `${text}5`;
}

/**
 * `value`, of a field with few digits, as a double. One between two numbers that the field can hold, and too close to
 * one of them for a double, becomes the number half-way: it compares with all of them as `value` does.
 */
export function writeLimitedDecimal(value: Decimal, places: number): number {
  if (value.precision() <= maxDoubleDigits || value.decimalPlaces() <= places) return value.toNumber();
  const digits = value.abs().toDecimalPlaces(places, Decimal.ROUND_DOWN).toFixed(places);
  return Number(`${value.isNegative() ? "-" : ""}${digits}${places === 0 ? "." : ""}5`);
}

export function readDecimalText(text: string, { maxDigits, decimalPlaces = 0 }: LongDecimalType): Decimal {
  const scaled = BigInt(text) - 10n ** BigInt(maxDigits);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimalPlaces + 1, "0");
  const whole = digits.slice(0, digits.length - decimalPlaces);
  return new Decimal(`${scaled < 0n ? "-" : ""}${whole}.${digits.slice(whole.length)}0`);
}

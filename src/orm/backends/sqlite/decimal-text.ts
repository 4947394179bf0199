import { Decimal } from "decimal.js";

import type { ColumnType } from "../../fields/column-type.js";

type DecimalType = Extract<ColumnType, { kind: "decimal" }>;

/**
 * The most digits that a double keeps: SQLite has no other kind of number with a fraction. A decimal with so many
 * digits is a double that reads back as the same decimal.
 */
const maxDoubleDigits = 15;

/** Whether values of `type` are kept as text, because a double would change them. */
export function isDecimalText({ maxDigits }: DecimalType): boolean {
  return maxDigits > maxDoubleDigits;
}

/**
 * `value` as text whose order is that of the numbers: the digits without a dot, after adding 10 to the power of
 * `maxDigits` so that negative numbers come before the positive ones.
 */
export function writeDecimalText(value: Decimal, { maxDigits, decimalPlaces }: DecimalType): string {
  const scaled = BigInt(value.toFixed(decimalPlaces).replace(".", ""));
  return (scaled + 10n ** BigInt(maxDigits)).toString().padStart(maxDigits + 1, "0");
}

export function readDecimalText(text: string, { maxDigits, decimalPlaces }: DecimalType): Decimal {
  const scaled = BigInt(text) - 10n ** BigInt(maxDigits);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimalPlaces + 1, "0");
  const whole = digits.slice(0, digits.length - decimalPlaces);
  return new Decimal(`${scaled < 0n ? "-" : ""}${whole}.${digits.slice(whole.length)}0`);
}

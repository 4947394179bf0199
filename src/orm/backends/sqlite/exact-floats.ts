import type { Converter } from "../../compiler/dialect.js";
import type { ColumnType } from "../../fields/column-type.js";

/** Whether a column of `type` holds floats. */
export function isFloat(type: ColumnType): boolean {
  return type.kind === "mapped" ? isFloat(type.of) : type.kind === "float";
}

/**
 * A list of floats as JSON, for `exactItem`. SQLite reads the text of a float to the last bit only where it is near 1, and
 * one that is another by a bit is not equal: those with a fraction are written as two whole numbers.
 */
export function writeExactly(values: readonly unknown[], convert: Converter): string {
  const items = convert === undefined ? values : values.map(convert);
  return JSON.stringify(
    items.map((item) => (typeof item !== "number" || Number.isSafeInteger(item) ? item : partsOf(item))),
  );
}

/** What `json_each` has for an item of `writeExactly`, as the float that it stands for. */
export const exactItem =
  "CASE type WHEN 'array' THEN json_extract(value, '$[0]') * power(2.0, json_extract(value, '$[1]')) ELSE value END";

const double = new DataView(new ArrayBuffer(8));
const fractionBits = 52n;
const fractionMask = (1n << fractionBits) - 1n;
/** What is added to the exponent of a float as it is stored (IEEE 754 §3.4), for a fraction that is a whole number. */
const bias = 1075;

/** `value` as a whole number of at most 53 bits, and the power of two that it is multiplied with; both exact. */
function partsOf(value: number): readonly [number, number] {
  double.setFloat64(0, Math.abs(value));
  const bits = double.getBigUint64(0);
  const exponent = Number(bits >> fractionBits);
  // The smallest ones have no bit before the fraction.
  const isSubnormal = exponent === 0;
  const whole = Number(bits & fractionMask) + (isSubnormal ? 0 : 2 ** Number(fractionBits));
  return [Math.sign(value) * whole, (isSubnormal ? 1 : exponent) - bias];
}

import type { TemplateFilter } from "../filter.js";
import { asNumber, asText } from "./as-values.js";
import { rounded, withCommas } from "./number-filters.js";

const words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const powers: readonly (readonly [number, string])[] = [
  [100, "googol"],
  [33, "decillion"],
  [30, "nonillion"],
  [27, "octillion"],
  [24, "septillion"],
  [21, "sextillion"],
  [18, "quintillion"],
  [15, "quadrillion"],
  [12, "trillion"],
  [9, "billion"],
  [6, "million"],
];

function intWord(value: unknown): unknown {
  const number = asNumber(value);
  if (number === undefined || Math.abs(number) < 1_000_000) return value;
  const [power, name] = powers.find(([exponent]) => Math.abs(number) >= 10 ** exponent) ?? [6, "million"];
  return `${rounded(String(number / 10 ** power), 1)} ${name}`;
}

function ordinal(value: unknown): unknown {
  const number = asNumber(value);
  if (number === undefined || !Number.isInteger(number)) return value;
  if (number < 0) return String(number);
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th")}`;
}

/** The filters of `django.contrib.humanize` that are not about dates. */
export const humanizeFilters: Readonly<Record<string, TemplateFilter>> = {
  apnumber: (value: unknown) => {
    const number = asNumber(value);
    return number === undefined ? value : (words[number - 1] ?? value);
  },
  intcomma: (value: unknown) => (asNumber(value) === undefined ? value : withCommas(asText(value))),
  intword: intWord,
  ordinal,
};

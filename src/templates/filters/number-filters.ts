import type { TemplateFilter } from "../filter.js";
import { asList, asNumber, asText } from "./as-values.js";

/** Rounded half away from zero, as one does on paper: 1.005 is 1.01. */
export function rounded(text: string, digits: number): string {
  const number = Number(text);
  const [mantissa = "0", exponent = "0"] = String(Math.abs(number)).split("e");
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  const value = Number(`${shifted}e${-digits}`);
  return (number < 0 && shifted !== 0 ? "-" : "") + value.toFixed(digits);
}

/** `12345.6` with commas between thousands. */
export function withCommas(text: string): string {
  const [whole = "", ...rest] = text.split(".");
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ","), ...rest].join(".");
}

function floatFormat(value: unknown, format: unknown): string {
  const text = asText(value);
  const number = asNumber(value);
  if (number === undefined) return "";
  const match = /^(-?\d+)?([gu]*)$/.exec(format === undefined ? "-1" : asText(format));
  if (match === null) return text;
  const digits = match[1] === undefined ? -1 : Number(match[1]);
  const isWhole = Number.isInteger(number) || !Number.isFinite(number);
  const shown = digits < 0 && isWhole ? rounded(text, 0) : rounded(text, Math.min(20, Math.abs(digits)));
  return match[2]?.includes("g") === true ? withCommas(shown) : shown;
}

function fileSize(value: unknown): string {
  const bytes = asNumber(value) ?? 0;
  const size = Math.abs(bytes);
  if (size < 1024) return `${bytes}\u00A0byte${size === 1 ? "" : "s"}`;
  const units = ["KB", "MB", "GB", "TB", "PB"];
  const step = Math.min(units.length, Math.floor(Math.log2(size) / 10));
  return `${bytes < 0 ? "-" : ""}${rounded(String(size / 1024 ** step), 1)}\u00A0${units[step - 1] ?? ""}`;
}

function pluralSuffix(value: unknown, forms: unknown): string {
  const [first = "", second, third] = asText(forms ?? "s").split(",");
  if (third !== undefined) return "";
  const [singular, plural] = second === undefined ? ["", first] : [first, second];
  const count = Array.isArray(value) ? value.length : asNumber(value);
  return count === 1 ? singular : plural;
}

/** Django's `add`: numbers are added, lists and texts put together; what does not go together is nothing. */
function add(value: unknown, other: unknown): unknown {
  const [one, two] = [value, other].map((given) => (Array.isArray(given) ? undefined : asNumber(given)));
  if (one !== undefined && two !== undefined) return one + two;
  if (Array.isArray(value) && Array.isArray(other)) return [...value, ...other];
  return typeof value === "string" && typeof other === "string" ? value + other : "";
}

/** Filters of numbers, under Django's names. */
export const numberFilters: Readonly<Record<string, TemplateFilter>> = {
  add,
  divisibleby: (value: unknown, by: unknown) => (asNumber(value) ?? Number.NaN) % (asNumber(by) ?? Number.NaN) === 0,
  filesizeformat: fileSize,
  floatformat: floatFormat,
  get_digit: (value: unknown, place: unknown) => {
    const digits = asText(value);
    const at = asNumber(place) ?? 0;
    if (!/^-?\d+$/.test(digits) || at < 1) return value;
    return Number(digits.replace("-", "").at(-at) ?? 0);
  },
  pluralize: pluralSuffix,
  random: (value: unknown) => {
    const list = asList(value);
    return list[Math.floor(Math.random() * list.length)];
  },
};

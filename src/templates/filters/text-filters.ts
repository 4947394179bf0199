import type { TemplateFilter } from "../filter.js";
import { asNumber, asText } from "./as-values.js";

function keeping(run: (value: unknown, ...args: unknown[]) => unknown): TemplateFilter {
  return { run, keepsSafe: true };
}

function padded(value: unknown, given: unknown, before: (missing: number, width: number) => number): string {
  const text = asText(value);
  const width = Math.min(10_000, asNumber(given) ?? 0);
  const missing = Math.max(0, width - lengthOf(text));
  const left = before(missing, width);
  return " ".repeat(left) + text + " ".repeat(missing - left);
}

/** In characters, as people count most of them. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** Of an odd rest, the side that Python's `center` takes. */
function halfBefore(missing: number, width: number): number {
  return Math.floor(missing / 2) + (missing & width & 1);
}

/** So many words, with the blanks between them as one; dots only where something was left out. */
function truncatedWords(text: string, given: number, end: string): string {
  const words = text.split(/\s+/).filter(Boolean);
  const count = Math.max(1, given);
  return words.slice(0, count).join(" ") + (words.length <= count ? "" : end);
}

/** What stands at the beginning, so that it and the dots are `length` characters. */
export function truncated(text: string, length: number, end = "…"): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  return characters.slice(0, Math.max(0, length - end.length)).join("") + end;
}

const keypad: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("abcdefghijklmnopqrstuvwxyz").map((letter, index) => [
    letter,
    "22233344455566677778889999"[index] ?? letter,
  ]),
);

/** Filters of texts, under Django's names. */
export const textFilters: Readonly<Record<string, TemplateFilter>> = {
  addslashes: keeping((value) => asText(value).replace(/[\\"']/g, "\\$&")),
  capfirst: keeping((value) => asText(value).replace(/^./u, (first) => first.toUpperCase())),
  center: keeping((value, width) => padded(value, width, halfBefore)),
  cut: (value: unknown, part: unknown) => asText(value).replaceAll(asText(part), ""),
  ljust: keeping((value, width) => padded(value, width, () => 0)),
  lower: keeping((value) => asText(value).toLowerCase()),
  phone2numeric: keeping((value) =>
    asText(value).replace(/[a-z]/gi, (letter) => keypad[letter.toLowerCase()] ?? letter),
  ),
  rjust: keeping((value, width) => padded(value, width, (missing) => missing)),
  stringformat: (value: unknown, format: unknown) => stringFormat(value, asText(format)),
  title: keeping((value) =>
    asText(value).replace(
      /\p{L}[\p{L}\p{N}'’]*/gu,
      (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    ),
  ),
  truncatechars: (value: unknown, length: unknown) =>
    truncated(asText(value), asNumber(length) ?? Number.POSITIVE_INFINITY),
  truncatewords: (value: unknown, count: unknown, end: unknown) =>
    truncatedWords(asText(value), asNumber(count) ?? 15, end === undefined ? "..." : asText(end)),
  upper: (value: unknown) => asText(value).toUpperCase(),
  wordcount: (value: unknown) => asText(value).split(/\s+/).filter(Boolean).length,
  wordwrap: keeping((value, width) => wordWrap(asText(value), asNumber(width) ?? 79)),
};

function wordWrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => {
      const lines: string[] = [];
      for (const word of line.split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && lengthOf(last) + lengthOf(word) < width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines.join("\n");
    })
    .join("\n");
}

/** Python's `%` formats, as far as pages need them: `d`, `f`, `e`, `g`, `x`, `o`, `s` with flags, width and precision. */
function stringFormat(value: unknown, format: string): string {
  const match = /^([-+ 0#]*)(\d*)(?:\.(\d+))?([dfFeEgGxXos])$/.exec(format);
  if (match === null) return "";
  const [, flags = "", width = "", precision, kind = "s"] = match;
  const number = asNumber(value);
  if (kind !== "s" && number === undefined) return "";
  const digits = precision === undefined ? undefined : Math.min(100, Number(precision));
  const body = kind === "s" ? asText(value).slice(0, digits) : numberText(Math.abs(number ?? 0), kind, digits);
  const sign = kind === "s" ? "" : (number ?? 0) < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const length = Math.min(10_000, Number(width));
  if (flags.includes("-")) return (sign + body).padEnd(length);
  return flags.includes("0") && kind !== "s"
    ? sign + body.padStart(length - sign.length, "0")
    : (sign + body).padStart(length);
}

function numberText(number: number, kind: string, digits: number | undefined): string {
  if (kind === "d") return String(Math.trunc(number)).padStart(digits ?? 0, "0");
  if (kind === "x") return Math.trunc(number).toString(16);
  if (kind === "X") return Math.trunc(number).toString(16).toUpperCase();
  if (kind === "o") return Math.trunc(number).toString(8);
  if (kind === "e" || kind === "E") {
    const text = number.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
    return kind === "E" ? text.toUpperCase() : text;
  }
  if (kind === "g") return shortest(number, digits ?? 6);
  if (kind === "G") return shortest(number, digits ?? 6).toUpperCase();
  return number.toFixed(digits ?? 6);
}

/** So many digits at most, without zeros at the end; with an exponent where it is very small or has more before the point. */
function shortest(number: number, given: number): string {
  const digits = Math.max(1, given);
  const [mantissa = "", exponent = "0"] = number.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < digits) return withoutZeros(number.toFixed(Math.max(0, digits - 1 - power)));
  return `${withoutZeros(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

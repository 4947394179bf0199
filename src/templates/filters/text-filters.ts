import type { TemplateFilter } from "../filter.js";
import { asNumber, asText } from "./as-values.js";

function keeping(run: (value: unknown, ...args: unknown[]) => unknown): TemplateFilter {
  return { run, keepsSafe: true };
}

function padded(value: unknown, width: unknown, before: (missing: number) => number): string {
  const text = asText(value);
  const missing = Math.max(0, Math.min(10_000, asNumber(width) ?? 0) - text.length);
  const left = before(missing);
  return " ".repeat(left) + text + " ".repeat(missing - left);
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
  center: keeping((value, width) => padded(value, width, (missing) => Math.floor(missing / 2))),
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
        if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines.join("\n");
    })
    .join("\n");
}

/** Python's `%` formats, as far as pages need them: `d`, `f`, `e`, `x`, `o`, `s` with flags, width and precision. */
function stringFormat(value: unknown, format: string): string {
  const match = /^([-+ 0#]*)(\d*)(?:\.(\d+))?([dfFeExXos])$/.exec(format);
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
  return number.toFixed(digits ?? 6);
}

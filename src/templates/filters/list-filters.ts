import type { TemplateFilter } from "../filter.js";
import { liquidFunction } from "./liquid-function.js";
import { readProperty } from "../runtime/read-property.js";
import { SafeString } from "../safe-string.js";
import { asList, asNumber, asText } from "./as-values.js";

function compare(one: unknown, other: unknown): number {
  if (one === undefined || one === null) return other === undefined || other === null ? 0 : 1;
  if (other === undefined || other === null) return -1;
  if (typeof one === "string" && typeof other === "string") return one < other ? -1 : one > other ? 1 : 0;
  return Number(one) - Number(other);
}

function sortedBy(value: unknown, path: unknown): unknown[] {
  const steps = asText(path)
    .split(".")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const keyOf = (item: unknown): unknown => steps.reduce<unknown>((held, step) => readProperty(held, step), item);
  return [...asList(value)].sort((one, other) => compare(keyOf(one), keyOf(other)));
}

/** `":3"`, `"1:"`, `"::2"` as in Python; numbers as in Liquid. */
function slice(value: unknown, first: unknown, length: unknown): unknown {
  if (typeof first !== "string" || !first.includes(":")) return liquidSlice(value, first, length);
  const held = typeof value === "string" ? Array.from(value) : [...asList(value)];
  const part = pick(held, ...first.split(":").map((part) => (part === "" ? undefined : asNumber(part))));
  return typeof value === "string" ? part.join("") : part;
}

/** Every `step`-th from `begin` to before `end`; less than 0 counts from the end, or goes back. */
function pick(held: readonly unknown[], begin?: number, end?: number, step = 1): unknown[] {
  if (step > 0) return held.slice(begin, end).filter((_, index) => index % step === 0);
  if (step === 0) return [];
  const place = (given: number | undefined, otherwise: number): number =>
    given === undefined ? otherwise : Math.max(-1, Math.min(held.length - 1, given < 0 ? given + held.length : given));
  const picked: unknown[] = [];
  for (let at = place(begin, held.length - 1); at > place(end, -1); at += step) picked.push(held[at]);
  return picked;
}

const liquidSlice = liquidFunction("slice");
const liquidDefault = liquidFunction("default");

function yesNo(value: unknown, words: unknown): unknown {
  const [yes = "yes", no = "no", maybe = no] = asText(words ?? "yes,no,maybe").split(",");
  if (value === undefined || value === null) return maybe;
  return value === false || value === 0 || value === "" ? no : yes;
}

/** What is shown where there is no value; what is safe stays safe. */
function otherwise(value: unknown, other: unknown, options: { readonly allow_false?: unknown } = {}): unknown {
  const plain = value instanceof SafeString ? value.toString() : value;
  const isLeft = Boolean(options.allow_false) && plain === false;
  return liquidDefault(plain, "other") === "other" && !isLeft && plain !== "other" ? other : value;
}

/** Filters of lists and of any value, under Django's names. */
export const listFilters: Readonly<Record<string, TemplateFilter>> = {
  default: { run: otherwise, seesSafe: true },
  default_if_none: {
    run: (value: unknown, other: unknown) => (value === undefined || value === null ? other : value),
    seesSafe: true,
  },
  dictsort: sortedBy,
  dictsortreversed: (value: unknown, path: unknown) => sortedBy(value, path).toReversed(),
  length: (value: unknown) =>
    typeof value === "string" ? Array.from(value).length : (readProperty(value, "size") ?? 0),
  make_list: (value: unknown) => Array.from(asText(value)),
  pprint: (value: unknown) => JSON.stringify(value, undefined, 2) ?? "",
  slice,
  yesno: yesNo,
};

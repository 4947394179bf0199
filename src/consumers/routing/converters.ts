import type { PathConverterTypes, RouteParam } from "../../core/index.js";
import { ConverterTaken } from "../errors.js";

/** Turns a piece of a path into a parameter and back. */
export interface Converter<Value extends RouteParam = RouteParam> {
  /** The parameter, or `undefined` when the text is not one. `text` is decoded and not empty. */
  readonly parse: (text: string) => Value | undefined;
  /** The text of a parameter, or `undefined` when the value does not fit. Encoded by the caller. */
  readonly format: (value: unknown) => string | undefined;
  /** Whether it takes several segments, slashes included, as many as it can. Default false. */
  readonly takesRest?: boolean;
}

/** The names of converters whose declared type can be a parameter. */
type ConverterName = {
  [Name in keyof PathConverterTypes]: PathConverterTypes[Name] extends RouteParam ? Name : never;
}[keyof PathConverterTypes];

function matching(pattern: RegExp): Converter<string> {
  return {
    parse: (text) => (pattern.test(text) ? text : undefined),
    format: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
  };
}

const str: Converter<string> = {
  parse: (text) => text,
  // A dot or two would be taken for a step in the path by every client.
  format: (value) => (isText(value) && value !== "." && value !== ".." ? String(value) : undefined),
};

const int: Converter<number> = {
  parse(text) {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  },
  format: (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : undefined),
};

const path: Converter<string> = {
  parse: (text) => (text.includes("\0") ? undefined : text),
  format(value) {
    if (typeof value !== "string" || value === "" || value.includes("\0")) return undefined;
    return value.split("/").some((step) => step === "." || step === "..") ? undefined : value;
  },
  takesRest: true,
};

function isText(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

/** Django's path converters; `str` is what a parameter without one is. */
const converters = new Map<string, Converter>([
  ["str", str],
  ["int", int],
  ["slug", matching(/^[-\w]+$/)],
  ["uuid", matching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)],
  ["path", path],
]);

/** The converter called `name`, or `undefined`. */
export function converterNamed(name: string): Converter | undefined {
  return converters.get(name);
}

/**
 * Adds a path converter of your own, for `:name<…>`. Tell the compiler its type first:
 * `declare module "hotclub/core" { interface PathConverterTypes { month: string } }`. Register it before the first
 * pattern names it: patterns are read when routes are made. Throws `ConverterTaken`.
 */
export function registerConverter<Name extends ConverterName>(
  name: Name,
  converter: Converter<PathConverterTypes[Name] & RouteParam>,
): void {
  if (converters.has(name)) throw new ConverterTaken({ converter: name });
  converters.set(name, converter);
}

/** What the built-in converters leave to no other: `slug` takes every `int`. */
const alsoTakes: Readonly<Record<string, readonly string[]>> = { slug: ["int", "uuid"] };

/** Whether one converter takes every segment that another takes, as far as that is known. */
export function coversConverter(wider: string, narrower: string): boolean {
  if (wider === narrower || wider === "path") return true;
  if (wider === "str") return converterNamed(narrower)?.takesRest !== true;
  return alsoTakes[wider]?.includes(narrower) === true;
}

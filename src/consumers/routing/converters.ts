/** Turns the text of one path segment into a parameter and back. */
export interface Converter {
  /** The parameter, or `undefined` when the text is not one. `text` is decoded and not empty. */
  readonly parse: (text: string) => string | number | undefined;
  /** The text of a parameter, or `undefined` when the value does not fit. Encoded by the caller. */
  readonly format: (value: unknown) => string | undefined;
  /** Whether it takes the rest of the path, slashes included. Default false. */
  readonly takesRest?: boolean;
}

function matching(pattern: RegExp): Converter {
  return {
    parse: (text) => (pattern.test(text) ? text : undefined),
    format: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
  };
}

const int: Converter = {
  parse(text) {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  },
  format: (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? String(value) : undefined),
};

/** Django's path converters; `str` is what a parameter without one is. */
const converters = new Map<string, Converter>([
  ["str", { parse: (text) => text, format: (value) => (isSegmentText(value) ? String(value) : undefined) }],
  ["int", int],
  ["slug", matching(/^[-\w]+$/)],
  ["uuid", matching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)],
  ["path", { ...matching(/^[^\0]+$/), takesRest: true }],
]);

function isSegmentText(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}

/** The converter called `name`, or `undefined`. */
export function converterNamed(name: string): Converter | undefined {
  return converters.get(name);
}

/**
 * Adds a path converter of your own, for `:name<…>`. Tell the compiler its type:
 * `declare module "hotclub/core" { interface PathConverterTypes { month: string } }`.
 */
export function registerConverter(name: string, converter: Converter): void {
  converters.set(name, converter);
}

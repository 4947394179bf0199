import type { StandardSchemaV1 } from "@standard-schema/spec";

import { defineError, toError } from "./errors.js";

/** Settings are missing or wrong. Lists every one of them, so that one start is enough to see all. */
export class SettingsInvalid extends defineError({
  code: "CORE_SETTINGS_INVALID",
  message: (p: { problems: readonly string[] }) =>
    `${p.problems.length === 1 ? "A setting is" : `${p.problems.length} settings are`} missing or wrong:\n` +
    p.problems.map((problem) => `  - ${problem}`).join("\n"),
}) {}

/** How one setting is read from the environment. Made by `env`. */
export interface SettingSpec<Value> {
  /** The environment variable. */
  readonly variable: string;
  /** Turns the text into a value; `undefined` when the variable is not set. Throws an `Error` that says what is wrong. */
  readonly read: (text: string | undefined) => Value;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What `specs` yield, by name. */
export type SettingsOf<Specs extends Record<string, SettingSpec<unknown>>> = {
  readonly [Name in keyof Specs]: Specs[Name] extends SettingSpec<infer Value> ? Value : never;
};

/**
 * Reads every setting of `specs` from `environment` (default `process.env`). An empty variable counts as not set.
 * Throws one `SettingsInvalid` that lists everything that is missing or wrong; values of secrets are never in it.
 */
export function readSettings<const Specs extends Record<string, SettingSpec<unknown>>>(
  specs: Specs,
  environment: Environment = process.env,
): SettingsOf<Specs> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const text = environment[spec.variable];
    try {
      values[name] = spec.read(text === "" ? undefined : text);
    } catch (thrown) {
      problems.push(`${spec.variable}: ${toError(thrown).message}`);
    }
  }
  if (problems.length > 0) throw new SettingsInvalid({ problems });
  return Object.freeze(values) as SettingsOf<Specs>;
}

interface Options<Default> {
  /** The value when the variable is not set. Without it, the variable is required. */
  readonly default?: Default;
}

/** `Value`, or `Value | Default` where a default of another type (such as `null`) is given. */
type WithDefault<Value, O> = O extends { readonly default: infer Default }
  ? Default extends Value
    ? Value
    : Value | Widen<Default>
  : Value;
type Widen<T> = T extends string ? string : T extends number ? number : T extends boolean ? boolean : T;

function spec<Value, const O extends Options<unknown>>(
  variable: string,
  options: O | undefined,
  parse: (text: string) => Value,
): SettingSpec<WithDefault<Value, O>> {
  return {
    variable,
    read(text) {
      if (text !== undefined) return parse(text) as WithDefault<Value, O>;
      if (options !== undefined && "default" in options) return options.default as WithDefault<Value, O>;
      throw new Error("is required and not set");
    },
  };
}

function envSchema<S extends StandardSchemaV1>(
  variable: string,
  schema: S,
): SettingSpec<StandardSchemaV1.InferOutput<S>> {
  return {
    variable,
    read(text) {
      const result = schema["~standard"].validate(text);
      if (result instanceof Promise) throw new Error("has an asynchronous schema; settings are read synchronously");
      if (result.issues === undefined) return result.value;
      if (text === undefined) throw new Error("is required and not set");
      throw new Error(result.issues.map((issue) => issue.message).join("; "));
    },
  };
}

function envString<const O extends Options<unknown> & { readonly minLength?: number }>(variable: string, options?: O) {
  return spec(variable, options, (text) => {
    if (text.length >= (options?.minLength ?? 0)) return text;
    throw new Error(`needs at least ${options?.minLength} characters, has ${text.length}`);
  });
}

function envInteger<const O extends Options<unknown> & { readonly min?: number; readonly max?: number }>(
  variable: string,
  options?: O,
) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options ?? {};
  return spec(variable, options, (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) throw new Error(`is not a whole number: ${JSON.stringify(text)}`);
    if (value < min || value > max) throw new Error(`must be from ${min} to ${max}, is ${value}`);
    return value;
  });
}

const booleans: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  on: true,
  0: false,
  false: false,
  no: false,
  off: false,
};

function envBoolean<const O extends Options<unknown>>(variable: string, options?: O) {
  return spec(variable, options, (text) => {
    const value = booleans[text.toLowerCase()];
    if (value === undefined)
      throw new Error(`is not one of 1, true, yes, on, 0, false, no, off: ${JSON.stringify(text)}`);
    return value;
  });
}

function envOneOf<const Choice extends string, const O extends Options<unknown>>(
  variable: string,
  choices: readonly Choice[],
  options?: O,
) {
  return spec(variable, options, (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new Error(`is not one of ${choices.join(", ")}: ${JSON.stringify(text)}`);
    return choice;
  });
}

/** Values separated by commas; spaces around them do not count. */
function envList<const O extends Options<unknown>>(variable: string, options?: O) {
  return spec(variable, options, (text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );
}

/** A URL whose scheme is one of `schemes` (without the colon). The text is never shown: it may hold a password. */
function envUrl<const O extends Options<unknown> & { readonly schemes: readonly string[] }>(
  variable: string,
  options: O,
) {
  return spec(variable, options, (text) => {
    const scheme = /^([a-z][a-z0-9+.-]*):/.exec(text)?.[1];
    if (scheme !== undefined && options.schemes.includes(scheme)) return text;
    throw new Error(`must begin with ${options.schemes.map((name) => `${name}:`).join(" or ")}`);
  });
}

/**
 * Says how a setting is read from the environment:
 *
 * ```ts
 * env("GREETING", z.string().max(80))               // any Standard Schema library
 * env.integer("PAGE_SIZE", { default: 50, min: 1 }) // or one of the common kinds
 * ```
 */
export const env = Object.assign(envSchema, {
  string: envString,
  integer: envInteger,
  boolean: envBoolean,
  oneOf: envOneOf,
  list: envList,
  url: envUrl,
});

import type { FieldDescription } from "../fields/description.js";
import type { ExpressionNode } from "../expressions/nodes.js";
import type { ArrayOptions } from "../fields/data/array-field.js";
import type { GeneratedOptions } from "../fields/data/generated-field.js";
import type { f } from "../fields/f/f.js";
import type { ManyToManyOptions } from "../fields/relations/many-to-many-declaration.js";
import { normalizeField } from "./state/field-state.js";

/** What a function of `f` takes, with the label of a model in place of the function that gives it. */
type ArgumentsOf<Args extends readonly unknown[]> = Args extends readonly [() => unknown, ...infer Rest]
  ? readonly [to: string, ...options: Rest]
  : Args;

/** Functions of `f` that make no field, or take more than its target and options. */
type Unusual = "reverse" | "reverseOne" | "manyToMany" | "array" | "generated" | "own" | "compositeKey" | "child";

/** The functions of `f`, giving descriptions. */
export type FieldDescriptions = {
  readonly [Name in Exclude<keyof typeof f, Unusual>]: (
    ...args: ArgumentsOf<Parameters<(typeof f)[Name]>>
  ) => FieldDescription;
} & {
  /** Any number of rows of another model, with the labels of that model and of the one whose rows are the links. */
  readonly manyToMany: (
    to: string,
    options?: Omit<ManyToManyOptions, "through"> & { readonly through?: string },
  ) => FieldDescription;
  /** A primary key of several fields. */
  readonly compositeKey: (options: { readonly fields: readonly string[] }) => FieldDescription;
  /** A list whose items fit another field. */
  readonly array: (options: ArrayOptions<unknown> & { readonly item: FieldDescription }) => FieldDescription;
  /** A column that the database computes. */
  readonly generated: (
    options: GeneratedOptions & { readonly expression: ExpressionNode; readonly output: FieldDescription },
  ) => FieldDescription;
  /** A field of a type of your own, made known by `registerFieldType`. */
  readonly custom: (type: string, options?: Readonly<Record<string, unknown>>, to?: string) => FieldDescription;
};

/**
 * The fields of models as data, for migrations: the functions of `f`, with the model that a relation leads to named
 * by app and class.
 *
 * ```ts
 * field.char({ maxLength: 80 });
 * field.foreignKey("chat.Room", { onDelete: "cascade" });
 * ```
 */
export const field: FieldDescriptions = new Proxy({} as FieldDescriptions, {
  get(_, name) {
    if (typeof name !== "string") return undefined;
    if (name === "custom") return describeCustom;
    return (...args: readonly unknown[]) => {
      const to = args.find((argument) => typeof argument === "string");
      const options = args.find((argument) => typeof argument === "object" && argument !== null);
      return describe(name, (options ?? {}) as Record<string, unknown>, to);
    };
  },
});

function describeCustom(type: string, options: Readonly<Record<string, unknown>> = {}, to?: string): FieldDescription {
  return describe(type, options, to);
}

function describe(type: string, options: Readonly<Record<string, unknown>>, to: string | undefined): FieldDescription {
  return normalizeField({ type, options, ...(to !== undefined && { to }) });
}

import { fieldOf } from "../../orm/index.js";

/** What a field of models makes of a value, or the code and params of what is wrong with it. */
export type ModelParsed =
  | { readonly value: unknown }
  | { readonly code: string; readonly params: Readonly<Record<string, unknown>> | undefined };

/** Gives values to a field of models of this type: what a form takes is what the database takes. */
export function modelParser(type: string, options: object = {}): (value: unknown) => ModelParsed {
  const field = fieldOf({ type, options: options as Readonly<Record<string, unknown>> }, () => {
    throw new Error("A field of a form refers to no model.");
  });
  if (field === undefined) throw new Error(`There is no type of field ${JSON.stringify(type)}.`);
  return (value) => {
    try {
      return { value: field.clean(value) };
    } catch (thrown) {
      const { problem } = thrown as { readonly problem?: { code: string; params?: Readonly<Record<string, unknown>> } };
      if (problem === undefined) throw thrown;
      return { code: problem.code, params: problem.params };
    }
  };
}

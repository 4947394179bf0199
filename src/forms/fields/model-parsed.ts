import { fieldOf } from "../../orm/index.js";

/** What a field of models makes of a value, or the code and params of what is wrong with it. */
export type ModelParsed =
  | { readonly value: unknown }
  | { readonly code: string; readonly params: Readonly<Record<string, unknown>> | undefined };

type Parser = (value: unknown) => ModelParsed;

const parsers = new Map<string, Parser>();

/** More than the fields of any project are declared with; whoever makes options as it goes must not fill the memory. */
const maxParsers = 1000;

/** Gives values to a field of models of this type: what a form takes is what the database takes. */
export function modelParser(type: string, options: object = {}): Parser {
  // Forms are made for each request, and making fields of models takes longer than all else about them.
  const key = `${type} ${JSON.stringify(options)}`;
  let parser = parsers.get(key);
  if (parser === undefined) {
    if (parsers.size === maxParsers) parsers.clear();
    parsers.set(key, (parser = newParser(type, options)));
  }
  return parser;
}

function newParser(type: string, options: object): Parser {
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

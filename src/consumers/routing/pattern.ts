import { RouteInvalid } from "../errors.js";
import { type Converter, converterNamed } from "./converters.js";

/** A segment of a pattern: fixed text, or a parameter. */
export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "param"; readonly name: string; readonly converterName: string; readonly converter: Converter };

/**
 * Reads a pattern such as `/rooms/:slug/:page<int>/`. A parameter takes a whole segment; without a converter it is a
 * `str`. Throws `RouteInvalid`.
 */
export function parsePattern(pattern: string): readonly Segment[] {
  if (!pattern.startsWith("/")) throw new RouteInvalid({ pattern, problem: "must begin with /" });
  const names = new Set<string>();
  return pattern
    .slice(1)
    .split("/")
    .map((text) => {
      if (!text.includes(":") && !/[<>]/.test(text)) return { kind: "text", text: decodeURIComponent(text) };
      const match = /^:([A-Za-z_]\w*)(?:<(\w+)>)?$/.exec(text);
      if (match === null)
        throw new RouteInvalid({ pattern, problem: `has a segment that is not :name or :name<converter>: ${text}` });
      const [, name = "", converterName = "str"] = match;
      if (names.has(name)) throw new RouteInvalid({ pattern, problem: `has two parameters called ${name}` });
      names.add(name);
      const converter = converterNamed(converterName);
      if (converter === undefined)
        throw new RouteInvalid({ pattern, problem: `names a converter that does not exist: ${converterName}` });
      return { kind: "param", name, converterName, converter };
    });
}

import { RouteInvalid } from "../errors.js";
import { type Converter, converterNamed } from "./converters.js";

/** A piece of a path that becomes a parameter. */
export interface ParamSegment {
  readonly kind: "param";
  readonly name: string;
  readonly converterName: string;
  readonly converter: Converter;
}

/** A segment of a path, or a label of a host: fixed text, or a parameter. */
export type Segment = { readonly kind: "text"; readonly text: string } | ParamSegment;

/**
 * Reads a pattern such as `/rooms/:slug/:page<int>/`. A parameter takes a whole segment; without a converter it is a
 * `str`. Throws `RouteInvalid`.
 */
export function parsePattern(pattern: string): readonly Segment[] {
  if (!pattern.startsWith("/")) throw new RouteInvalid({ pattern, problem: "must begin with /" });
  const texts = pattern.slice(1).split("/");
  const segments = texts.map((text) => parseSegment(pattern, text));
  checkParams(pattern, segments);
  texts.forEach((text, index) => {
    if (text === "" && index < texts.length - 1)
      throw new RouteInvalid({ pattern, problem: "has an empty segment, which no client asks for" });
    if (text === "." || text === "..")
      throw new RouteInvalid({ pattern, problem: `has the segment ${text}, which clients resolve by themselves` });
  });
  if (segments.filter((segment) => takesRest(segment)).length > 1)
    throw new RouteInvalid({ pattern, problem: "has two parameters that take several segments" });
  return segments;
}

/** Reads one segment of `pattern`, which names it in errors. Throws `RouteInvalid`. */
export function parseSegment(pattern: string, text: string): Segment {
  if (!/[:<>]/.test(text)) return { kind: "text", text: decodeText(pattern, text) };
  const match = /^:(?!__proto__\b)([A-Za-z_]\w*)(?:<(\w+)>)?$/.exec(text);
  if (match === null)
    throw new RouteInvalid({ pattern, problem: `has a segment that is not :name or :name<converter>: ${text}` });
  const [, name = "", converterName = "str"] = match;
  const converter = converterNamed(converterName);
  if (converter === undefined)
    throw new RouteInvalid({ pattern, problem: `names a converter that does not exist: ${converterName}` });
  return { kind: "param", name, converterName, converter };
}

/** Throws `RouteInvalid` where two parameters have one name. */
export function checkParams(pattern: string, segments: readonly Segment[]): void {
  const names = new Set<string>();
  for (const segment of segments) {
    if (segment.kind === "text") continue;
    if (names.has(segment.name))
      throw new RouteInvalid({ pattern, problem: `has two parameters called ${segment.name}` });
    names.add(segment.name);
  }
}

export function takesRest(segment: Segment): boolean {
  return segment.kind === "param" && segment.converter.takesRest === true;
}

function decodeText(pattern: string, text: string): string {
  if (/[?#]/.test(text)) throw new RouteInvalid({ pattern, problem: "must be a path, without a query or fragment" });
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new RouteInvalid({ pattern, problem: `is not valid percent-encoding: ${text}` }, { cause });
  }
}

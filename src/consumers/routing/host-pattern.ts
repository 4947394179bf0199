import { RouteInvalid } from "../errors.js";
import { checkParams, parseSegment, type Segment, takesRest } from "./pattern.js";

/** A pattern of host names: `api.example.com`, or `:tenant.example.com`. */
export interface HostPattern {
  readonly pattern: string;
  /** From left to right. */
  readonly labels: readonly Segment[];
}

/** Reads a host pattern. A parameter takes a whole label. Throws `RouteInvalid`. */
export function parseHostPattern(pattern: string): HostPattern {
  const refuse = (problem: string): never => {
    throw new RouteInvalid({ pattern, problem });
  };
  // The colon of a parameter stands before a label, the one of a port after the last.
  if (/[^.]:/.test(pattern) || /[/\s]/.test(pattern)) refuse("must be a host name alone, without scheme, port or path");
  const labels = pattern.split(".").map((text) => {
    if (text === "") return refuse("has an empty label");
    const label = parseSegment(pattern, text);
    if (label.kind === "text" && !/^[a-z\d_-]+$/.test(label.text)) refuse(`has a label that is no host name: ${text}`);
    return label;
  });
  if (labels.some(takesRest)) refuse("has a parameter that takes several labels");
  checkParams(pattern, labels);
  return { pattern, labels };
}

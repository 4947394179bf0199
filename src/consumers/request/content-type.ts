import { splitOutsideQuotes, unquoted } from "./accept.js";

/** What a `Content-Type` header says. */
export interface ContentType {
  /** In lower case, without parameters; empty where the header is missing or no media type. */
  readonly type: string;
  /** By name in lower case. */
  readonly params: ReadonlyMap<string, string>;
}

const none: ContentType = { type: "", params: new Map() };
const noParams: ReadonlyMap<string, string> = new Map();

// RFC 9110 §8.3.1
const token = String.raw`[\w!#$%&'*+.^\x60|~-]+`;
const mediaType = new RegExp(`^${token}/${token}$`);

/** Reads `text/html; charset=utf-8` (RFC 9110 §8.3). Of two parameters with one name, the first counts. */
export function parseContentType(header: string | undefined): ContentType {
  if (header === undefined) return none;
  const semicolon = header.indexOf(";");
  const type = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  if (!mediaType.test(type)) return none;
  return { type, params: semicolon < 0 ? noParams : parseParams(header.slice(semicolon + 1)) };
}

function parseParams(text: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const part of splitOutsideQuotes(text, ";")) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    if (!params.has(name)) params.set(name, unquoted(part.slice(equals + 1).trim()));
  }
  return params;
}

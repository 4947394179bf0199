/**
 * `{1,NULL,"a \"b\""}`: a list as PostgreSQL reads it for a column of any array type. `isNested`: the elements are such
 * literals themselves.
 */
export function writeArray(values: readonly unknown[], convert: Convert, isNested: boolean): string {
  return `{${values.map((value) => (isNested ? String(convert?.(value)) : writeElement(value, convert))).join(",")}}`;
}

type Convert = ((value: unknown) => unknown) | undefined;

function writeElement(value: unknown, convert: Convert): string {
  if (value === null || value === undefined) return "NULL";
  const converted = convert === undefined ? value : convert(value);
  if (converted instanceof Uint8Array) return `"\\\\x${Buffer.from(converted).toString("hex")}"`;
  if (typeof converted !== "string") return String(converted);
  return `"${converted.replace(/["\\]/g, "\\$&")}"`;
}

/** The elements of an array literal as PostgreSQL writes it, each as text; nested arrays as their own literals. */
export function parseArray(text: string): (string | null)[] {
  // Bounds that do not begin at 1 are written before the braces: `[0:1]={1,2}`.
  const body = text.slice(text.indexOf("{") + 1, -1);
  const elements: (string | null)[] = [];
  let at = 0;
  while (at < body.length) {
    const { element, end } = readElement(body, at);
    elements.push(element);
    at = end + 1;
  }
  return elements;
}

function readElement(body: string, start: number): { element: string | null; end: number } {
  if (body[start] === '"') return readQuoted(body, start);
  if (body[start] === "{") return readNested(body, start);
  const comma = body.indexOf(",", start);
  const end = comma < 0 ? body.length : comma;
  const plain = body.slice(start, end);
  return { element: plain === "NULL" ? null : plain, end };
}

function readQuoted(body: string, start: number): { element: string; end: number } {
  let element = "";
  let at = start + 1;
  for (; at < body.length && body[at] !== '"'; at++) {
    if (body[at] === "\\") at++;
    element += body[at] ?? "";
  }
  return { element, end: at + 1 };
}

function readNested(body: string, start: number): { element: string; end: number } {
  let depth = 0;
  let isQuoted = false;
  let at = start;
  for (; at < body.length; at++) {
    const character = body[at];
    if (character === "\\") at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === "{") depth++;
    else if (!isQuoted && character === "}" && --depth === 0) break;
  }
  return { element: body.slice(start, at + 1), end: at + 1 };
}

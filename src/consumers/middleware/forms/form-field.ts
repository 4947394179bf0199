/** How much of a body is looked at for a field, in bytes: it must stand near the beginning. */
export const maxFieldOffset = 65_536;

/** What was found of a field: its value, or that it is not there, or that more of the body must come. */
export type FieldSearch = { readonly value: string } | "missing" | "unknown";

/** Whether a body of this type is a form that a field can be looked for in. */
export function isForm(contentType: string | undefined): boolean {
  return /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i.test(contentType ?? "");
}

/**
 * Looks for a field at the beginning of a form's body, as browsers write it. `body` is what has come; `isWhole`: nothing
 * more comes. Meant for values of plain characters: it decodes nothing but percent-encoding.
 */
export function findField(contentType: string, body: Buffer, isWhole: boolean, name: string): FieldSearch {
  const text = body.toString("latin1");
  const value = /^multipart/i.test(contentType) ? multipartValue(text, name) : encodedValue(text, isWhole, name);
  if (value !== undefined) return { value };
  return isWhole || body.length >= maxFieldOffset ? "missing" : "unknown";
}

function encodedValue(text: string, isWhole: boolean, name: string): string | undefined {
  const [, value] = new RegExp(`(?:^|&)${name}=([^&]*)${isWhole ? "(?:&|$)" : "&"}`).exec(text) ?? [];
  return value === undefined ? undefined : (new URLSearchParams(`v=${value}`).get("v") ?? undefined);
}

function multipartValue(text: string, name: string): string | undefined {
  // Header lines of the part, an empty line, and the value up to the next line (RFC 7578 §4.2).
  const [, value] =
    new RegExp(
      `\\r\\ncontent-disposition:[^\\r\\n]*;\\s*name="${name}"[^\\r\\n]*\\r\\n(?:[^\\r\\n]+\\r\\n)*\\r\\n([^\\r\\n]*)\\r\\n`,
      "i",
    ).exec(text) ?? [];
  return value;
}

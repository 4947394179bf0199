import { TextDecoder } from "node:util";

import { BadRequest, UnsupportedMediaType } from "../../core/index.js";

const utf8Labels = new Set(["utf-8", "utf8", "us-ascii", "ascii"]);

/** Whether a charset is UTF-8, or a part of it. */
export function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || utf8Labels.has(charset.toLowerCase());
}

/**
 * The text of a body, in UTF-8 unless `charset` says otherwise; a byte order mark is left out. Throws `BadRequest` for
 * bytes that are no such text, `UnsupportedMediaType` for a charset that nobody knows.
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const label = charset === undefined || isUtf8(charset) ? "utf-8" : charset;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch (cause) {
    throw new UnsupportedMediaType({ given: `text in ${JSON.stringify(label)}`, expected: "UTF-8" }, { cause });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BadRequest({ detail: `The body is not valid ${label === "utf-8" ? "UTF-8" : label}.` }, { cause });
  }
}

import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";

import { BadRequest, UnsupportedMediaType } from "../../core/index.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });
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
  const decoder = isUtf8(charset) ? utf8 : decoderOf(charset ?? "");
  // Many times as fast, and most bodies are.
  if (decoder === utf8 && isAscii(bytes)) return latin1(bytes);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const name = decoder === utf8 ? "UTF-8" : decoder.encoding;
    throw new BadRequest({ detail: `The body is not valid ${name}.` }, { cause });
  }
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    throw new UnsupportedMediaType({ given: `text in ${JSON.stringify(charset)}`, expected: "UTF-8" }, { cause });
  }
}

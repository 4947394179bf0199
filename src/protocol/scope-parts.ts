import { BadRequest } from "../core/index.js";

/** The decoded path. Throws `BadRequest` when its percent-encoding is not UTF-8 or it holds raw non-ASCII bytes. */
export function decodePath(rawPath: string): string {
  for (let i = 0; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i);
    if (code > 0x7e || code <= 0x20)
      throw new BadRequest({ detail: "The path holds characters that must be percent-encoded." });
    if (code === 0x25) return decodeEscapes(rawPath);
  }
  return rawPath;
}

function decodeEscapes(rawPath: string): string {
  // The whole path is checked before it is decoded: a raw byte may follow the first escape.
  if (!/^[\x21-\x7e]*$/.test(rawPath))
    throw new BadRequest({ detail: "The path holds characters that must be percent-encoded." });
  try {
    return decodeURIComponent(rawPath);
  } catch (cause) {
    throw new BadRequest({ detail: "The path is not valid percent-encoded UTF-8." }, { cause });
  }
}

const nothing: readonly string[] = Object.freeze([]);

/** The items of a comma-separated header, without spaces around them and without empty ones. */
export function splitList(value: string | undefined): readonly string[] {
  if (value === undefined || value === "") return nothing;
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

import { extname } from "node:path";

/** What file systems take. */
const maxBytes = 255;

/**
 * A client's name for a file, made safe to show and to use as a name in a directory: without the path that it may have
 * had, without control characters, at most 255 bytes. It is still the client's: two files may have the same.
 */
export function safeFileName(given: string): string {
  const base = given.slice(Math.max(given.lastIndexOf("/"), given.lastIndexOf("\\")) + 1);
  const clean = Buffer.from(base)
    .toString()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]|\u202e/gu, "")
    .trim();
  return clean === "" || clean === "." || clean === ".." ? "file" : shortened(clean);
}

/** The ending stays: it says what the file is. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const ending = extname(name);
  const kept = Buffer.byteLength(ending) > maxBytes / 2 ? "" : ending;
  let stem = "";
  for (const character of kept === "" ? name : name.slice(0, -kept.length)) {
    if (Buffer.byteLength(stem + character + kept) > maxBytes) break;
    stem += character;
  }
  return stem + kept;
}

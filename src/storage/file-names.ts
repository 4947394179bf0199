import { randomInt } from "node:crypto";
import { posix } from "node:path";

import { FileNameInvalid } from "./errors.js";

/** What file systems take of one step of a path. */
const maxStepBytes = 255;

/**
 * A name of a stored file, checked: steps with `/` between them, none of which is hidden, a parent directory or empty.
 * In Unicode's composed form, so that two names that look the same are the same. Throws `FileNameInvalid`.
 */
export function checkedName(given: string): string {
  return checked(given, maxStepBytes);
}

/** A name that still has to be made to fit: its last step may be too long. Throws `FileNameInvalid`. */
export function wantedName(given: string, maxLength: number): string {
  return checkedName(fittingName(checked(given, Number.POSITIVE_INFINITY), maxLength));
}

function checked(given: string, stepBytes: number): string {
  const name = given.normalize("NFC");
  const problem = problemOf(name, stepBytes);
  if (problem !== undefined) throw new FileNameInvalid({ name: given, problem });
  return name;
}

/** The name of a directory: that of a file, or empty for the storage as a whole. Throws `FileNameInvalid`. */
export function checkedDirectory(given: string): string {
  const name = given.replace(/\/$/, "");
  return name === "" ? "" : checkedName(name);
}

function problemOf(name: string, stepBytes: number): string | undefined {
  if (name === "") return "is empty";
  if (name.startsWith("/")) return "begins with a slash";
  if (name.includes("\\")) return "has a backslash";
  if (/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name)) return "has a control character";
  for (const step of name.split("/")) {
    if (step === "") return "has an empty step";
    if (step.startsWith(".")) return "has a step that begins with a point";
    if (/[. ]$/.test(step)) return "has a step that ends with a point or a space";
    if (Buffer.byteLength(step) > stepBytes) return `has a step of more than ${maxStepBytes} bytes`;
  }
  return undefined;
}

/**
 * A person's name for a file as a step of a stored file's name: letters and digits of all languages, `-`, `_` and points
 * stay, spaces become `_`, everything else goes. `file` where nothing is left.
 */
export function validFileName(given: string): string {
  const base = given.slice(Math.max(given.lastIndexOf("/"), given.lastIndexOf("\\")) + 1).normalize("NFC");
  const plain = base
    .trim()
    .replaceAll(/\s+/g, "_")
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]/gu, "")
    .replace(/^\.+/, "")
    .replace(/\.+$/, "");
  return plain === "" ? "file" : cut(plain, maxStepBytes - suffixLength);
}

const suffixCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";
const suffixLength = 8;

/** Another name like `name`, with seven random characters: `cats/tom_x7k2p9q.png`. At most `maxLength` characters. */
export function alternativeName(name: string, maxLength: number): string {
  const { directory, stem, ending } = partsOf(name);
  const random = Array.from({ length: suffixLength - 1 }, () => suffixCharacters[randomInt(suffixCharacters.length)]);
  return joined(directory, stem, `_${random.join("")}${ending}`, maxLength, name);
}

/** `name` with its stem cut so that it has at most `maxLength` characters. Throws `FileNameInvalid` where that leaves none. */
function fittingName(name: string, maxLength: number): string {
  const { directory, stem, ending } = partsOf(name);
  return joined(directory, stem, ending, maxLength, name);
}

function partsOf(name: string): { directory: string; stem: string; ending: string } {
  const base = posix.basename(name);
  const directory = name.slice(0, name.length - base.length);
  // `.tar.gz` is one ending.
  const [ending = ""] = /(?:\.tar)?\.[^.]+$/i.exec(base.slice(1)) ?? [];
  return { directory, stem: base.slice(0, base.length - ending.length), ending };
}

function joined(directory: string, stem: string, rest: string, maxLength: number, name: string): string {
  const room = Math.min(maxLength - directory.length - rest.length, stem.length);
  const short = cut(stem.slice(0, Math.max(room, 0)), maxStepBytes - Buffer.byteLength(rest));
  if (short !== "") return directory + short.replace(/[\uD800-\uDBFF]$/, "") + rest;
  throw new FileNameInvalid({ name, problem: `leaves no room for a name of at most ${maxLength} characters` });
}

/** The beginning of a text that takes at most `maxBytes` in UTF-8. */
function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = "";
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

import type { HeaderLine } from "../core/index.js";
import { HeaderInvalid } from "./errors.js";
import { HeadPiece } from "./head-piece.js";
import { isNewestRequestId } from "./request-id.js";

// RFC 9110 §5.6.2 (token) and §5.5 (field value; bytes above 0x7f are left out, encode them).
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const valuePattern = /^[\t\x20-\x7e]*$/;

const serverHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
]);

/** The headers of the plain answers that a server gives by itself. */
export const plainText: readonly HeaderLine[] = [["content-type", "text/plain; charset=utf-8"]];

/** What is known of a name that was found good. */
interface KnownName {
  readonly isServers: boolean;
  /** The last value under it that was found good. */
  value: string;
  /** Whether the one before was the same. */
  isRepeated: boolean;
}

/**
 * Applications use the same few names all the time, most with the same value, and a look here costs a fifth of the
 * patterns; made-up names must not fill the memory.
 */
const knownNames = new Map<string, KnownName>();
const maxKnownNames = 1000;

/** Throws `HeaderInvalid` unless every name and value can stand in a response as it is. */
export function checkHeaders(headers: readonly HeaderLine[]): void {
  const { root } = HeadPiece;
  let piece: HeadPiece | undefined = root;
  for (const line of headers) {
    const value = line[1];
    piece = (piece ?? root).followedBy(line[0], value) ?? root.followedBy(line[0], value);
    // What is known from other responses was checked with them.
    if (piece !== undefined) continue;
    const known = knownNames.get(line[0]);
    if (known !== undefined && known.value === value) known.isRepeated = true;
    else checkLine(line[0], value, known);
  }
}

function checkLine(name: string, value: string, known: KnownName | undefined): void {
  if (known !== undefined && isNewestRequestId(value)) {
    known.isRepeated = false;
    return;
  }
  // A pattern would test the text of a number, which the libraries refuse halfway through the response.
  if (typeof value !== "string" || (known === undefined && !namePattern.test(name)) || !valuePattern.test(value))
    throw new HeaderInvalid({ name });
  if (known !== undefined) {
    known.value = value;
    known.isRepeated = false;
  } else if (knownNames.size < maxKnownNames) {
    knownNames.set(name, { isServers: serverHeaders.has(name.toLowerCase()), value, isRepeated: false });
  }
}

/** Whether this header had this value in the last two responses that had it. To be asked of what was checked just now. */
export function isRepeated(name: string, value: string): boolean {
  const known = knownNames.get(name);
  return known !== undefined && known.isRepeated && known.value === value;
}

/** The lengths of the server's names, as bits: most others are told by their length. */
const serverLengths = [...serverHeaders].reduce((bits, name) => bits | (1 << name.length), 0);

/**
 * Whether the server, not the application, decides on this header: it frames the body itself (ASGI H5), keeps the
 * clock, and a close of the connection is its own business.
 */
export function isServerHeader(name: string): boolean {
  if (name.length < 32 && (serverLengths & (1 << name.length)) === 0) return false;
  return knownNames.get(name)?.isServers ?? serverHeaders.has(name.toLowerCase());
}

/** Like `isServerHeader`, for the answer to a handshake, where the upgrade itself is the server's too. */
export function isHandshakeHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === "upgrade" || lower.startsWith("sec-websocket-") || isServerHeader(lower);
}

/** The `Content-Length` that the application announced, or `undefined`. Throws `HeaderInvalid` for anything but digits. */
export function announcedLength(headers: readonly HeaderLine[]): number | undefined {
  for (const [name, value] of headers) {
    if (name.length !== 14 || name.toLowerCase() !== "content-length") continue;
    if (!/^\d{1,15}$/.test(value)) throw new HeaderInvalid({ name });
    return Number(value);
  }
  return undefined;
}

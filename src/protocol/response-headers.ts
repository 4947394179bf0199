import type { HeaderLine } from "../core/index.js";
import { HeaderInvalid } from "./errors.js";

// RFC 9110 §5.6.2 (token) and §5.5 (field value; bytes above 0x7f are left out, encode them).
const namePattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const valuePattern = /^[\t\x20-\x7e]*$/;

/** Throws `HeaderInvalid` unless every name and value can stand in a response as it is. */
export function checkHeaders(headers: readonly HeaderLine[]): void {
  for (const [name, value] of headers) {
    if (!namePattern.test(name) || !valuePattern.test(value)) throw new HeaderInvalid({ name });
  }
}

/**
 * Whether the server, not the application, decides on this header: it frames the body itself (ASGI H5), and a close
 * of the connection is its own business.
 */
export function isFramingHeader(name: string): boolean {
  switch (name.length) {
    case 10:
      return name.toLowerCase() === "connection";
    case 14:
      return name.toLowerCase() === "content-length";
    case 17:
      return name.toLowerCase() === "transfer-encoding";
    default:
      return false;
  }
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

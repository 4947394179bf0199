import { createHash, randomBytes } from "node:crypto";

/** A new token: 256 bits from the system's secure source, in 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether `text` may be a token; anything else is nobody's, without a look. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** What is kept instead of the token: who reads the store has no visitor's cookie. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

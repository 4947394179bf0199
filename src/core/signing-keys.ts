import { createHmac, timingSafeEqual } from "node:crypto";

import { defineError } from "./errors.js";
import { BadSignature, Signer, type SignObjectOptions } from "./signing.js";

/** Something is to be signed, and no secret key is known yet. Boot the project first (`boot`, `serve`, `runWorker`), or call `useSecretKeys`. */
export class SecretKeyMissing extends defineError({
  code: "CORE_SECRET_KEY_MISSING",
  message: () => "There is no secret key to sign with: boot the project first, or call useSecretKeys.",
}) {}

let secretKeys: readonly string[] = [];
const signers = new Map<string, Signer>();

/**
 * Sets the keys that this process signs with, as `boot` does with `SECRET_KEY` and `SECRET_KEY_FALLBACKS`: the first
 * signs, all verify. Returns those before.
 */
export function useSecretKeys(keys: readonly string[]): readonly string[] {
  const before = secretKeys;
  secretKeys = [...keys];
  signers.clear();
  return before;
}

/** A signer with the project's keys. Its signatures count only under `salt`. Throws `SecretKeyMissing`. */
export function signer(salt: string): Signer {
  const known = signers.get(salt);
  if (known !== undefined) return known;
  const [first, ...others] = secretKeys;
  if (first === undefined) throw new SecretKeyMissing();
  const made = new Signer([first, ...others], salt);
  signers.set(salt, made);
  return made;
}

/** Options of `signTimed`. */
export interface SignTimedOptions extends SignObjectOptions {
  /** What it is signed for, as `accounts.reset`: signatures of one use are not accepted in another. */
  readonly salt: string;
}

/** Options of `unsignTimed`. */
export interface UnsignTimedOptions {
  readonly salt: string;
  /** The greatest age in seconds; older values are refused. */
  readonly maxAgeS: number;
}

/**
 * What JSON holds, with its time and a signature by the project's key: for links in mails and values in hidden fields,
 * which anybody can read and nobody can change. Throws `ValueNotSignable`, `SecretKeyMissing`.
 *
 * ```ts
 * const token = signTimed({ user: 7 }, { salt: "accounts.reset" });
 * unsignTimed(token, { salt: "accounts.reset", maxAgeS: 3600 }); // { user: 7 }, or BadSignature
 * ```
 */
export function signTimed(value: unknown, { salt, ...options }: SignTimedOptions): string {
  return signer(salt).signObject(value, options);
}

/** What `signTimed` signed. Throws `BadSignature`, whose `params.reason` says why: `malformed`, `changed`, `expired`. */
export function unsignTimed(signed: string, { salt, maxAgeS }: UnsignTimedOptions): unknown {
  // Such a text came from outside, where it may also be no text at all.
  if (typeof signed !== "string") throw new BadSignature({ reason: "malformed" });
  return signer(salt).unsignObject(signed, { maxAgeS });
}

/**
 * What stands for `value` where it may be compared and must not be read: HMAC-SHA-256 with the project's key over salt
 * and value. Throws `SecretKeyMissing`.
 */
export function fingerprint(value: string, { salt }: { readonly salt: string }): string {
  const [first] = secretKeys;
  if (first === undefined) throw new SecretKeyMissing();
  return keyed(first, salt, value);
}

/** Whether `given` is a fingerprint of `value`: by the key of now (`current`), or by one that is still accepted (`old`). */
export function isFingerprintOf(
  given: string,
  value: string,
  { salt }: { readonly salt: string },
): "current" | "old" | false {
  const bytes = Buffer.from(given);
  const index = secretKeys.findIndex((key) => {
    const expected = Buffer.from(keyed(key, salt, value));
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
  if (index < 0) return false;
  return index === 0 ? "current" : "old";
}

function keyed(key: string, salt: string, value: string): string {
  return createHmac("sha256", key).update(salt).update("\0").update(value).digest("base64url");
}

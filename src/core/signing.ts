import { createHmac, timingSafeEqual } from "node:crypto";

import { defineError } from "./errors.js";

/** A signed value was changed, was signed with another key, or is too old. `reason` says which. */
export class BadSignature extends defineError({
  code: "CORE_BAD_SIGNATURE",
  message: (p: { reason: "malformed" | "changed" | "expired" }) => `The signed value is ${p.reason}.`,
  status: 400,
}) {}

/** Options of `Signer.unsign`. */
export interface UnsignOptions {
  /** The greatest age in seconds; older values are refused. No limit unless given. */
  readonly maxAgeS?: number;
}

/**
 * Signs short texts so that a client can keep them and cannot change them: HMAC-SHA-256 over salt, value and time.
 * The value itself stays readable.
 *
 * `keys`: the first signs, all verify (so a key can be rotated). `salt` keeps signatures of one use from being
 * accepted in another. `now` gives milliseconds since 1970 and is there for tests.
 */
export class Signer {
  readonly #keys: readonly [string, ...string[]];
  readonly #salt: string;
  readonly #now: () => number;

  constructor(keys: readonly [string, ...string[]], salt: string, now: () => number = Date.now) {
    this.#keys = keys;
    this.#salt = salt;
    this.#now = now;
  }

  /** `value` with its time and signature, safe in cookies and URLs. */
  sign(value: string): string {
    const body = `${Buffer.from(value).toString("base64url")}.${Math.floor(this.#now() / 1000).toString(36)}`;
    return `${body}.${this.#signature(this.#keys[0], body)}`;
  }

  /** The value that was signed. Throws `BadSignature`. */
  unsign(signed: string, { maxAgeS }: UnsignOptions = {}): string {
    const match = /^([\w-]*)\.([0-9a-z]{1,10})\.([\w-]{43})$/.exec(signed);
    if (match === null) throw new BadSignature({ reason: "malformed" });
    const [, value = "", time = "", signature = ""] = match;
    const given = Buffer.from(signature);
    const isGenuine = this.#keys.some((key) => {
      const expected = Buffer.from(this.#signature(key, `${value}.${time}`));
      return timingSafeEqual(expected, given);
    });
    if (!isGenuine) throw new BadSignature({ reason: "changed" });
    const ageS = Math.floor(this.#now() / 1000) - Number.parseInt(time, 36);
    if (maxAgeS !== undefined && ageS > maxAgeS) throw new BadSignature({ reason: "expired" });
    return Buffer.from(value, "base64url").toString();
  }

  #signature(key: string, body: string): string {
    return createHmac("sha256", key).update(this.#salt).update("\0").update(body).digest("base64url");
  }
}

import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import { defineError } from "./errors.js";

/** A signed value was changed, was signed with another key, or is too old. `reason` says which. */
export class BadSignature extends defineError({
  code: "CORE_BAD_SIGNATURE",
  message: (p: { reason: "malformed" | "changed" | "expired" }) => `The signed value is ${p.reason}.`,
  status: 400,
}) {}

/** What was to be signed is nothing that JSON holds, such as `undefined`, a function or a circle: give text, numbers, lists and plain objects. */
export class ValueNotSignable extends defineError({
  code: "CORE_VALUE_NOT_SIGNABLE",
  message: (p: { kind: string }) => `A value that is ${p.kind} cannot be signed: only what JSON holds can.`,
}) {}

/** Options of `Signer.unsign`. */
export interface UnsignOptions {
  /** The greatest age in seconds; older values are refused. No limit unless given. */
  readonly maxAgeS?: number;
}

/** Options of `Signer.signObject`. */
export interface SignObjectOptions {
  /** Whether to deflate it where that makes it shorter. Default false. */
  readonly compress?: boolean;
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
    return this.#signBody(Buffer.from(value).toString("base64url"));
  }

  /** The value that was signed. Throws `BadSignature`. */
  unsign(signed: string, options?: UnsignOptions): string {
    const body = this.#genuineBody(signed, options);
    if (body.startsWith(".")) throw new BadSignature({ reason: "malformed" });
    return Buffer.from(body, "base64url").toString();
  }

  /** Signs what JSON holds. Throws `ValueNotSignable`. */
  signObject(value: unknown, { compress = false }: SignObjectOptions = {}): string {
    const json = Buffer.from(jsonOf(value));
    const packed = compress ? deflateRawSync(json) : json;
    return this.#signBody(
      packed.length + 1 < json.length ? `.${packed.toString("base64url")}` : json.toString("base64url"),
    );
  }

  /** What was signed by `signObject`, as JSON gives it: a date has become text. Throws `BadSignature`. */
  unsignObject(signed: string, options?: UnsignOptions): unknown {
    const body = this.#genuineBody(signed, options);
    try {
      const packed = Buffer.from(body.replace(/^\./, ""), "base64url");
      return JSON.parse((body.startsWith(".") ? inflateRawSync(packed) : packed).toString()) as unknown;
    } catch (cause) {
      // It was signed as text.
      throw new BadSignature({ reason: "malformed" }, { cause });
    }
  }

  #signBody(body: string): string {
    const timed = `${body}.${Math.floor(this.#now() / 1000).toString(36)}`;
    return `${timed}.${this.#signature(this.#keys[0], timed)}`;
  }

  #genuineBody(signed: string, { maxAgeS }: UnsignOptions = {}): string {
    const match = /^(\.?[\w-]*)\.([0-9a-z]{1,10})\.([\w-]{43})$/.exec(signed);
    if (match === null) throw new BadSignature({ reason: "malformed" });
    const [, body = "", time = "", signature = ""] = match;
    const given = Buffer.from(signature);
    const isGenuine = this.#keys.some((key) => {
      const expected = Buffer.from(this.#signature(key, `${body}.${time}`));
      return timingSafeEqual(expected, given);
    });
    if (!isGenuine) throw new BadSignature({ reason: "changed" });
    const ageS = Math.floor(this.#now() / 1000) - Number.parseInt(time, 36);
    if (maxAgeS !== undefined && !(ageS <= maxAgeS)) throw new BadSignature({ reason: "expired" });
    return body;
  }

  #signature(key: string, body: string): string {
    return createHmac("sha256", key).update(this.#salt).update("\0").update(body).digest("base64url");
  }
}

function jsonOf(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (cause) {
    throw new ValueNotSignable({ kind: "circular, or holds a bigint," }, { cause });
  }
  if (json === undefined) throw new ValueNotSignable({ kind: typeof value });
  return json;
}

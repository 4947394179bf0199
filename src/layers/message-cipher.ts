import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

import { LayerOptionInvalid } from "./errors.js";

/**
 * A sealed message is these bytes in a row: `c1 01`, the key's id (4), the salt of the process that sealed it (16), the
 * number of the message in that process (8), the text encrypted with AES-256-GCM, and its tag (16). No msgpack begins
 * with `c1`. The nonce is four zero bytes and the number; the group's or channel's key in the broker is authenticated
 * too, so that a message cannot be moved to another place.
 */
const version = Buffer.from([0xc1, 0x01]);
const saltAt = 6;
const numberAt = 22;
const textAt = 30;
const tagBytes = 16;

/** How many keys of other processes are kept. */
const maxDerived = 1000;

interface CipherKey {
  readonly secret: Buffer;
  readonly id: Buffer;
}

/** Encrypts what the layer gives to a broker, and takes only what was encrypted with one of its keys (SE3). */
export class MessageCipher {
  readonly #keys: readonly CipherKey[];
  /** Begins everything that this process seals. */
  readonly #header: Buffer;
  /** Each process has a key of its own, so that numbers can serve as nonces: random ones would have to end at 2^32. */
  readonly #ownKey: Buffer;
  readonly #derived = new Map<string, Buffer>();
  #sealed = 0n;

  /** The first of `keys` encrypts, all decrypt. Throws `LayerOptionInvalid`. */
  constructor(keys: readonly string[]) {
    requireKeys(keys);
    this.#keys = keys.map((text) => {
      const secret = Buffer.from(text);
      return { secret, id: derive(secret, Buffer.alloc(0), "hotclub layer key id", 4) };
    });
    const [first] = this.#keys;
    const salt = randomBytes(numberAt - saltAt);
    this.#header = Buffer.concat([version, first?.id ?? "", salt] as Buffer[]);
    this.#ownKey = messageKey(first?.secret ?? salt, salt);
  }

  /** `text` for nobody but those who have the key, and for `place` only. */
  seal(text: Uint8Array, place: string): Buffer {
    const sealed = Buffer.allocUnsafe(textAt + text.length + tagBytes);
    this.#header.copy(sealed);
    sealed.writeBigUInt64BE(++this.#sealed, numberAt);
    const cipher = createCipheriv("aes-256-gcm", this.#ownKey, nonceOf(sealed));
    cipher.setAAD(Buffer.from(place));
    cipher.update(text).copy(sealed, textAt);
    cipher.final();
    cipher.getAuthTag().copy(sealed, textAt + text.length);
    return sealed;
  }

  /** What was sealed for `place`; `undefined` for anything else. */
  open(sealed: Uint8Array, place: string): Buffer | undefined {
    if (sealed.length < textAt + tagBytes) return undefined;
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
    if (version.compare(bytes, 0, 2) !== 0) return undefined;
    const key = this.#keys.find(({ id }) => id.compare(bytes, 2, saltAt) === 0);
    if (key === undefined) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#keyOf(key, bytes), nonceOf(bytes));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const text = decipher.update(bytes.subarray(textAt, bytes.length - tagBytes));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return text;
  }

  #keyOf({ secret }: CipherKey, bytes: Buffer): Buffer {
    const name = bytes.toString("latin1", 2, numberAt);
    const known = this.#derived.get(name);
    if (known !== undefined) return known;
    const key = messageKey(secret, bytes.subarray(saltAt, numberAt));
    // The oldest goes: processes come and go with each deploy, and anybody who reaches the broker can make salts up.
    if (this.#derived.size >= maxDerived) this.#derived.delete(this.#derived.keys().next().value ?? "");
    this.#derived.set(name, key);
    return key;
  }
}

function requireKeys(keys: unknown): asserts keys is readonly string[] {
  const option = "encryptionKeys";
  if (!Array.isArray(keys)) throw new LayerOptionInvalid({ option, problem: "must be a list of texts" });
  if (keys.length === 0) throw new LayerOptionInvalid({ option, problem: "must hold at least one key" });
  if (keys.some((key) => typeof key !== "string" || key.length < 32)) {
    throw new LayerOptionInvalid({ option, problem: "holds a key that is no text of at least 32 characters" });
  }
}

function nonceOf(sealed: Buffer): Buffer {
  const nonce = Buffer.alloc(12);
  sealed.copy(nonce, 4, numberAt, textAt);
  return nonce;
}

function messageKey(secret: Buffer, salt: Buffer): Buffer {
  return derive(secret, salt, "hotclub layer message", 32);
}

function derive(secret: Buffer, salt: Buffer, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, purpose, bytes));
}

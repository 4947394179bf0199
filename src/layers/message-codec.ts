import { createHmac } from "node:crypto";

import { Packr } from "msgpackr";

import type { Message } from "../core/index.js";
import { MessageTooLarge } from "./errors.js";
import { MessageCipher } from "./message-cipher.js";
import { messageTypeProblem, type MessageCopy } from "./message-copy.js";

// Plain msgpack, without msgpackr's record extension: any language can read and write it.
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "bigint" });

/** The bytes of plain data: what a `MessageValue` may hold. */
export function packPlain(value: unknown): Buffer {
  return packr.pack(value);
}

/** What `packPlain` packed. Throws for bytes that are no msgpack. */
export function unpackPlain(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}

/** What JSON begins with, and no msgpack map does. */
const openingBrace = 0x7b;

/**
 * Messages as the broker holds them: msgpack, encrypted where there are keys. JSON is read too, because that is what
 * other programs can write without a library; but with keys nothing is read that was not encrypted with one of them.
 */
export class MessageCodec {
  readonly #maxBytes: number;
  readonly #cipher: MessageCipher | undefined;
  readonly #digestKey: string;

  constructor(maxBytes: number, encryptionKeys: readonly string[] = []) {
    this.#maxBytes = maxBytes;
    // The last key is the oldest: while keys change, old and new processes agree.
    this.#digestKey = encryptionKeys.at(-1) ?? "";
    this.#cipher = encryptionKeys.length === 0 ? undefined : new MessageCipher(encryptionKeys);
  }

  /** The bytes of a message for `place`, a key of the broker. Throws `MessageTooLarge`. */
  encode(copy: MessageCopy, place: string): Buffer {
    const encoded = encodeMessage(copy, this.#maxBytes);
    return this.#cipher === undefined ? encoded : this.#cipher.seal(encoded, place);
  }

  /** What stands for a text where it must not be read: the same for the same text and keys. 43 characters. */
  digest(text: string): string {
    return createHmac("sha256", this.#digestKey).update(text).digest("base64url");
  }

  /** The message that lay in `place`, frozen; `undefined` when what lay there is none, whoever may have put it there. */
  decode(encoded: Uint8Array, place: string): Message | undefined {
    if (this.#cipher === undefined) return decodeMessage(encoded);
    const opened = this.#cipher.open(encoded, place);
    return opened && decodeMessage(opened);
  }
}

/** The bytes of a message. Throws `MessageTooLarge`. */
export function encodeMessage(copy: MessageCopy, maxBytes: number): Buffer {
  const encoded = packr.pack(copy.message);
  if (encoded.length > maxBytes) {
    throw new MessageTooLarge({ type: copy.message.type, bytes: encoded.length, maxBytes });
  }
  return encoded;
}

/** Throws `MessageTooLarge`, encoding only what might be. */
export function requireSize(copy: MessageCopy, maxBytes: number): void {
  if (copy.atMostBytes > maxBytes) encodeMessage(copy, maxBytes);
}

/** The message that `encoded` holds as msgpack or JSON, frozen; `undefined` when it holds none. */
export function decodeMessage(encoded: Uint8Array): Message | undefined {
  let value: unknown;
  try {
    value = encoded[0] === openingBrace ? JSON.parse(Buffer.from(encoded).toString()) : packr.unpack(encoded);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const message = value as Partial<Message>;
  if (messageTypeProblem(message.type) !== undefined) return undefined;
  deepFreeze(value);
  return value as Message;
}

function deepFreeze(value: object): void {
  if (ArrayBuffer.isView(value)) return;
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  Object.freeze(value);
}

import { Packr } from "msgpackr";

import type { Message } from "../core/index.js";
import { MessageTooLarge } from "./errors.js";
import { messageTypeProblem, type MessageCopy } from "./message-copy.js";

// Plain msgpack, without msgpackr's record extension: any language can read and write it.
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "bigint" });

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

/** The message that `encoded` holds, frozen; `undefined` when it holds none, whoever may have sent it. */
export function decodeMessage(encoded: Uint8Array): Message | undefined {
  let value: unknown;
  try {
    value = packr.unpack(encoded);
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

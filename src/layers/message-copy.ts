import { isProtocolType, type Message, type MessageValue } from "../core/index.js";
import { MessageInvalid } from "./errors.js";

/** Deeper values are refused; so are those that contain themselves. */
const maxDepth = 64;

const minInt64 = -(2n ** 63n);
const maxUint64 = 2n ** 64n - 1n;

/** A message that can travel, taken from what a user gave. */
export interface MessageCopy {
  /** A deep copy without `undefined`, frozen: sender and receivers share nothing (M1). */
  readonly message: Message;
  /** At least as many bytes as msgpack needs for it. */
  readonly atMostBytes: number;
}

/** Thrown on the way down; the path is put together on the way up, so that a good message pays nothing for it. */
class Refusal extends Error {
  readonly path: (string | number)[] = [];
}

/** Bytes of the copy that is being made: a module variable is several times cheaper here than passing sums around. */
let bytes = 0;

/**
 * Checks that `message` can travel and copies it. Throws `MessageInvalid`, which names the value.
 *
 * May travel: text, finite numbers, 64-bit integers, booleans, null, dates, bytes, and lists and plain objects of
 * these (A4); `undefined` in an object counts as a missing key. The type must be no protocol's (X10).
 */
export function copyMessage(message: Message): MessageCopy {
  const type: unknown = message?.type;
  const typeProblem = messageTypeProblem(type);
  if (typeProblem !== undefined) throw new MessageInvalid({ type, path: [], problem: typeProblem });
  bytes = 0;
  try {
    return { message: copyValue(message, 0) as Message, atMostBytes: bytes };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw new MessageInvalid({ type, path: thrown.path, problem: thrown.message });
  }
}

/** Why a message of this type may not travel over a layer; `undefined` when it may. */
export function messageTypeProblem(type: unknown): string | undefined {
  if (typeof type !== "string" || type === "") return "has no type";
  if (isProtocolType(type)) return "has a type that only a protocol server or worker may send";
  return isLayerType(type) ? "has a type that only the layer itself may send" : undefined;
}

/** Whether only the layer itself sends messages of this type. */
export function isLayerType(type: string): boolean {
  return type.startsWith("layer.") || type.startsWith("presence.");
}

function copyValue(value: unknown, depth: number): MessageValue {
  bytes += 9;
  switch (typeof value) {
    case "string":
      bytes += value.length * 3;
      return value;
    case "number":
      // msgpack's integers have no -0, so it becomes 0 on every layer.
      if (Number.isFinite(value)) return value + 0;
      throw new Refusal(`is ${value}, not a finite number`);
    case "boolean":
      return value;
    case "bigint":
      if (value >= minInt64 && value <= maxUint64) return value;
      throw new Refusal("is an integer of more than 64 bits");
    case "object":
      return value === null ? null : copyObject(value, depth + 1);
    case "undefined":
      throw new Refusal("is undefined in a list");
    case "function":
    case "symbol":
    default:
      throw new Refusal(`is a ${typeof value}`);
  }
}

function copyObject(value: object, depth: number): MessageValue {
  if (depth > maxDepth) throw new Refusal(`is nested deeper than ${maxDepth} levels, or contains itself`);
  if (Array.isArray(value)) return copyList(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return copyPlain(value as Record<string, unknown>, depth);
  if (value instanceof Uint8Array) {
    bytes += value.byteLength;
    return Buffer.from(value);
  }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new Refusal("is an invalid date");
    bytes += 6;
    return new Date(value);
  }
  throw new Refusal(`is a ${value.constructor?.name ?? "object with a prototype of its own"}, not a plain object`);
}

function copyList(list: readonly unknown[], depth: number): MessageValue {
  const copy: MessageValue[] = [];
  let index = 0;
  try {
    for (; index < list.length; index++) copy.push(copyValue(list[index], depth));
  } catch (thrown) {
    throw extendPath(thrown, index);
  }
  return Object.freeze(copy);
}

function copyPlain(object: Record<string, unknown>, depth: number): MessageValue {
  const copy: Record<string, MessageValue> = {};
  let key = "";
  try {
    for (key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined) continue;
      if (key === "__proto__") throw new Refusal("is a key that objects give a meaning of its own");
      bytes += 5 + key.length * 3;
      copy[key] = copyValue(value, depth);
    }
  } catch (thrown) {
    throw extendPath(thrown, key);
  }
  return Object.freeze(copy);
}

function extendPath(thrown: unknown, key: string | number): unknown {
  if (thrown instanceof Refusal) thrown.path.unshift(key);
  return thrown;
}

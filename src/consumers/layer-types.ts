import { isProtocolType } from "../core/index.js";
import { forwardedTypes } from "./broadcast/forward.js";

const known = new WeakMap<object, ReadonlySet<string>>();

/**
 * The message types that the channel layer may deliver to a consumer: the names of its methods that hold a dot and are
 * not a protocol's, and what it forwards. Worked out once per class.
 */
export function layerTypes(consumer: object): ReadonlySet<string> {
  let types = known.get(consumer.constructor);
  if (types === undefined) {
    const prototype = Object.getPrototypeOf(consumer) as object;
    const handled = methodNames(prototype).filter((name) => name.includes(".") && !isProtocolType(name));
    types = new Set([...handled, ...forwardedTypes(consumer)]);
    known.set(consumer.constructor, types);
  }
  return types;
}

function methodNames(prototype: object): string[] {
  const names: string[] = [];
  for (let level = prototype; level !== Object.prototype; level = Object.getPrototypeOf(level) as object) {
    names.push(...Object.getOwnPropertyNames(level));
  }
  return names;
}

import { isProtocolType } from "../core/index.js";

const known = new WeakMap<object, ReadonlySet<string>>();

/**
 * The message types that the channel layer may deliver to a consumer class: the names of its methods that hold a dot
 * and are not a protocol's. Worked out once per class.
 */
export function layerTypes(consumerClass: { readonly prototype: object }): ReadonlySet<string> {
  let types = known.get(consumerClass);
  if (types === undefined) {
    types = new Set(methodNames(consumerClass.prototype).filter((name) => name.includes(".") && !isProtocolType(name)));
    known.set(consumerClass, types);
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

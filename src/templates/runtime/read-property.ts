import { Drop } from "liquidjs";

import { isShownInTemplates } from "../../core/index.js";
import { SafeString } from "../safe-string.js";

const { hasOwn } = Object;

/**
 * What a template may read as `object.name`: own properties, the getters and methods that the object shows, and `size`,
 * `first` and `last` of texts and lists. Functions are called. Nothing that is inherited otherwise.
 */
export function readProperty(object: unknown, key: unknown): unknown {
  if (typeof object === "object" && object !== null && typeof key === "string" && hasOwn(object, key)) {
    const value = (object as Record<string, unknown>)[key];
    return typeof value === "function" ? (value.call(object) as unknown) : value;
  }
  return readOther(object, key instanceof Drop ? key.valueOf() : key);
}

function readOther(object: unknown, key: unknown): unknown {
  if (object === null || object === undefined) return undefined;
  if (typeof key !== "string" && typeof key !== "number") return undefined;
  if (Array.isArray(object)) return readList(object, key);
  if (object instanceof SafeString) return readOther(object.toString(), key);
  const target = Object(object) as Record<string, unknown>;
  if (hasOwn(target, key)) {
    const value = target[key];
    return typeof value === "function" ? (value.call(object) as unknown) : value;
  }
  if (typeof object === "object") {
    if (typeof target["toLiquid"] === "function") return readProperty(target["toLiquid"](), key);
    const name = String(key);
    if (isShownInTemplates(target, name) || (object instanceof Drop && !(name in Drop.prototype))) {
      const value = target[key];
      if (value === undefined && object instanceof Drop) return object.liquidMethodMissing(key, {} as never);
      return typeof value === "function" ? (value.call(object) as unknown) : value;
    }
  }
  return key === "size" ? sizeOf(object) : undefined;
}

function readList(list: readonly unknown[], key: string | number): unknown {
  if (typeof key === "number") return list[key < 0 ? list.length + key : key];
  if (key === "size") return list.length;
  if (key === "first") return list[0];
  if (key === "last") return list.at(-1);
  return hasOwn(list, key) ? (list as unknown as Record<string, unknown>)[key] : undefined;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

/** Whether `object`, which could be awaited, has something of its own under `name`: `room.messages.count`. */
export function showsBeforeAwait(object: unknown, name: unknown): boolean {
  return typeof name === "string" && isShownInTemplates(object as object, name);
}

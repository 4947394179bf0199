import { Context, Drop } from "liquidjs";

import { isShownInTemplates } from "../core/index.js";
import { SafeString } from "./safe-string.js";

/**
 * What a template may read as `object.name`: own properties, the getters and methods that the object shows, and `size`,
 * `first` and `last` of texts and lists. Functions are called. Nothing that is inherited otherwise.
 */
export function readProperty(object: unknown, name: unknown): unknown {
  if (object === null || object === undefined) return object;
  const key = name instanceof SafeString ? name.toString() : (name as string);
  const held: unknown = object instanceof SafeString ? object.toString() : object;
  if (Array.isArray(held)) return readList(held, key);
  const target = Object(held) as Record<string, unknown>;
  const isReadable = Object.hasOwn(target, key) || (typeof key === "string" && isShownInTemplates(target, key));
  if (!isReadable && !(held instanceof Drop)) return key === "size" ? sizeOf(held) : undefined;
  const value = target[key];
  return typeof value === "function" ? value.call(held) : value;
}

function readList(list: readonly unknown[], key: string | number): unknown {
  if (typeof key === "number") return list[key < 0 ? list.length + key : key];
  if (key === "size") return list.length;
  if (key === "first") return list[0];
  if (key === "last") return list.at(-1);
  return Object.hasOwn(list, key) ? (list as unknown as Record<string, unknown>)[key] : undefined;
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

/** The names that a template knows while it is rendered. */
export class PageScope extends Context {
  override readProperty(object: never, name: never): never {
    return readProperty(object, name) as never;
  }

  override spawn(scope: object = {}): Context {
    const { opts, globals, sync, memoryLimit, renderLimit, liquid } = this;
    return new PageScope(scope, opts, { globals, sync }, { memoryLimit, renderLimit, liquid });
  }
}

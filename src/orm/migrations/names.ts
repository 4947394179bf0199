import type { Operation } from "./operations/operation.js";

/** How long the part of a name that tells of the operations may be (Django's). */
const maxLength = 52;

/** The number at the begin of a migration's name, or 0. */
export function numberOf(name: string): number {
  return Number(/^\d+/.exec(name)?.[0] ?? 0);
}

/** `0007_room_topic`: the next number of an app, and what the operations do. */
export function suggestName(operations: readonly Operation[], before: readonly string[]): string {
  const number = Math.max(0, ...before.map(numberOf)) + 1;
  return `${String(number).padStart(4, "0")}_${before.length === 0 ? "initial" : suggestTitle(operations)}`;
}

/** What the operations do, in a name; by the time where they do not tell. */
export function suggestTitle(operations: readonly Operation[]): string {
  const fragments = operations
    .map((operation) => operation.nameFragment?.replaceAll(/\W+/g, "_"))
    .filter((fragment) => fragment !== undefined);
  const [first, ...rest] = fragments;
  if (first === undefined || fragments.length < operations.length) {
    const [day = "", time = ""] = new Date().toISOString().split("T");
    return first === undefined
      ? `auto_${day.replaceAll("-", "")}_${time.slice(0, 5).replace(":", "")}`
      : `${cut(first)}_and_more`;
  }
  let title = cut(first);
  for (const fragment of rest) {
    if (title.length + fragment.length + 1 > maxLength) return `${title}_and_more`;
    title += `_${fragment}`;
  }
  return title;
}

function cut(fragment: string): string {
  return fragment.slice(0, maxLength);
}

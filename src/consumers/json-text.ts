/** The value whose JSON was made last, where nothing can change it. */
let known: object | undefined;
let textOfKnown = "";

/**
 * The JSON of a value; `undefined` for what has none. A message of a group is one object for all the consumers of a
 * process, which nobody can change: its JSON is made for the first of them, and the others get the same text.
 */
export function jsonText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !Object.isFrozen(value)) return JSON.stringify(value);
  if (value === known) return textOfKnown;
  const text = JSON.stringify(value);
  if (isPlainAndFrozen(value)) {
    known = value;
    textOfKnown = text;
  }
  return text;
}

/** Whether neither this nor anything in it can change: no dates or bytes, whose contents cannot be frozen, and no code. */
function isPlainAndFrozen(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  if (!Object.isFrozen(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === Array.prototype || prototype === null;
  return isPlain && Object.values(value).every(isPlainAndFrozen);
}

import { type Definition, dataOf, definitionKey } from "../state/definitions.js";

/** What must be done to a list of indexes or constraints. */
export interface DefinitionChanges<T extends Definition> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  /** The same under another name. */
  readonly renamed: readonly (readonly [T, T])[];
  /** The same for the database: only what people are told differs. */
  readonly retold: readonly (readonly [T, T])[];
}

/** Parts of a constraint that the database does not know of. */
const toldOnly: ReadonlySet<string> = new Set([
  "code",
  "message",
  "violationCode",
  "violationErrorCode",
  "violationErrorMessage",
  "violationMessage",
]);

/** Compares two lists of indexes, or of constraints. */
export function compareDefinitions<T extends Definition>(from: readonly T[], to: readonly T[]): DefinitionChanges<T> {
  const removed = subtract(from, to);
  const added = subtract(to, from);
  const pairs = (keyOf: (one: T) => string): (readonly [T, T])[] => {
    const found: (readonly [T, T])[] = [];
    for (const old of removed.slice()) {
      const match = added.find((one) => keyOf(one) === keyOf(old));
      if (match === undefined) continue;
      removed.splice(removed.indexOf(old), 1);
      added.splice(added.indexOf(match), 1);
      found.push([old, match]);
    }
    return found;
  };
  const retold = pairs((one) => keyWithout(one, toldOnly));
  const renamed = pairs((one) => keyWithout(one, new Set(["name"])));
  return { added, removed, renamed, retold };
}

/** Those of `all` that are not in `others`; of equal ones as many as there are more. */
function subtract<T extends object>(all: readonly T[], others: readonly T[]): T[] {
  const keys = others.map((one) => definitionKey(one));
  return all.filter((one) => {
    const place = keys.indexOf(definitionKey(one));
    if (place >= 0) keys.splice(place, 1);
    return place < 0;
  });
}

/** A definition as text, without some of what it says, and of its options. */
function keyWithout(definition: object, names: ReadonlySet<string>): string {
  const { options, ...data } = dataOf(definition);
  const without = (given: object) => Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name)));
  const told = typeof options === "object" && options !== null ? { options: without(options) } : {};
  return definitionKey({ ...without(data), ...told });
}

/**
 * What happens to the rows that refer to a row which is deleted:
 *
 * - `cascade`: they are deleted too.
 * - `protect`: the deletion is refused with `ProtectedError`.
 * - `restrict`: it is refused, unless they are deleted anyway through another relation.
 * - `setNull`, `setDefault`: the reference becomes null, or the field's default.
 * - `setTo(value)`: the reference becomes that value, or what a function gives.
 * - `doNothing`: nothing; the database refuses when its constraint breaks.
 * - `dbCascade`, `dbSetNull`, `dbSetDefault`: the database does it by itself. Nobody is told of the rows that go.
 */
export type OnDelete =
  | "cascade"
  | "protect"
  | "restrict"
  | "setNull"
  | "setDefault"
  | "doNothing"
  | "dbCascade"
  | "dbSetNull"
  | "dbSetDefault"
  | SetTo;

/** Made by `setTo`. */
export class SetTo {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /** The value for rows whose reference is cut now. */
  async current(): Promise<unknown> {
    return typeof this.value === "function" ? await (this.value as () => unknown)() : this.value;
  }
}

/**
 * For `onDelete`: rows that refer to a deleted row refer to `value` instead, an instance, a key or null. A function is
 * called, and awaited, at each deletion.
 */
export function setTo(value: unknown): SetTo {
  return new SetTo(value);
}

/** What the database is told to do with the rows that refer to a deleted one; empty where that is left to Hotclub. */
export function databaseAction(onDelete: OnDelete): string {
  if (onDelete === "dbCascade") return " ON DELETE CASCADE";
  if (onDelete === "dbSetNull") return " ON DELETE SET NULL";
  return onDelete === "dbSetDefault" ? " ON DELETE SET DEFAULT" : "";
}

/** Whether a deletion leaves the rows that refer to it alone. */
export function isLeftAlone(onDelete: OnDelete): boolean {
  return onDelete === "doNothing" || databaseAction(onDelete) !== "";
}

/** A value as a form sends it: nothing for null and `undefined`, JSON for objects that have no text of their own. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  // oxlint-disable-next-line typescript/no-base-to-string -- no object gets here
  if (typeof value !== "object") return String(value);
  if (value instanceof Date) return value.toISOString();
  const isPlain = value.toString === Object.prototype.toString || Array.isArray(value);
  // oxlint-disable-next-line typescript/no-base-to-string -- only where it is not the one of every object
  return isPlain ? JSON.stringify(value, withoutBigInts) : String(value);
}

/** JSON has no whole numbers of any size. */
function withoutBigInts(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

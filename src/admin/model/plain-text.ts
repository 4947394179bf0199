/** A value that is no object, as text. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlain = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isPlain ? value.toString() : "";
}

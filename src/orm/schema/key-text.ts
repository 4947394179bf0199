/** A primary key as text, for finding rows again by it: two keys have the same text if they are equal. */
export function keyText(key: unknown): string {
  if (Array.isArray(key)) return JSON.stringify(key.map(keyText));
  return key instanceof Date ? key.toISOString() : String(key);
}

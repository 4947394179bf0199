import { createHash } from "node:crypto";

/** `sentAt` as `sent_at`, `HTTPLog` as `http_log`: how names look in the database. */
export function snakeCase(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** PostgreSQL cuts identifiers after 63 bytes, without an error unless two become the same. */
const maxNameBytes = 63;

/**
 * `table_column_1a2b3c4d_suffix`, cut to fit every database; the same on each machine, different for other columns and
 * for more that is said beside them.
 */
export function shortName(table: string, columns: readonly string[], suffix: string, more?: string): string {
  const digest = createHash("sha256")
    .update([table, ...columns, suffix, ...(more === undefined ? [] : [more])].join("\0"))
    .digest("hex")
    .slice(0, 8);
  const tail = `_${digest}_${suffix}`;
  return cut([table, ...columns].join("_"), maxNameBytes - Buffer.byteLength(tail)) + tail;
}

function cut(text: string, maxBytes: number): string {
  let kept = text;
  while (Buffer.byteLength(kept) > maxBytes) kept = kept.slice(0, -1);
  return kept;
}

/** Whether every database keeps `name` as it is. */
export function fitsAsName(name: string): boolean {
  return name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= maxNameBytes;
}

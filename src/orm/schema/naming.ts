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
  return nameWithTail([table, ...columns].join("_"), tail);
}

/** `name` and `tail`, of `name` as much as fits beside it: whole characters, as PostgreSQL cuts names of its own. */
export function nameWithTail(name: string, tail: string): string {
  const bytes = Buffer.from(name).subarray(0, maxNameBytes - Buffer.byteLength(tail));
  // As of a stream, a character that is not there to its end is kept back.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true }) + tail;
}

/** Whether every database keeps `name` as it is. */
export function fitsAsName(name: string): boolean {
  const isKept = !name.includes("\0") && !/\p{Surrogate}/u.test(name);
  return name !== "" && isKept && Buffer.byteLength(name) <= maxNameBytes;
}

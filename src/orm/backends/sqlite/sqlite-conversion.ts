import type { Change } from "../table-changes.js";
import type { ColumnShape } from "../table-shape.js";

/**
 * SQL for what is in a column whose type changes. What is not said here, SQLite converts by itself when it stores the
 * value (https://sqlite.org/datatype3.html §3).
 */
export function sqliteConversion(value: string, { from, to }: Change<ColumnShape>): string {
  const [before, after] = [from.columnType.kind, to.columnType.kind];
  if (before === after) return value;
  if (before === "dateTime" && after === "date") return `strftime('%Y-%m-%d', ${value} / 1000.0, 'unixepoch')`;
  if (before === "date" && after === "dateTime") return `CAST(strftime('%s', ${value}) AS INTEGER) * 1000`;
  if (before === "dateTime" && after === "text") {
    return `strftime('%Y-%m-%d %H:%M:%f+00', ${value} / 1000.0, 'unixepoch')`;
  }
  if (before === "text" && after === "dateTime") {
    // SQLite takes a zone only with its minutes, and text from above has +00.
    const text = `CASE WHEN ${value} LIKE '%+00' THEN substr(${value}, 1, length(${value}) - 3) ELSE ${value} END`;
    return `CAST(round((julianday(${text}) - 2440587.5) * 86400000) AS INTEGER)`;
  }
  if (before === "boolean" && after === "text") return `CASE ${value} WHEN 0 THEN 'false' ELSE 'true' END`;
  if (before === "text" && after === "boolean")
    return `CASE lower(${value}) WHEN 'true' THEN 1 WHEN 't' THEN 1 WHEN '1' THEN 1 ELSE 0 END`;
  if (before === "integer" && after === "boolean") return `${value} <> 0`;
  return value;
}

/** Kinds of columns whose values SQLite itself can make of each other, with the help of the SQL above. */
const simple: ReadonlySet<string> = new Set(["serial", "integer", "float", "text", "boolean", "dateTime", "date"]);

/** Whether values must go through their fields, because SQLite knows them only as something else. */
export function needsFields({ from, to }: Change<ColumnShape>): boolean {
  const [before, after] = [from.columnType, to.columnType];
  if (simple.has(before.kind) && simple.has(after.kind)) return false;
  return JSON.stringify(before) !== JSON.stringify(after);
}

import type { Change } from "../table-changes.js";
import type { ColumnShape } from "../table-shape.js";
import { postgresDialect } from "./postgres-dialect.js";

/** SQL for what is in a column whose type changes, where PostgreSQL has no cast that does it. */
export function postgresConversion({ from, to }: Change<ColumnShape>): string {
  const value = postgresDialect.quote(to.name);
  const [before, after] = [from.columnType.kind, to.columnType.kind];
  if (before === "dateTime" && after === "date") return `(${value} AT TIME ZONE 'UTC')::date`;
  if (before === "date" && after === "dateTime") return `${value}::timestamp AT TIME ZONE 'UTC'`;
  if (before === "boolean" && after !== "text") return `${value}::integer`;
  if (after === "boolean" && before !== "text") return `${value} <> 0`;
  // Without the length: a cast to varchar(5) would cut what is longer, instead of refusing it.
  const base = to.type.replace(/\(\d+\)$/, "");
  return `${value}::${base}`;
}

import type { Database } from "../database/database.js";
import { NotSupported } from "../errors.js";
import { oneOf } from "../expressions/one-of.js";

/** Options of `explain`: those of PostgreSQL's EXPLAIN, which SQLite has none of. */
export interface ExplainOptions {
  /** Run the query and measure it. Default false. */
  readonly analyze?: boolean;
  readonly verbose?: boolean;
  /** Whether to tell what is estimated that it costs. Default true. */
  readonly costs?: boolean;
  readonly settings?: boolean;
  readonly buffers?: boolean;
  /** With `analyze`. */
  readonly wal?: boolean;
  /** With `analyze`. Default true. */
  readonly timing?: boolean;
  readonly summary?: boolean;
  /** The plan that is made without looking at the values. PostgreSQL 16 and later. */
  readonly genericPlan?: boolean;
  /** PostgreSQL 17 and later. */
  readonly memory?: boolean;
  readonly format?: "text" | "json" | "xml" | "yaml";
}

const flags = {
  analyze: "ANALYZE",
  verbose: "VERBOSE",
  costs: "COSTS",
  settings: "SETTINGS",
  buffers: "BUFFERS",
  wal: "WAL",
  timing: "TIMING",
  summary: "SUMMARY",
  genericPlan: "GENERIC_PLAN",
  memory: "MEMORY",
} as const;

/** The database's plan for a query. */
export async function explainText(
  database: Database,
  sql: string,
  parameters: readonly unknown[],
  { format = "text", ...options }: ExplainOptions,
  signal?: AbortSignal,
): Promise<string> {
  if (sql === "") return "No query: there can be no rows.";
  oneOf("The format of explain", format, ["text", "json", "xml", "yaml"]);
  const chosen = Object.entries(flags).flatMap(([name, word]) => {
    const value = options[name as keyof typeof flags];
    return value === undefined ? [] : [`${word} ${value ? "ON" : "OFF"}`];
  });
  if (format !== "text") chosen.push(`FORMAT ${format.toUpperCase()}`);
  if (database.engine === "sqlite") {
    if (chosen.length > 0) throw new NotSupported({ feature: "option of EXPLAIN", engine: "SQLite" });
    const { rows } = await database.query(`EXPLAIN QUERY PLAN ${sql}`, parameters, { signal });
    return rows.map((row) => String(row[3])).join("\n");
  }
  const list = chosen.length === 0 ? "" : `(${chosen.join(", ")}) `;
  const { rows } = await database.query(`EXPLAIN ${list}${sql}`, parameters, { signal });
  return rows.map(([line]) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
}

import type { Database } from "../database/database.js";
import { NotSupported } from "../errors.js";

/** Options of `explain`. */
export interface ExplainOptions {
  /** Run the query and measure it. PostgreSQL only. Default false. */
  readonly analyze?: boolean;
  /** PostgreSQL only: how much it tells. */
  readonly verbose?: boolean;
  readonly buffers?: boolean;
  readonly format?: "text" | "json" | "xml" | "yaml";
}

/** The database's plan for a query. */
export async function explainText(
  database: Database,
  sql: string,
  parameters: readonly unknown[],
  { analyze = false, verbose = false, buffers = false, format = "text" }: ExplainOptions,
): Promise<string> {
  if (sql === "") return "No query: there can be no rows.";
  if (database.engine === "sqlite") {
    if (analyze || verbose || buffers || format !== "text") {
      throw new NotSupported({ feature: "option of EXPLAIN", engine: "SQLite" });
    }
    const { rows } = await database.query(`EXPLAIN QUERY PLAN ${sql}`, parameters);
    return rows.map((row) => String(row[3])).join("\n");
  }
  const options = [
    analyze ? "ANALYZE" : "",
    verbose ? "VERBOSE" : "",
    buffers ? "BUFFERS" : "",
    format === "text" ? "" : `FORMAT ${format.toUpperCase()}`,
  ].filter((one) => one !== "");
  const list = options.length === 0 ? "" : `(${options.join(", ")}) `;
  const { rows } = await database.query(`EXPLAIN ${list}${sql}`, parameters);
  return rows.map(([line]) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
}

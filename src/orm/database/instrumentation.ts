import { channel } from "node:diagnostics_channel";

/** What `hotclub:orm:query` tells of each query, when it is done. */
export interface QueryMessage {
  /** The alias of the database. */
  readonly database: string;
  readonly sql: string;
  /** How many parameters there were. Their values are not told: they may be secrets. */
  readonly parameterCount: number;
  readonly durationMs: number;
  /** Rows given or changed. */
  readonly rowCount: number;
  readonly error: unknown;
}

/** The diagnostics channel of queries. Costs nothing while nobody listens. */
export const queryChannel = channel("hotclub:orm:query");

import { QueryAborted } from "../database-errors.js";

/** The error for what was not run, or not to its end, because `signal` was aborted. */
export function abortedBy(signal: AbortSignal, sql?: string): QueryAborted {
  const problem = "The query was aborted by its signal.";
  return new QueryAborted({ problem, ...(sql !== undefined && { sql }) }, { cause: signal.reason });
}

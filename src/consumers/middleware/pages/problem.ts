import type { Issue } from "../../../core/index.js";

/**
 * An error as clients of an API read it: `application/problem+json` (RFC 9457), with the `code` and `issues` that the
 * errors of actions have, too.
 */
export interface Problem {
  /** The name of the status: `Not Found`. */
  readonly title: string;
  readonly status: number;
  /** What was wrong. */
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  readonly issues?: readonly Issue[];
}

export const problemType = "application/problem+json";

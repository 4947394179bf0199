import type { Operation } from "../operations/operation.js";

/** Why an operation is not one for a database that is in use, and how to do it instead. */
export interface SafetyProblem {
  readonly migration: string;
  readonly operation: Operation;
  /** `breaks`: the code that runs still would fail. `locks`: the table could not be used meanwhile. */
  readonly kind: "breaks" | "locks";
  /** What would happen, as a sentence. */
  readonly problem: string;
  /** What to do instead, step by step. */
  readonly steps: readonly string[];
}

/** What a rule says of an operation. */
export type Finding = Omit<SafetyProblem, "migration" | "operation">;

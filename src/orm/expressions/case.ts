import type { Argument, ArgumentResult } from "../typing/result.js";
import { nodeOf } from "./arguments.js";
import { conditionNodeOf } from "./condition.js";
import { Expression } from "./expression.js";
import type { CaseExpression } from "./nodes.js";

/** One branch of a `Case`. Made by `When`. */
export interface Branch<out Result = unknown> {
  readonly branch: CaseExpression["branches"][number];
  /** In types only. */
  readonly result?: Result;
}

/** A branch of `Case`: what it gives where the condition holds. Text is a path; for a text itself use `Value`. */
export function When<const A extends Argument>(condition: object, then: A): Branch<ArgumentResult<A>> {
  return { branch: Object.freeze({ when: conditionNodeOf(condition), result: nodeOf(then) }) };
}

/** What one of the branches gives: each may give something else, such as a value and what is at a path. */
type BranchResult<B> = B extends Branch<infer R> ? R : never;

/**
 * What the first branch gives whose condition holds, else `otherwise`, else null.
 *
 * ```ts
 * Message.annotate({ size: Case([When({ likes__gt: 9 }, Value("big"))], { otherwise: Value("small") }) });
 * ```
 */
export function Case<const B extends Branch, const A extends Argument = null>(
  branches: readonly B[],
  { otherwise }: { readonly otherwise?: A } = {},
): Expression<never, BranchResult<B> | ArgumentResult<A>> {
  return new Expression({
    kind: "case",
    branches: branches.map(({ branch }) => branch),
    otherwise: otherwise === undefined ? undefined : nodeOf(otherwise),
  });
}

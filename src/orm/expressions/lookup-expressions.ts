import { nodeOf } from "./arguments.js";
import { Condition } from "./condition.js";
import { Expression } from "./expression.js";

/** A condition on an expression, as `filter` would make one on a field. */
function comparing(lookup: string) {
  return (left: string | Expression, right: unknown): Condition =>
    new Condition({ kind: "compare", left: nodeOf(left), lookup, right });
}

/**
 * Lookups on expressions: `filter(GreaterThan(Length("text"), 5))`, `When(Exact(F("likes"), 0), …)`. A path or an
 * expression on the left; a value or an expression on the right. `lookup` names any other lookup, your own too.
 */
export const Exact = comparing("exact");
export const IExact = comparing("iexact");
export const GreaterThan = comparing("gt");
export const GreaterThanOrEqual = comparing("gte");
export const LessThan = comparing("lt");
export const LessThanOrEqual = comparing("lte");
export const In = comparing("in");
export const Contains = comparing("contains");
export const IContains = comparing("icontains");
export const StartsWith = comparing("startswith");
export const IStartsWith = comparing("istartswith");
export const EndsWith = comparing("endswith");
export const IEndsWith = comparing("iendswith");
export const Range = comparing("range");
export const IsNull = comparing("isnull");
export const Regex = comparing("regex");
export const IRegex = comparing("iregex");

/** The lookup called `name` on an expression. */
export function lookup(left: string | Expression, name: string, right: unknown): Condition {
  return comparing(name)(left, right);
}

/** A condition as an expression that is true or false, for `annotate` and `orderBy`. */
export function Test(condition: Condition<object>): Expression<boolean, boolean> {
  return new Expression({ kind: "test", condition: condition.node });
}

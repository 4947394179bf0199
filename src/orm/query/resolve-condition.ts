import { LookupValueInvalid } from "../errors.js";
import type { ConditionNode } from "../expressions/nodes.js";
import { Expression } from "../expressions/expression.js";
import { comparable } from "../lookups/comparison.js";
import { ProblemFound } from "../fields/problem.js";
import type { Operand } from "../lookups/lookup.js";
import type { Condition, QueryShape } from "./operation.js";
import { resolveLookup, resolveLookupOn, type LookupTarget } from "./path.js";
import { queryStateOf, queryStateOfState, withWindow } from "./query-state.js";
import type { QueryScope, Resolved } from "./resolved.js";
import { plain } from "./resolved-parts.js";

/** A condition that is understood, and its shape as text. */
export interface ResolvedCondition {
  readonly key: string;
  readonly condition: Condition;
}

/** Understands an expression; handed in, because expressions have conditions in them and conditions expressions. */
export type ExpressionResolver = (node: Expression["node"], scope: QueryScope, values: unknown[]) => Resolved;

/** Understands a condition. Its values are added to `values`, which begin with those of the query so far. */
export function resolveConditionWith(
  resolve: ExpressionResolver,
  node: ConditionNode,
  scope: QueryScope,
  values: unknown[],
): ResolvedCondition {
  const again = (item: ConditionNode): ResolvedCondition => resolveConditionWith(resolve, item, scope, values);
  switch (node.kind) {
    case "where": {
      const parts = Object.entries(node.where).map(([path, value]) => {
        const { key, condition } = resolveComparison(resolve, resolveLookup(scope, path), value, scope, values);
        return { key: `${JSON.stringify(path)}${key}`, condition };
      });
      return group("all", parts);
    }
    case "not": {
      const { key, condition } = again(node.item);
      return { key: `!(${key})`, condition: Object.freeze<Condition>({ kind: "not", item: condition }) };
    }
    case "holds": {
      const expression = resolve(node.expression, scope, values);
      return { key: expression.key, condition: Object.freeze<Condition>({ kind: "test", expression }) };
    }
    case "compare": {
      const left = resolve(node.left, scope, values);
      const names = node.lookup.split("__");
      const target = resolveLookupOn(scope, left, names, node.lookup);
      const { key, condition } = resolveComparison(resolve, target, node.right, scope, values);
      return { key: `${left.key} ${node.lookup}${key}`, condition };
    }
    case "all":
    case "any":
    case "odd":
    default:
      return group(node.kind, node.items.map(again));
  }
}

function group(kind: "all" | "any" | "odd", parts: readonly ResolvedCondition[]): ResolvedCondition {
  return {
    key: `${kind}(${parts.map((part) => part.key).join(",")})`,
    condition: Object.freeze<Condition>({ kind, items: parts.map((part) => part.condition) }),
  };
}

/** A lookup with its right side: a value, a query, or an expression. */
export function resolveComparison(
  resolve: ExpressionResolver,
  target: LookupTarget,
  value: unknown,
  scope: QueryScope,
  values: unknown[],
): ResolvedCondition {
  const slot = values.length;
  if (value === undefined) throw invalidValue(target, "is undefined; leave the key out, or give null");
  if (typeof value === "object" && value !== null) {
    const query = queryStateOf(value) ?? subqueryOf(value, target);
    if (query !== undefined) {
      const { shape, values: inner } = withWindow(query);
      checkInnerQuery(target, shape);
      values.push(...inner);
      return { key: `:q${shape.id}`, condition: Object.freeze({ kind: "query", target, query: shape, slot }) };
    }
    if (value instanceof Expression) {
      if (target.lookup.buildWith === undefined) {
        throw invalidValue(target, `is an expression, which ${target.lookup.name} cannot compare with`);
      }
      const expression = resolve((value as Expression).node, scope, values);
      return { key: `:e${expression.key}`, condition: Object.freeze({ kind: "expression", target, expression }) };
    }
    if (hasExpression(value)) return resolveList(resolve, target, value, scope, values);
  }
  const variant = convert(target, () => target.lookup.accept(value, target.operand, values));
  return {
    // How many values there are belongs to the shape, where lists are taken apart.
    key: `:${JSON.stringify(variant)}${values.length - slot}`,
    condition: Object.freeze({ kind: "lookup", target, variant, slot }),
  };
}

/** Whether it is a list with something in it that the database computes. */
export function hasExpression(value: object): value is readonly unknown[] {
  return Array.isArray(value) && value.some((item) => item instanceof Expression);
}

/** The query of a `Subquery` that values are to be among. */
function subqueryOf(value: object, { lookup }: LookupTarget): ReturnType<typeof queryStateOf> {
  if (lookup.name !== "in" || !(value instanceof Expression)) return undefined;
  const { node } = value as Expression;
  return node.kind === "subquery" && node.gives === "value" ? queryStateOfState(node.query) : undefined;
}

/** A lookup with a list of values and expressions. */
function resolveList(
  resolve: ExpressionResolver,
  target: LookupTarget,
  list: readonly unknown[],
  scope: QueryScope,
  values: unknown[],
): ResolvedCondition {
  const { lookup, operand } = target;
  if (lookup.buildWithAll === undefined) {
    throw invalidValue(target, `is a list with an expression, which ${lookup.name} cannot compare with`);
  }
  const items = lookup.name === "in" ? list.filter((item) => item !== null) : list;
  if (lookup.name === "range" && items.length !== 2) throw invalidValue(target, "is not a pair of values");
  const parts = items.map((item): Resolved => {
    if (item instanceof Expression) return resolve((item as Expression).node, scope, values);
    values.push(convert(target, () => comparable(operand, item)));
    return givenItem(operand, values.length - 1);
  });
  const [expression, ...others] = parts;
  if (expression === undefined) throw invalidValue(target, "is an empty list");
  return {
    key: `:l${parts.map(({ key }) => key).join(",")}`,
    condition: Object.freeze({ kind: "expression", target, expression, others }),
  };
}

/** The value in a slot, as one of a list. */
function givenItem(operand: Operand, slot: number): Resolved {
  const { type } = operand;
  return {
    ...plain,
    isNullable: false,
    key: "?",
    output: operand,
    build: ({ context }) => Object.freeze({ kind: "slot", index: context.slotBase + slot, type }),
  };
}

/** What `make` gives; a problem with the value is one of this lookup. */
function convert<T>(target: LookupTarget, make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    throw thrown instanceof ProblemFound ? invalidValue(target, thrown.problem.message) : thrown;
  }
}

/** Throws where `query` cannot be the right side of `target`. */
export function checkInnerQuery(target: LookupTarget, query: QueryShape): void {
  if (target.lookup.name !== "in" && target.lookup.name !== "exact") {
    throw invalidValue(target, "is a query; only in and exact compare with the rows of a query");
  }
  // Columns that the query chose itself are its own business.
  if (query.hasValues || target.left !== undefined || target.comparesWith === query.schema) return;
  const other =
    target.comparesWith === undefined ? ", which it cannot be compared with" : `, not of ${target.comparesWith.name}`;
  throw invalidValue(target, `is a query of ${query.schema.name}${other}`);
}

/** The error for a value that cannot be compared. */
export function invalidValue({ schema, path }: LookupTarget, problem: string): LookupValueInvalid {
  return new LookupValueInvalid({ model: schema.name, path, problem });
}

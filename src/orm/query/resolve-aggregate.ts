import { partsOf, type OrderNode, type ScalarNode, type SqlNode } from "../compiler/nodes.js";
import type { AggregateExpression, ExpressionNode, OrderExpression } from "../expressions/nodes.js";
import type { Operand } from "../lookups/lookup.js";
import type { Condition } from "./operation.js";
import { outputOf, outputs } from "./outputs.js";
import { resolveConditionWith, type ExpressionResolver } from "./resolve-condition.js";
import type { BuildPlace, QueryScope, Resolved } from "./resolved.js";
import { fromParts, invalid } from "./resolved-parts.js";
import { TableNode } from "./table-node.js";

/** Whether a condition is about groups rather than rows. */
export function isAggregateCondition(condition: Condition): boolean {
  switch (condition.kind) {
    case "all":
    case "any":
    case "odd":
      return condition.items.some(isAggregateCondition);
    case "not":
      return isAggregateCondition(condition.item);
    case "test":
      return condition.expression.isAggregate;
    case "expression":
      return (
        condition.expression.isAggregate ||
        condition.others?.some((other) => other.isAggregate) === true ||
        condition.target.left?.isAggregate === true
      );
    case "lookup":
    case "query":
    default:
      return condition.target.left?.isAggregate === true;
  }
}

/** Understands an aggregate. */
export function resolveAggregate(
  resolve: ExpressionResolver,
  node: AggregateExpression,
  scope: QueryScope,
  values: unknown[],
): Resolved {
  const args = node.args.map((arg) => resolve(arg, scope, values));
  const filter = node.filter === undefined ? undefined : resolveConditionWith(resolve, node.filter, scope, values);
  const orders = resolveOrders(resolve, node.orderBy, scope, values);
  const [first] = args;
  const output = outputOfAggregate(node, first?.output);
  const fallback = node.default === undefined ? undefined : resolve(defaultOf(node.default, output), scope, values);
  const { manyPaths } = fromParts(args);
  const build = (at: BuildPlace): SqlNode =>
    Object.freeze({
      kind: "aggregate",
      name: node.name,
      args: args.map((arg) => ofKey(arg.build(at), node, scope)),
      isDistinct: node.isDistinct,
      filter: filter === undefined ? undefined : at.context.condition(filter.condition, at),
      orderBy: orders.build(at),
      output: output.type,
      input: first?.output.type,
    });
  const withDefault = (at: BuildPlace, value: SqlNode): SqlNode => {
    if (fallback === undefined) return value;
    return Object.freeze({
      kind: "function",
      name: "coalesce",
      args: [value, fallback.build(at)],
      output: output.type,
    });
  };
  // Joined to the other rows of the query it would count them as often as there are rows of other relations.
  const standsAlone = scope.isStrict && !scope.hasValues && manyPaths.length > 0;
  return {
    key:
      `${node.name}${node.isDistinct ? "!" : ""}(${args.map((arg) => arg.key).join(",")};${filter?.key ?? ""};` +
      `${orders.key};${fallback?.key ?? ""})`,
    output,
    isAggregate: !standsAlone,
    isField: false,
    isNullable: true,
    // What is counted once each is not multiplied by other rows.
    manyPaths: node.isDistinct || node.name === "max" || node.name === "min" ? [] : manyPaths,
    build: (at) => withDefault(at, standsAlone ? buildAlone(at, build) : build(at)),
  };
}

/** Sums and means of decimals are decimals, with digits of their own; means of lengths of time are such. */
function outputOfAggregate({ name, output }: AggregateExpression, of: Operand | undefined): Operand {
  const kind = of?.type.kind;
  if (kind === "decimal" && (output === "float" || name === "sum")) return outputs.decimal;
  if (output === "same") return of ?? outputs.integer;
  return name === "avg" && kind === "duration" && of !== undefined ? of : outputOf(output);
}

/** A default that is a plain value is of the type that the aggregate gives. */
function defaultOf(node: ExpressionNode, { type }: Operand): ExpressionNode {
  if (node.kind !== "value" || node.output !== undefined) return node;
  return type.kind === "decimal" || type.kind === "json" ? { ...node, output: type.kind } : node;
}

/** A composite key can be counted, which its first part does as well, and nothing else. */
function ofKey(arg: SqlNode, { name, isDistinct }: AggregateExpression, scope: QueryScope): SqlNode {
  const [first = arg, another] = partsOf(arg);
  if (another === undefined) return arg;
  if (name === "count" && !isDistinct) return first;
  throw invalid(scope, "has a composite key, which can be counted and not otherwise be aggregated");
}

/** An aggregate in a query of its own, over the rows that belong to one row of the query around it. */
function buildAlone(at: BuildPlace, build: (at: BuildPlace) => SqlNode): SqlNode {
  const { schema } = at.root;
  const own = new TableNode(schema, at.context.aliases);
  own.narrowing = at.root.first.narrowing;
  const column = build({ ...at, root: own, scope: undefined, tables: undefined });
  return Object.freeze<ScalarNode>({
    kind: "scalar",
    asArray: false,
    select: {
      kind: "select",
      columns: [column],
      from: { table: schema.table, alias: own.alias },
      joins: own.joins(),
      where: {
        kind: "compare",
        operator: "=",
        left: own.column(schema.primaryKey),
        right: at.root.column(schema.primaryKey),
      },
      orderBy: [],
      limit: undefined,
      offset: undefined,
    },
  });
}

/** An order that is understood. */
export interface ResolvedOrders {
  readonly key: string;
  build(at: BuildPlace): OrderNode[];
}

/** Understands the keys of an order. */
export function resolveOrders(
  resolve: ExpressionResolver,
  orderBy: readonly OrderExpression[],
  scope: QueryScope,
  values: unknown[],
): ResolvedOrders {
  const orders = orderBy.map(({ by, isDescending, nulls }) => ({
    by: resolve(by, scope, values),
    isDescending,
    nulls,
  }));
  return {
    key: orders.map(({ by, isDescending, nulls }) => `${isDescending ? "-" : ""}${by.key}${nulls ?? ""}`).join(","),
    build: (at) => orders.map(({ by, isDescending, nulls }) => ({ by: by.build(at), isDescending, nulls })),
  };
}

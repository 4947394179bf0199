import type { Argument, ArgumentResult, Given, Mean } from "../typing/result.js";
import { nodeOf, ordersOf } from "./arguments.js";
import { conditionNodeOf } from "./condition.js";
import { Expression, type OrderBy } from "./expression.js";
import type { AggregateExpression } from "./nodes.js";

/** Options of every aggregate. */
export interface AggregateOptions<Default = unknown> {
  /** Counts only rows that meet it: keys as in `filter`, or a `Q`. */
  readonly filter?: object;
  /** Each value once. */
  readonly distinct?: boolean;
  /** What it gives where there are no rows. Default null; 0 for `Count`. */
  readonly default?: Default;
}

/** Options of aggregates that depend on the order of their rows. */
export interface OrderedAggregateOptions<Default = unknown> extends AggregateOptions<Default> {
  readonly orderBy?: string | Expression | OrderBy | readonly (string | Expression | OrderBy)[];
}

type NullUnless<D> = [D] extends [never] ? null : never;

function aggregate<V, R>(
  name: string,
  args: readonly Argument[],
  output: AggregateExpression["output"],
  options: OrderedAggregateOptions = {},
): Expression<V, R> {
  const { filter, distinct = false, orderBy } = options;
  const given = options.default;
  return new Expression({
    kind: "aggregate",
    name,
    args: args.map(nodeOf),
    output,
    isDistinct: distinct,
    filter: filter === undefined ? undefined : conditionNodeOf(filter),
    orderBy: orderBy === undefined ? [] : ordersOf(orderBy),
    default:
      given === undefined || given === null
        ? undefined
        : given instanceof Expression
          ? given.node
          : { kind: "value", value: given },
  });
}

/**
 * How many rows have a value at the path; of a relation, how many related rows there are. `"*"` counts all rows.
 *
 * Two of them over two different relations to many multiply each other, as in Django: use `distinct`, or `strict()` on
 * the query.
 */
export function Count<const A extends Argument = "*">(
  of: A = "*" as A,
  options: AggregateOptions<never> = {},
): Expression<number, A extends "*" ? number : Given<A, number>> {
  return aggregate("count", of === "*" ? [] : [of], "integer", options);
}

export function Sum<const A extends Argument, D = never>(
  of: A,
  options: AggregateOptions<D> = {},
): Expression<never, ArgumentResult<A> | NullUnless<D>> {
  return aggregate("sum", [of], "same", options);
}

/** The mean: a decimal of decimals, a length of time of such, and a number of all else. */
export function Avg<const A extends Argument, D = never>(
  of: A,
  options: AggregateOptions<D> = {},
): Expression<never, Mean<A> | NullUnless<D>> {
  return aggregate("avg", [of], "float", options);
}

export function Max<const A extends Argument, D = never>(
  of: A,
  options: AggregateOptions<D> = {},
): Expression<never, ArgumentResult<A> | NullUnless<D>> {
  return aggregate("max", [of], "same", options);
}

export function Min<const A extends Argument, D = never>(
  of: A,
  options: AggregateOptions<D> = {},
): Expression<never, ArgumentResult<A> | NullUnless<D>> {
  return aggregate("min", [of], "same", options);
}

/** Any one of the values. */
export function AnyValue<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<never, ArgumentResult<A> | null> {
  return aggregate("any_value", [of], "same", options);
}

/** The standard deviation; of a sample, rather than of the whole population, where `sample` says so. */
export function StdDev<const A extends Argument, D = never>(
  of: A,
  { sample = false, ...options }: AggregateOptions<D> & { readonly sample?: boolean } = {},
): Expression<never, Mean<A> | NullUnless<D>> {
  return aggregate(sample ? "stddev_samp" : "stddev_pop", [of], "float", options);
}

/** The variance; see `StdDev`. */
export function Variance<const A extends Argument, D = never>(
  of: A,
  { sample = false, ...options }: AggregateOptions<D> & { readonly sample?: boolean } = {},
): Expression<never, Mean<A> | NullUnless<D>> {
  return aggregate(sample ? "var_samp" : "var_pop", [of], "float", options);
}

/** All texts as one, with `delimiter` between them. */
export function StringAgg<const A extends Argument, D = never>(
  of: A,
  delimiter: string,
  options: OrderedAggregateOptions<D> = {},
): Expression<string, Given<A, string> | NullUnless<D>> {
  return aggregate("string_agg", [of, new Expression({ kind: "value", value: delimiter })], "text", options);
}

/**
 * All values as one list, as `orderBy` says; null of no rows. Instants in it are text, as in JSON of JavaScript. `Item` is
 * what the list has, where the compiler is to know: `ArrayAgg<string>("messages__text")`.
 */
export function ArrayAgg<Item = unknown>(
  of: Argument,
  options: OrderedAggregateOptions<readonly Item[]> = {},
): Expression<readonly Item[], readonly Item[] | null> {
  return aggregate("json_agg", [of], "json", options);
}

/** The same: lists of several rows are JSON on every database here. */
export const JSONBAgg = ArrayAgg;

/** The bits that every value has. */
export function BitAnd<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<number, Given<A, number> | null> {
  return aggregate("bit_and", [of], "integer", options);
}

/** The bits that an odd number of values have. Of PostgreSQL, 14 and later. */
export function BitXor<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<number, Given<A, number> | null> {
  return aggregate("bit_xor", [of], "integer", options);
}

/** The bits that any value has. */
export function BitOr<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<number, Given<A, number> | null> {
  return aggregate("bit_or", [of], "integer", options);
}

/** Whether all are true. */
export function BoolAnd<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<boolean, Given<A, boolean> | null> {
  return aggregate("bool_and", [of], "boolean", options);
}

/** Whether any is true. */
export function BoolOr<const A extends Argument>(
  of: A,
  options: AggregateOptions<never> = {},
): Expression<boolean, Given<A, boolean> | null> {
  return aggregate("bool_or", [of], "boolean", options);
}

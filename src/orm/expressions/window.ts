import type { WindowFrame } from "../compiler/nodes.js";
import type { Argument, ArgumentResult } from "../typing/result.js";
import { nodeOf, ordersOf } from "./arguments.js";
import { Expression, type OrderBy } from "./expression.js";
import type { FunctionExpression } from "./nodes.js";
import { oneOf } from "./one-of.js";

/** Options of `Window`. */
export interface WindowOptions {
  /** Rows with the same values here are one partition; paths or expressions. Default: all rows are one. */
  readonly partitionBy?: string | Expression | readonly (string | Expression)[];
  readonly orderBy?: string | Expression | OrderBy | readonly (string | Expression | OrderBy)[];
  /** Which rows around this one are looked at. Made by `RowRange`, `ValueRange` and `GroupRange`. */
  readonly frame?: WindowFrame;
}

/** Options of a frame. */
export interface FrameOptions {
  /** Leaves out the row itself, its equals with it (`group`), or its equals without it (`ties`). */
  readonly exclude?: "currentRow" | "group" | "ties";
}

const exclusions = { currentRow: "CURRENT ROW", group: "GROUP", ties: "TIES" } as const;

/** A window function or an aggregate, over rows around each row. Rows are not joined into one, as groups are. */
export function Window<V, R>(expression: Expression<V, R>, options: WindowOptions = {}): Expression<V, R> {
  const { partitionBy = [], orderBy = [], frame } = options;
  const partitions = Array.isArray(partitionBy) ? partitionBy : [partitionBy as string | Expression];
  return new Expression({
    kind: "window",
    item: expression.node,
    partitionBy: (partitions as readonly (string | Expression)[]).map(nodeOf),
    orderBy: ordersOf(orderBy),
    frame,
  });
}

function frame(unit: WindowFrame["unit"], start?: number | null, end?: number | null, options: FrameOptions = {}) {
  for (const bound of [start, end]) {
    if (bound !== null && bound !== undefined && !Number.isSafeInteger(bound))
      throw new TypeError(`A frame's bounds are whole numbers: ${JSON.stringify(bound)}`);
  }
  return Object.freeze<WindowFrame>({
    unit,
    start: start ?? undefined,
    end: end ?? undefined,
    exclude:
      options.exclude === undefined
        ? undefined
        : exclusions[oneOf("exclude", options.exclude, ["currentRow", "group", "ties"])],
  });
}

/** From `start` to `end` rows from this one: negative before it, 0 itself, null without end. */
export function RowRange(start: number | null, end: number | null, options?: FrameOptions): WindowFrame {
  return frame("ROWS", start, end, options);
}

/** The rows whose value to order by is from `start` below to `end` above this one's. */
export function ValueRange(start: number | null, end: number | null, options?: FrameOptions): WindowFrame {
  return frame("RANGE", start, end, options);
}

/** From `start` to `end` groups of equal rows from this one. */
export function GroupRange(start: number | null, end: number | null, options?: FrameOptions): WindowFrame {
  return frame("GROUPS", start, end, options);
}

function call<V, R>(name: string, args: readonly Argument[], output: FunctionExpression["output"]): Expression<V, R> {
  return new Expression({ kind: "function", name, args: args.map(nodeOf), output });
}

/** The number of the row in its partition, from 1. */
export const RowNumber = (): Expression<number, number> => call("row_number", [], "integer");
/** The rank of the row, with gaps after equal ones. */
export const Rank = (): Expression<number, number> => call("rank", [], "integer");
/** The rank of the row, without gaps. */
export const DenseRank = (): Expression<number, number> => call("dense_rank", [], "integer");
/** The rank from 0 to 1. */
export const PercentRank = (): Expression<number, number> => call("percent_rank", [], "float");
/** The part of the rows that come before or are equal, up to 1. */
export const CumeDist = (): Expression<number, number> => call("cume_dist", [], "float");
/** Which of `buckets` parts the row falls in, from 1. */
export const Ntile = (buckets: number): Expression<number, number> => call("ntile", [buckets], "integer");

export function FirstValue<const A extends Argument>(of: A): Expression<never, ArgumentResult<A>> {
  return call("first_value", [of], "same");
}

export function LastValue<const A extends Argument>(of: A): Expression<never, ArgumentResult<A>> {
  return call("last_value", [of], "same");
}

export function NthValue<const A extends Argument>(of: A, nth: number): Expression<never, ArgumentResult<A> | null> {
  return call("nth_value", [of, nth], "same");
}

/** The value so many rows before, or null. */
export function Lag<const A extends Argument>(of: A, offset = 1): Expression<never, ArgumentResult<A> | null> {
  return call("lag", [of, offset], "same");
}

/** The value so many rows after, or null. */
export function Lead<const A extends Argument>(of: A, offset = 1): Expression<never, ArgumentResult<A> | null> {
  return call("lead", [of, offset], "same");
}

import type { Shape } from "./shape.js";

/** The part of the result that `slice` asked for. */
export interface Window {
  readonly offset: number;
  readonly limit: number | undefined;
}

/** A query: its shape, and the values that fill the slots of the shape. Never changed once it is made. */
export interface QueryState {
  readonly shape: Shape;
  readonly values: readonly unknown[];
  readonly window: Window | undefined;
}

/** The slot by which code below the query set finds the state of one. */
export const queryStateKey: unique symbol = Symbol("hotclub.orm.query");

/** The state of `value` if it is a query set. */
export function queryStateOf(value: object): QueryState | undefined {
  return (value as { readonly [queryStateKey]?: QueryState })[queryStateKey];
}

/** The query with its window as a part of shape and values: what is compiled and run. */
export function withWindow({ shape, values, window }: QueryState): { shape: Shape; values: readonly unknown[] } {
  if (window === undefined) return { shape, values };
  const hasOffset = window.offset > 0;
  const sliced = shape.slice(window.limit, hasOffset);
  return { shape: sliced, values: hasOffset ? [...values, window.offset] : values };
}

import type { QueryShape } from "./operation.js";

/** The part of the result that `slice` asked for. */
export interface Window {
  readonly offset: number;
  readonly limit: number | undefined;
}

/** A query: its shape, and the values that fill the slots of the shape. Never changed once it is made. */
export interface QueryState<Shape extends QueryShape = QueryShape> {
  readonly shape: Shape;
  readonly values: readonly unknown[];
  readonly window: Window | undefined;
}

/** The slot by which code below the query set finds the state of one. */
export const queryStateKey: unique symbol = Symbol("hotclub.orm.query");

/** The shape of a query set, as code that makes shapes sees it. */
interface AnyShape extends SliceableShape<AnyShape> {}

/** The state of `value` if it is a query set. */
export function queryStateOf(value: object): QueryState<AnyShape> | undefined {
  return (value as { readonly [queryStateKey]?: QueryState<AnyShape> })[queryStateKey];
}

/** `state` as the state of a query set, which it is: expressions hold it as an object only. */
export function queryStateOfState(state: object): QueryState<AnyShape> {
  return state as QueryState<AnyShape>;
}

/** A shape that can be asked for a part of its rows. */
export interface SliceableShape<Shape> extends QueryShape {
  slice(limit: number | undefined, hasOffset: boolean): Shape;
}

/** The query with its window as a part of shape and values: what is compiled and run. */
export function withWindow<Shape extends SliceableShape<Shape>>({
  shape,
  values,
  window,
}: QueryState<Shape>): { shape: Shape; values: readonly unknown[] } {
  if (window === undefined) return { shape, values };
  const hasOffset = window.offset > 0;
  const sliced = shape.slice(window.limit, hasOffset);
  return { shape: sliced, values: hasOffset ? [...values, window.offset] : values };
}

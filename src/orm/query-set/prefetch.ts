import type { Queryable } from "../expressions/subquery.js";
import type { Key } from "../typing/lookup-path.js";
import type { RowTarget, Target } from "../typing/relation.js";

declare const prefetched: unique symbol;

/**
 * A relation to load for all rows of a query with one more query, in a way of your own: its rows filtered, ordered or
 * cut to the first few, and left in a property of another name.
 *
 * ```ts
 * const best = Prefetch("messages", { querySet: Message.orderBy("-likes").slice(0, 3), toAttr: "best" });
 * for (const room of await Room.all().prefetchRelated(best)) room.best.length;
 * ```
 */
export interface PrefetchSpec<out Path extends string = string, out Attr extends string = string, out Row = unknown> {
  readonly path: Path;
  readonly querySet: Queryable<Row> | undefined;
  readonly toAttr: Attr | undefined;
  /** In types only. */
  readonly [prefetched]?: Row;
}

/** Says how a relation is loaded by `prefetchRelated`; see `PrefetchSpec`. */
export function Prefetch<const Path extends string, Row = never, const Attr extends string = never>(
  path: Path,
  { querySet, toAttr }: { readonly querySet?: Queryable<Row>; readonly toAttr?: Attr } = {},
): PrefetchSpec<Path, Attr, Row> {
  return Object.freeze({ path, querySet, toAttr });
}

/**
 * What a row of the model `T` has of `prefetchRelated`: the properties that were named by `toAttr`, each a list, or one
 * row where the relation leads to one. Where a path goes on, the property is one of the rows in between.
 */
export type WithPrefetched<T, Row, Specs extends readonly unknown[]> = Row & {
  readonly [S in Extract<Specs[number], { readonly toAttr: string | undefined }> as AttrOf<S>]: S extends PrefetchSpec<
    infer Path,
    string,
    infer Found
  >
    ? Path extends Key<T>
      ? HeldAs<T[Path], [Found] extends [never] ? Target<T[Path]> : Found>
      : Found[]
    : never;
};

type AttrOf<S> =
  S extends PrefetchSpec<infer Path, infer Attr> ? (Path extends `${string}__${string}` ? never : Attr) : never;
type HeldAs<V, Found> = [RowTarget<V>] extends [never] ? Found[] : Found | null;

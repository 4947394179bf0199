import type { ModelClass } from "../model-class.js";
import { schemaOf } from "../schema/schema-of.js";
import { stateOf } from "../schema/instance-state.js";
import type { PrefetchHint, PrefetchPath } from "../typing/rows.js";
import { checkRelations } from "./check-relations.js";
import type { PrefetchSpec, WithPrefetched } from "./prefetch.js";
import { prefetcher } from "./prefetcher.js";

/**
 * Loads relations of instances that are there already, as `prefetchRelated` does: one query for each relation. All must
 * be of one model. Gives the same instances, typed with what `Prefetch` put into properties of its own.
 *
 * ```ts
 * const rooms = await prefetchRelatedObjects(found, "messages__author");
 * ```
 */
export async function prefetchRelatedObjects<
  T extends object,
  const Specs extends readonly (PrefetchHint<T> | PrefetchSpec)[],
>(
  instances: readonly T[],
  ...specs: Specs & {
    readonly [I in keyof Specs]: Specs[I] extends string ? PrefetchPath<T, Specs[I], Specs[I]> : Specs[I];
  }
): Promise<WithPrefetched<T, T, Specs>[]> {
  const [first] = instances;
  if (first !== undefined) {
    const schema = schemaOf(first.constructor as ModelClass);
    const made = (specs as readonly (string | PrefetchSpec)[]).map((spec) =>
      typeof spec === "string" ? { path: spec, querySet: undefined, toAttr: undefined } : spec,
    );
    for (const { path } of made) checkRelations(schema, path);
    await prefetcher()(instances, schema, made, stateOf(first)?.database);
  }
  return instances as readonly WithPrefetched<T, T, Specs>[] as WithPrefetched<T, T, Specs>[];
}

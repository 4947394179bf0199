import type { Schema } from "../schema/schema.js";
import type { PrefetchSpec } from "./prefetch.js";

/** Loads relations of rows of `schema`. */
export type Prefetcher = (
  rows: readonly object[],
  schema: Schema,
  specs: readonly PrefetchSpec[],
  using: string | undefined,
) => Promise<void>;

let installed: Prefetcher | undefined;

/** Says how relations are loaded. That is done with query sets, which stand above this file. */
export function installPrefetcher(prefetch: Prefetcher): void {
  installed = prefetch;
}

/** What was installed. */
export function prefetcher(): Prefetcher {
  if (installed === undefined) throw new Error("Relations cannot be loaded: hotclub/orm was not imported whole.");
  return installed;
}

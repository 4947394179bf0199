import type { SharedReferences } from "../schema/instance-state.js";
import type { PrefetchSpec } from "./prefetch.js";

/** What a query set carries along besides its query. */
export interface QuerySetOptions {
  /** The alias of the database. `default` unless given. */
  readonly using?: string | undefined;
  /** Called with each result before it is given out. */
  readonly onRows?: ((rows: readonly object[]) => void) | undefined;
  /** References that the rows share. */
  readonly shared?: SharedReferences | undefined;
  /** What `prefetchRelated` loads with the rows. */
  readonly prefetches?: readonly PrefetchSpec[] | undefined;
  /** The rows, where they are there already. */
  readonly rows?: readonly unknown[] | undefined;
  /** Aborts what it asks. */
  readonly signal?: AbortSignal | undefined;
  /** Whether references of the rows that are not loaded may not be. */
  readonly isStrict?: boolean | undefined;
}

/** The slot by which the files of this folder find the options of a query set. */
export const queryOptionsKey: unique symbol = Symbol("hotclub.orm.queryOptions");

/** Options of `selectForUpdate`. */
export interface LockOptions {
  /** Leave out rows that another transaction has locked. Default false. */
  readonly skipLocked?: boolean;
  /** Reject at once when another transaction has locked a row. Default false. */
  readonly noWait?: boolean;
  /** Which rows: `self` and paths of foreign keys loaded by `selectRelated`. Default: those of the model itself. */
  readonly of?: readonly string[];
  /** Let others still refer to the rows with foreign keys. PostgreSQL. Default false. */
  readonly noKey?: boolean;
  /** Only keep others from changing the rows. PostgreSQL. Default false. */
  readonly share?: boolean;
}

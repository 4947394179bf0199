/** What was loaded of an instance's sets, by name of the relation. */
interface Loaded {
  readonly rows: readonly object[];
  /** Whether it is given out once: it was loaded because a sibling's was asked for. */
  readonly isOnce: boolean;
}

const prefetchedKey: unique symbol = Symbol("hotclub.orm.prefetched");

interface Holder {
  [prefetchedKey]?: Map<string, Loaded>;
}

/** Keeps the rows of the set called `name` on `instance`. */
export function keepPrefetched(instance: object, name: string, rows: readonly object[], isOnce: boolean): void {
  const holder = instance as Holder;
  if (holder[prefetchedKey] === undefined) {
    // Not enumerable: it is no part of the row, in JSON or in comparisons.
    Object.defineProperty(instance, prefetchedKey, { value: new Map(), configurable: true });
  }
  holder[prefetchedKey]?.set(name, { rows, isOnce });
}

/** The rows that were prefetched; `undefined` where they were not. */
export function prefetchedRows(instance: object, name: string): readonly object[] | undefined {
  const loaded = (instance as Holder)[prefetchedKey]?.get(name);
  return loaded?.isOnce === false ? loaded.rows : undefined;
}

/** The rows that were loaded for a sibling, which are given out once: who asks again wants to know what is there now. */
export function takePrefetched(instance: object, name: string): readonly object[] | undefined {
  const map = (instance as Holder)[prefetchedKey];
  const loaded = map?.get(name);
  if (loaded?.isOnce === true) map?.delete(name);
  return loaded?.rows;
}

/** Forgets what was loaded of a set that is changed. Without a name, of all sets. */
export function forgetPrefetched(instance: object, name?: string): void {
  const map = (instance as Holder)[prefetchedKey];
  if (name === undefined) map?.clear();
  else map?.delete(name);
}

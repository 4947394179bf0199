/** How long something is kept, in milliseconds; `undefined` for as long as there is room. */
export type TtlMs = number | undefined;

/**
 * Where a cache keeps bytes by key. What is over is not there. Each method is done as a whole, also where many processes
 * do it at once.
 */
export interface CacheEngine {
  /** What is there for each key, in their order. */
  get(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Keeps all of them, in place of what was there. */
  set(entries: ReadonlyMap<string, Uint8Array>, ttlMs: TtlMs): Promise<void>;
  /** Keeps it unless something is there. Whether it did. */
  add(key: string, value: Uint8Array, ttlMs: TtlMs): Promise<boolean>;
  /** Gives what is there another end. Whether there is something. */
  touch(key: string, ttlMs: TtlMs): Promise<boolean>;
  /** Adds to a whole number, written in digits, whose end stays. `undefined` where nothing is there, `"invalid"` where it is none. */
  increment(key: string, by: number): Promise<number | undefined | "invalid">;
  /** How many of them were there. */
  delete(keys: readonly string[]): Promise<number>;
  /** Deletes it if it is still this. */
  deleteIf(key: string, value: Uint8Array): Promise<void>;
  /** Deletes all keys that begin so. */
  clear(prefix: string): Promise<void>;
  close(): Promise<void>;
}

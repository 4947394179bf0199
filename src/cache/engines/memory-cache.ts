import type { CacheEngine, TtlMs } from "../cache-engine.js";
import { numberIn } from "../codec.js";
import { CacheOptionInvalid } from "../errors.js";

/** Options of `memoryCache`. */
export interface MemoryCacheOptions {
  /** How many entries it holds. Default 10,000; the one goes first that was used longest ago. */
  readonly maxEntries?: number;
  /** How many bytes of keys and values it holds. Default 64 MiB. What is larger by itself is not kept. */
  readonly maxBytes?: number;
}

/** A cache in memory, and what it has dropped. */
export interface MemoryCache extends CacheEngine {
  /** How many entries it has, those among them that are over and not yet seen to be. */
  readonly size: number;
  /** How many entries had to go for others. */
  readonly dropped: number;
}

interface Entry {
  readonly value: Uint8Array;
  /** As `Date.now()` counts. */
  readonly expiresAt: number | undefined;
}

/** Keeps entries in this process. Another process sees nothing of them. Throws `CacheOptionInvalid`. */
export function memoryCache(options: MemoryCacheOptions = {}): MemoryCache {
  return new MemoryCacheEngine(options);
}

class MemoryCacheEngine implements MemoryCache {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  /** Last used last. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #dropped = 0;

  constructor({ maxEntries = 10_000, maxBytes = 67_108_864 }: MemoryCacheOptions) {
    for (const [option, value] of Object.entries({ maxEntries, maxBytes })) {
      if (!(value > 0)) throw new CacheOptionInvalid({ option, problem: `must be above 0, is ${value}` });
    }
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  async get(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => {
      const entry = this.#look(key);
      if (entry === undefined) return undefined;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return entry.value;
    });
  }

  async set(entries: ReadonlyMap<string, Uint8Array>, ttlMs: TtlMs): Promise<void> {
    for (const [key, value] of entries) this.#put(key, { value, expiresAt: endOf(ttlMs) });
  }

  async add(key: string, value: Uint8Array, ttlMs: TtlMs): Promise<boolean> {
    if (this.#look(key) !== undefined) return false;
    this.#put(key, { value, expiresAt: endOf(ttlMs) });
    return true;
  }

  async touch(key: string, ttlMs: TtlMs): Promise<boolean> {
    const entry = this.#look(key);
    if (entry === undefined) return false;
    this.#put(key, { value: entry.value, expiresAt: endOf(ttlMs) });
    return true;
  }

  async increment(key: string, by: number): Promise<number | undefined | "invalid"> {
    const entry = this.#look(key);
    if (entry === undefined) return undefined;
    const number = numberIn(entry.value);
    const sum = number === undefined ? Number.NaN : number + by;
    if (!Number.isSafeInteger(sum)) return "invalid";
    this.#put(key, { value: Buffer.from(String(sum)), expiresAt: entry.expiresAt });
    return sum;
  }

  async delete(keys: readonly string[]): Promise<number> {
    let count = 0;
    for (const key of keys) {
      if (this.#look(key) === undefined) continue;
      this.#forget(key);
      count += 1;
    }
    return count;
  }

  async deleteIf(key: string, value: Uint8Array): Promise<void> {
    const entry = this.#look(key);
    if (entry !== undefined && Buffer.compare(entry.value, value) === 0) this.#forget(key);
  }

  async clear(prefix: string): Promise<void> {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#forget(key);
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #look(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expiresAt === undefined || entry.expiresAt > Date.now()) return entry;
    this.#forget(key);
    return undefined;
  }

  #put(key: string, entry: Entry): void {
    this.#forget(key);
    const bytes = sizeOf(key, entry);
    if (bytes > this.#maxBytes) {
      this.#dropped += 1;
      return;
    }
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest);
      this.#dropped += 1;
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= sizeOf(key, entry);
  }
}

function sizeOf(key: string, { value }: Entry): number {
  return key.length * 2 + value.byteLength;
}

function endOf(ttlMs: TtlMs): number | undefined {
  return ttlMs === undefined ? undefined : Date.now() + ttlMs;
}

import { createHash, randomUUID } from "node:crypto";

import { getLogger, toError } from "../core/index.js";
import type { CacheEngine, TtlMs } from "./cache-engine.js";
import { type CacheCodec, plainCodec } from "./codec.js";
import { CacheKeyMissing, CacheNotANumber, CacheOptionInvalid, CacheUnavailable, CacheValueInvalid } from "./errors.js";
import { Lease } from "./lease.js";

/** How long something is kept: seconds, or as long as there is room. 0 is not at all. */
export type Timeout = number | "forever";

/** Options of a cache. */
export interface CacheOptions<T = unknown> {
  readonly engine: CacheEngine;
  /** What all keys begin with, so that several sites can share one engine. Default none. */
  readonly prefix?: string;
  /** What is written under one version is not there under another. Default 1. */
  readonly version?: number;
  /** How long things are kept where nothing else is said. Default 300 seconds (Django's). */
  readonly timeoutS?: Timeout;
  /** Default: plain data. */
  readonly codec?: CacheCodec<T>;
}

/** Options of a single entry. */
export interface EntryOptions {
  readonly timeoutS?: Timeout;
  readonly version?: number;
}

/** Options of `getOrSet`. */
export interface GetOrSetOptions extends EntryOptions {
  /** How long others wait for the one who makes the value before they make it, too, in seconds. Default 30. */
  readonly waitS?: number;
}

/** Engines keep keys up to this length, in bytes; of longer ones the digest. */
const maxKeyBytes = 200;

/** What databases keep in no text: NUL, and half of a character. */
const unkeepable = /\0|\p{Cs}/u;

/** How long a claim to make a value lasts without being renewed. */
const claimMs = 10_000;

/**
 * Values by key, for some time. `undefined` says that nothing is there; null is a value as any other. Rejects with
 * `CacheUnavailable` where the engine does not answer.
 */
export class Cache<T = unknown> {
  readonly #options: () => Required<CacheOptions<T>>;
  /** What is being made in this process, by key. */
  readonly #making = new Map<string, Promise<T | undefined>>();

  /** Throws `CacheOptionInvalid`. A function is asked at each use. */
  constructor(options: CacheOptions<T> | (() => CacheOptions<T>)) {
    if (typeof options === "function") this.#options = () => withDefaults(options());
    else {
      const checked = withDefaults(options);
      this.#options = () => checked;
    }
  }

  /** What the cache was made with. */
  get options(): Required<CacheOptions<T>> {
    return this.#options();
  }

  get engine(): CacheEngine {
    return this.#options().engine;
  }

  /** A part of it, with keys, a type of values, a timeout of its own: `cache.part<Room>("rooms", { timeoutS: 60 })`. */
  part<U>(name: string, options: Partial<Omit<CacheOptions<U>, "engine" | "prefix">> = {}): Cache<U> {
    return new Cache<U>(() => {
      const { engine, prefix, version, timeoutS, codec } = this.#options();
      const own = { codec: codec as unknown as CacheCodec<U>, version, timeoutS, ...options };
      return { ...own, engine, prefix: `${prefix}${name}:` };
    });
  }

  /** The value, or `fallback` where there is none. */
  async get(key: string): Promise<T | undefined>;
  async get<Fallback>(key: string, fallback: Fallback, options?: Pick<EntryOptions, "version">): Promise<T | Fallback>;
  async get(key: string, fallback?: unknown, { version }: Pick<EntryOptions, "version"> = {}): Promise<unknown> {
    const [bytes] = await this.engine.get([this.#key(key, version)]);
    const value = this.#decode(key, bytes);
    return value === undefined ? fallback : value;
  }

  /** What is there of these keys. */
  async getMany(keys: Iterable<string>, { version }: Pick<EntryOptions, "version"> = {}): Promise<Map<string, T>> {
    const wanted = [...new Set(keys)];
    const found = new Map<string, T>();
    if (wanted.length === 0) return found;
    const bytes = await this.engine.get(wanted.map((key) => this.#key(key, version)));
    for (const [index, key] of wanted.entries()) {
      const value = this.#decode(key, bytes[index]);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  /** Keeps a value. With a timeout of 0, what was there goes. Rejects with `CacheValueInvalid`. */
  async set(key: string, value: T, options: EntryOptions = {}): Promise<void> {
    await this.setMany(new Map([[key, value]]), options);
  }

  /** Keeps many values. */
  async setMany(
    values: ReadonlyMap<string, T> | Readonly<Record<string, T>>,
    options: EntryOptions = {},
  ): Promise<void> {
    const pairs =
      values instanceof Map ? [...(values as ReadonlyMap<string, T>)] : Object.entries(values as Record<string, T>);
    const entries = new Map(pairs.map(([key, value]) => [this.#key(key, options.version), this.#encode(key, value)]));
    if (entries.size === 0) return;
    const ttl = this.#ttl(options.timeoutS);
    if (ttl === 0) await this.engine.delete([...entries.keys()]);
    else await this.engine.set(entries, ttl);
  }

  /** Keeps a value unless one is there. Whether it did. */
  async add(key: string, value: T, { timeoutS, version }: EntryOptions = {}): Promise<boolean> {
    const bytes = this.#encode(key, value);
    const ttl = this.#ttl(timeoutS);
    if (ttl === 0) return !(await this.has(key, { ...(version !== undefined && { version }) }));
    return this.engine.add(this.#key(key, version), bytes, ttl);
  }

  /**
   * The value, which `make` makes and the cache then keeps where there is none. Of all processes that ask at once one makes
   * it, and the others wait for it; one that dies or fails is followed by another. What `make` gives as `undefined` is not
   * kept. Where the cache does not answer, the value is made all the same.
   */
  async getOrSet<V extends T>(key: string, make: () => V | Promise<V>, options: GetOrSetOptions = {}): Promise<V> {
    const place = this.#key(key, options.version);
    const known = await this.#tryGet(key, place);
    if (known !== undefined) return known as V;
    const making = this.#making.get(place);
    if (making !== undefined) return making as Promise<V>;
    const made = this.#makeOnce(key, place, make, options).finally(() => this.#making.delete(place));
    this.#making.set(place, made);
    return made as Promise<V>;
  }

  /** Whether a value is there. */
  async has(key: string, { version }: Pick<EntryOptions, "version"> = {}): Promise<boolean> {
    const [bytes] = await this.engine.get([this.#key(key, version)]);
    return bytes !== undefined;
  }

  /** Whether there was something. */
  async delete(key: string, { version }: Pick<EntryOptions, "version"> = {}): Promise<boolean> {
    return (await this.engine.delete([this.#key(key, version)])) > 0;
  }

  /** How many of them were there. */
  async deleteMany(keys: Iterable<string>, { version }: Pick<EntryOptions, "version"> = {}): Promise<number> {
    const places = [...keys].map((key) => this.#key(key, version));
    return places.length === 0 ? 0 : this.engine.delete(places);
  }

  /** Gives a value another end, from now. Whether it is there. */
  async touch(key: string, timeoutS?: Timeout, { version }: Pick<EntryOptions, "version"> = {}): Promise<boolean> {
    const ttl = this.#ttl(timeoutS);
    if (ttl === 0) return this.delete(key, { ...(version !== undefined && { version }) });
    return this.engine.touch(this.#key(key, version), ttl);
  }

  /** Adds to a whole number, and gives the sum; when it is over stays as it is. Rejects with `CacheKeyMissing`, `CacheNotANumber`. */
  async incr(key: string, by = 1, { version }: Pick<EntryOptions, "version"> = {}): Promise<number> {
    if (!Number.isSafeInteger(by))
      throw new CacheOptionInvalid({ option: "by", problem: `must be a whole number, is ${by}` });
    const sum = await this.engine.increment(this.#key(key, version), by);
    if (sum === undefined) throw new CacheKeyMissing({ key });
    if (sum === "invalid") throw new CacheNotANumber({ key });
    return sum;
  }

  /** Takes from a whole number. */
  decr(key: string, by = 1, options: Pick<EntryOptions, "version"> = {}): Promise<number> {
    return this.incr(key, -by, options);
  }

  /** Forgets everything of this cache, of all versions; what others keep in the same engine under another prefix stays. */
  async clear(): Promise<void> {
    await this.engine.clear(this.#options().prefix);
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  #key(key: string, version = this.#options().version): string {
    const whole = `${this.#options().prefix}${version}:${key}`;
    if (Buffer.byteLength(whole) <= maxKeyBytes && !unkeepable.test(key)) return whole;
    const digest = createHash("sha256").update(key).digest("base64url");
    return `${this.#options().prefix}${version}:#${digest}`;
  }

  #ttl(timeoutS: Timeout = this.#options().timeoutS): TtlMs {
    return checkedTtl(timeoutS);
  }

  #encode(key: string, value: T): Uint8Array {
    if (value === undefined)
      throw new CacheValueInvalid({ key, problem: "is undefined, which says that nothing is there" });
    const kind = typeof value;
    if (kind === "function" || kind === "symbol") throw new CacheValueInvalid({ key, problem: `is a ${kind}` });
    try {
      return this.#options().codec.encode(value);
    } catch (cause) {
      throw new CacheValueInvalid({ key, problem: `cannot be written: ${toError(cause).message}` }, { cause });
    }
  }

  /** Bytes that another version of the code wrote may be none of this one's. */
  #decode(key: string, bytes: Uint8Array | undefined): T | undefined {
    if (bytes === undefined) return undefined;
    try {
      return this.#options().codec.decode(bytes);
    } catch (thrown) {
      getLogger().debug({ key, err: toError(thrown) }, "what is cached cannot be read; it counts as not there");
      return undefined;
    }
  }

  async #tryGet(key: string, place: string): Promise<T | undefined> {
    try {
      const [bytes] = await this.engine.get([place]);
      return this.#decode(key, bytes);
    } catch (thrown) {
      warnAway(key, thrown);
      return undefined;
    }
  }

  async #makeOnce(
    key: string,
    place: string,
    make: () => T | Promise<T>,
    { timeoutS, waitS = 30 }: GetOrSetOptions,
  ): Promise<T | undefined> {
    const ttl = this.#ttl(timeoutS);
    const lease = new Lease(this.engine, `${place}:claim`, randomUUID(), claimMs);
    const until = performance.now() + waitS * 1000;
    try {
      for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 250)) {
        const isClaimed = await lease.take();
        // Who had the claim before has kept the value before it gave the claim back.
        const [bytes] = await this.engine.get([place]);
        const value = this.#decode(key, bytes);
        if (value !== undefined) {
          await lease.giveBack();
          return value;
        }
        if (isClaimed || performance.now() >= until) break;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } catch (thrown) {
      await lease.giveBack();
      warnAway(key, thrown);
    }
    return this.#makeAndKeep(key, place, make, ttl, lease);
  }

  async #makeAndKeep(key: string, place: string, make: () => T | Promise<T>, ttl: TtlMs, lease: Lease): Promise<T> {
    try {
      const value = await make();
      if (value !== undefined && ttl !== 0) {
        const bytes = this.#encode(key, value);
        await this.engine.set(new Map([[place, bytes]]), ttl).catch((thrown: unknown) => warnAway(key, thrown));
      }
      return value;
    } finally {
      await lease.giveBack();
    }
  }
}

function warnAway(key: string, thrown: unknown): void {
  if (!(thrown instanceof CacheUnavailable)) throw thrown;
  getLogger().warn({ key, err: thrown }, "the cache cannot be reached; the value is made without it");
}

function checkedTtl(timeoutS: Timeout): TtlMs {
  if (timeoutS === "forever") return undefined;
  if (typeof timeoutS !== "number" || Number.isNaN(timeoutS))
    throw new CacheOptionInvalid({
      option: "timeoutS",
      problem: `must be seconds or "forever", is ${String(timeoutS)}`,
    });
  if (timeoutS === Number.POSITIVE_INFINITY) return undefined;
  return Math.max(Math.ceil(timeoutS * 1000), 0);
}

function withDefaults<T>(options: CacheOptions<T>): Required<CacheOptions<T>> {
  const { engine, prefix = "", version = 1, timeoutS = 300, codec = plainCodec as CacheCodec<T> } = options;
  checkedTtl(timeoutS);
  return { engine, prefix, version, timeoutS, codec };
}

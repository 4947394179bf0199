import { getLogger, toError } from "../../core/index.js";
import { atomic, Q, UniqueViolation } from "../../orm/index.js";
import type { CacheEngine, TtlMs } from "../cache-engine.js";
import { numberIn } from "../codec.js";
import { CacheOptionInvalid } from "../errors.js";
import { CacheRow } from "./cache-table.js";

/** Options of `databaseCache`. */
export interface DatabaseCacheOptions {
  /** How many entries are kept. Default 100,000: of more, those go that are over soonest. */
  readonly maxEntries?: number;
  /** How often, at most, this process looks for entries that are over or too many, in seconds. Default 60. */
  readonly cullEveryS?: number;
}

/** How often a change is tried again that others came before. */
const maxTries = 50;

/**
 * Keeps entries in the database, for all processes of a site without Redis. Put `cacheApp` among the project's apps for the
 * table. Inside of `atomic`, what is written counts when that commits. Throws `CacheOptionInvalid`.
 */
export function databaseCache(options: DatabaseCacheOptions = {}): CacheEngine {
  return new DatabaseCacheEngine(options);
}

class DatabaseCacheEngine implements CacheEngine {
  readonly #maxEntries: number;
  readonly #cullEveryMs: number;
  #cullAt: number;
  #culling: Promise<void> = Promise.resolve();

  constructor({ maxEntries = 100_000, cullEveryS = 60 }: DatabaseCacheOptions) {
    if (!(maxEntries > 0)) throw new CacheOptionInvalid({ option: "maxEntries", problem: "must be above 0" });
    this.#maxEntries = maxEntries;
    this.#cullEveryMs = cullEveryS * 1000;
    // Processes that start together do not all look together.
    this.#cullAt = Date.now() + this.#cullEveryMs * Math.random();
  }

  async get(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const rows = await alive().filter({ key__in: [...keys] });
    const byKey = new Map(rows.map((row) => [row.key, row.value]));
    return keys.map((key) => byKey.get(key));
  }

  async set(entries: ReadonlyMap<string, Uint8Array>, ttlMs: TtlMs): Promise<void> {
    const expiresAt = endOf(ttlMs);
    // In one order everywhere, or two that write the same keys wait for each other.
    const rows = [...entries]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => ({ key, value, version: 0, expiresAt }));
    await CacheRow.bulkCreate(rows, {
      updateConflicts: true,
      uniqueFields: ["key"],
      updateFields: ["value", "version", "expiresAt"],
    });
    this.#cullNowAndThen();
  }

  async add(key: string, value: Uint8Array, ttlMs: TtlMs): Promise<boolean> {
    await over().filter({ key }).delete();
    try {
      // A savepoint of its own: the transaction that it stands in goes on where the key is taken.
      await atomic(() => CacheRow.create({ key, value, version: 0, expiresAt: endOf(ttlMs) }));
      return true;
    } catch (thrown) {
      if (thrown instanceof UniqueViolation) return false;
      throw thrown;
    }
  }

  async touch(key: string, ttlMs: TtlMs): Promise<boolean> {
    return (
      (await alive()
        .filter({ key })
        .update({ expiresAt: endOf(ttlMs) })) > 0
    );
  }

  async increment(key: string, by: number): Promise<number | undefined | "invalid"> {
    for (let tries = 0; tries < maxTries; tries++) {
      const row = await alive().filter({ key }).first();
      if (row === null || row === undefined) return undefined;
      const number = numberIn(row.value);
      const sum = number === undefined ? Number.NaN : number + by;
      if (!Number.isSafeInteger(sum)) return "invalid";
      const { version } = row;
      const change = { value: Buffer.from(String(sum)), version: version + 1 };
      if ((await CacheRow.filter({ key, version, value: row.value }).update(change)) === 1) return sum;
    }
    throw new Error(`A number in the cache was changed by others ${maxTries} times while this process tried to.`);
  }

  async delete(keys: readonly string[]): Promise<number> {
    const { count } = await alive()
      .filter({ key__in: [...keys] })
      .delete();
    return count;
  }

  async deleteIf(key: string, value: Uint8Array): Promise<void> {
    await CacheRow.filter({ key, value }).delete();
  }

  async clear(prefix: string): Promise<void> {
    await (prefix === "" ? CacheRow.all() : CacheRow.filter({ key__startswith: prefix })).delete();
  }

  async close(): Promise<void> {
    await this.#culling;
  }

  #cullNowAndThen(): void {
    const now = Date.now();
    if (now < this.#cullAt) return;
    this.#cullAt = now + this.#cullEveryMs;
    this.#culling = this.#cull().catch((thrown: unknown) => {
      getLogger().warn({ err: toError(thrown) }, "old entries of the cache could not be deleted");
    });
  }

  /** Deletes what is over, and what is too many. */
  async #cull(): Promise<void> {
    await over().delete();
    const count = await CacheRow.all().count();
    if (count <= this.#maxEntries) return;
    const soonest = await CacheRow.all()
      .orderBy("expiresAt", "key")
      .slice(0, count - this.#maxEntries)
      .valuesList("key", { flat: true });
    await CacheRow.filter({ key__in: soonest }).delete();
  }
}

function alive() {
  return CacheRow.filter(Q({ expiresAt: null }).or(Q({ expiresAt__gt: new Date() })));
}

function over() {
  return CacheRow.filter({ expiresAt__lte: new Date() });
}

function endOf(ttlMs: TtlMs): Date | null {
  return ttlMs === undefined ? null : new Date(Date.now() + ttlMs);
}

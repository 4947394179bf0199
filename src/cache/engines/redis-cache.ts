import { once } from "node:events";

import { toError } from "../../core/index.js";
import { openRedisConnection, type RedisConnection } from "../../layers/index.js";
import type { CacheEngine, TtlMs } from "../cache-engine.js";
import { CacheUnavailable } from "../errors.js";

/** Options of `redisCache`. */
export interface RedisCacheOptions {
  /** What the keys in Redis begin with. Default `hotclub:cache:`. */
  readonly prefix?: string;
}

/** How long a command waits for a connection, in milliseconds. */
const readyMs = 2000;

/** How many keys one step of `clear` looks at. */
const scanCount = 1000;

/** Adds to digits that are there. Redis itself counts to 2^63, numbers here to 2^53. */
const incrementScript = `
local value = redis.call("GET", KEYS[1])
if not value then return false end
if not string.match(value, "^%-?%d+$") or #value > 17 then return "invalid" end
local sum = tonumber(value) + tonumber(ARGV[1])
if sum > 9007199254740991 or sum < -9007199254740991 then return "invalid" end
return tostring(redis.call("INCRBY", KEYS[1], ARGV[1]))`;

const deleteIfScript = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`;

/** Keeps entries in Redis (`redis://…`, as `REDIS_URL`: one, sentinels or a cluster), for all processes of a site. */
export function redisCache(url: string, { prefix = "hotclub:cache:" }: RedisCacheOptions = {}): CacheEngine {
  return new RedisCacheEngine(url, prefix);
}

type Client = RedisConnection["client"];

class RedisCacheEngine implements CacheEngine {
  readonly #connection: Promise<RedisConnection>;
  readonly #prefix: string;

  constructor(url: string, prefix: string) {
    this.#connection = openRedisConnection(url, "cache");
    // Whoever needs it hears of it.
    this.#connection.catch(() => {});
    this.#prefix = prefix;
  }

  get(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    // One by one, in one write: the keys of a cluster lie on several nodes.
    return this.#ask((client) =>
      Promise.all(keys.map(async (key) => (await client.getBuffer(this.#key(key))) ?? undefined)),
    );
  }

  async set(entries: ReadonlyMap<string, Uint8Array>, ttlMs: TtlMs): Promise<void> {
    await this.#ask((client) =>
      Promise.all(
        [...entries].map(([key, value]) => {
          const bytes = bufferOf(value);
          return ttlMs === undefined
            ? client.set(this.#key(key), bytes)
            : client.set(this.#key(key), bytes, "PX", ttlMs);
        }),
      ),
    );
  }

  add(key: string, value: Uint8Array, ttlMs: TtlMs): Promise<boolean> {
    const bytes = bufferOf(value);
    return this.#ask(async (client) => {
      const answer =
        ttlMs === undefined
          ? await client.set(this.#key(key), bytes, "NX")
          : await client.set(this.#key(key), bytes, "PX", ttlMs, "NX");
      return answer === "OK";
    });
  }

  touch(key: string, ttlMs: TtlMs): Promise<boolean> {
    return this.#ask(async (client) => {
      if (ttlMs !== undefined) return (await client.pexpire(this.#key(key), ttlMs)) === 1;
      await client.persist(this.#key(key));
      return (await client.exists(this.#key(key))) === 1;
    });
  }

  async increment(key: string, by: number): Promise<number | undefined | "invalid"> {
    const answer = await this.#ask((client) => client.eval(incrementScript, 1, this.#key(key), by));
    if (answer === null) return undefined;
    return answer === "invalid" ? "invalid" : Number(answer);
  }

  async delete(keys: readonly string[]): Promise<number> {
    const counts = await this.#ask((client) => Promise.all(keys.map((key) => client.unlink(this.#key(key)))));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async deleteIf(key: string, value: Uint8Array): Promise<void> {
    await this.#ask((client) => client.eval(deleteIfScript, 1, this.#key(key), bufferOf(value)));
  }

  async clear(prefix: string): Promise<void> {
    const pattern = `${(this.#prefix + prefix).replaceAll(/[\\*?[\]]/g, String.raw`\$&`)}*`;
    await this.#ask(async (client) => {
      const nodes = "nodes" in client ? client.nodes("master") : [client];
      for (const node of nodes) {
        let cursor = "0";
        do {
          const [next, keys] = await node.scan(cursor, "MATCH", pattern, "COUNT", scanCount);
          await Promise.all(keys.map((key) => client.unlink(key)));
          cursor = next;
        } while (cursor !== "0");
      }
    });
  }

  async close(): Promise<void> {
    await (await this.#connection).close();
  }

  /** Commands of a connection that is only being made wait for it; one that is lost fails them. */
  async #ask<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const { client } = await this.#connection;
    try {
      if (client.status !== "ready") await once(client, "ready", { signal: AbortSignal.timeout(readyMs) });
      return await command(client);
    } catch (thrown) {
      throw new CacheUnavailable({ problem: toError(thrown).message }, { cause: thrown });
    }
  }

  #key(key: string): string {
    return this.#prefix + key;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}

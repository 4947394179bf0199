import { once } from "node:events";

import { toError } from "../../core/index.js";
import { openRedisConnection, type RedisConnection } from "../../layers/index.js";
import { SessionsUnavailable } from "../errors.js";
import type { KeptSession, SessionChange, SessionEngine, SessionValues } from "../session-engine.js";
import { isToken, newToken, tokenDigest } from "../session-token.js";

/** Options of `redisSessions`. */
export interface RedisSessionsOptions {
  /** What the keys begin with. Default `hotclub`. */
  readonly prefix?: string;
}

/** How long a command waits for a connection, in milliseconds. */
const readyMs = 5000;

/** Changes a hash that is there, and says whether it was: one that was ended must not come back. */
const changeScript = `
if redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
local clears, expiresAt, removed = ARGV[1], ARGV[2], tonumber(ARGV[3])
if clears == "1" then redis.call("DEL", KEYS[1]) end
if removed > 0 then redis.call("HDEL", KEYS[1], unpack(ARGV, 4, 3 + removed)) end
redis.call("HSET", KEYS[1], "", expiresAt, unpack(ARGV, 4 + removed))
redis.call("PEXPIREAT", KEYS[1], expiresAt)
return 1`;

/**
 * Keeps sessions in Redis (`REDIS_URL`, one or a cluster), each as a hash under the digest of its token, which Redis
 * forgets when it is over. Values are changed one by one: requests at once do not undo each other's work.
 */
export function redisSessions(url: string, { prefix = "hotclub" }: RedisSessionsOptions = {}): SessionEngine {
  return new RedisSessionEngine(url, prefix);
}

class RedisSessionEngine implements SessionEngine {
  readonly maxBytes = 64 * 1024;
  readonly #connection: Promise<RedisConnection>;
  readonly #prefix: string;

  constructor(url: string, prefix: string) {
    this.#connection = openRedisConnection(url, "sessions");
    // Whoever needs it hears of it.
    this.#connection.catch(() => {});
    this.#prefix = prefix;
  }

  async load(token: string): Promise<KeptSession | undefined> {
    if (!isToken(token)) return undefined;
    const key = this.#key(token);
    const { "": expiresAt, ...values } = await this.#ask((client) => client.hgetall(key));
    return expiresAt === undefined
      ? undefined
      : { values: new Map(Object.entries(values)), expiresAt: Number(expiresAt) };
  }

  async create(values: SessionValues, expiresAt: number): Promise<string> {
    const token = newToken();
    const key = this.#key(token);
    // In one step: without its end a session would stay for ever.
    const fields = ["", String(expiresAt), ...[...values].flat()];
    await this.#ask((client) => client.multi().hset(key, fields).pexpireat(key, expiresAt).exec());
    return token;
  }

  async change(token: string, { clears, set, removed, expiresAt }: SessionChange): Promise<string | undefined> {
    if (!isToken(token)) return undefined;
    const given = [clears ? 1 : 0, expiresAt, removed.size, ...removed, ...[...set].flat()];
    const isThere = await this.#ask((client) => client.eval(changeScript, 1, this.#key(token), ...given));
    return isThere === 1 ? token : undefined;
  }

  async end(token: string): Promise<void> {
    if (isToken(token)) await this.#ask((client) => client.del(this.#key(token)));
  }

  async clearExpired(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    await (await this.#connection).close();
  }

  /** Commands of a connection that is only being made wait for it; one that is lost fails them. */
  async #ask<T>(command: (client: RedisConnection["client"]) => Promise<T>): Promise<T> {
    const { client } = await this.#connection;
    try {
      if (client.status !== "ready") await once(client, "ready", { signal: AbortSignal.timeout(readyMs) });
      return await command(client);
    } catch (thrown) {
      throw new SessionsUnavailable({ problem: toError(thrown).message }, { cause: thrown });
    }
  }

  #key(token: string): string {
    return `${this.#prefix}:session:${tokenDigest(token)}`;
  }
}

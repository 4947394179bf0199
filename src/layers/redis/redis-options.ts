import { LayerOptionInvalid } from "../errors.js";
import { requirePositive, type LayerOptions } from "../layer-options.js";
import { requireKeyPrefix } from "../names.js";

/** Options of the Redis layer, besides those of every layer. */
export interface RedisLayerOptions extends LayerOptions {
  /** Begins every key and pub/sub channel, so that several sites can share a Redis. Default `hotclub`. */
  readonly prefix?: string;
  /** After how long without an answer a connection counts as lost, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
  /** How many commands may wait for Redis at once before sending is refused. Default 10,000. */
  readonly maxInFlight?: number;
}

/** The options with their defaults, checked. */
export interface ResolvedRedisOptions {
  readonly url: string;
  /** For people: host and port, never a password. */
  readonly address: string;
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
}

/** Fills in the defaults. Throws `LayerOptionInvalid` and `InvalidName`. */
export function resolveRedisOptions(url: string, options: RedisLayerOptions): ResolvedRedisOptions {
  const { prefix = "hotclub", timeoutMs = 5000, maxInFlight = 10_000 } = options;
  requireKeyPrefix(prefix);
  requirePositive("timeoutMs", timeoutMs);
  requirePositive("maxInFlight", maxInFlight);
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) {
    throw new LayerOptionInvalid({ option: "url", problem: "must be a URL that begins with redis:// or rediss://" });
  }
  const { hostname, port, pathname, searchParams } = new URL(url);
  const database = pathname.slice(1) || searchParams.get("db") || "0";
  return {
    url,
    address: `${hostname || "127.0.0.1"}:${port || "6379"}`,
    // Pub/sub knows no databases: without this, two sites in two databases of one Redis would share their groups.
    prefix: database === "0" ? prefix : `${prefix}@${database}`,
    timeoutMs,
    maxInFlight,
  };
}

import { requirePositive, type LayerOptions } from "../layer-options.js";
import { requireKeyPrefix } from "../names.js";
import { parseRedisUrl, type RedisTarget } from "./redis-url.js";

/** Options of the Redis layer, besides those of every layer. */
export interface RedisLayerOptions extends LayerOptions {
  /** Begins every key and pub/sub channel, so that several sites can share a Redis. Default `hotclub`. */
  readonly prefix?: string;
  /** After how long without an answer a connection counts as lost, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
  /** How many commands may wait for each Redis at once before sending is refused. Default 10,000. */
  readonly maxInFlight?: number;
  /**
   * Keys that messages are encrypted with, each a text of at least 32 characters: the first encrypts, all may decrypt,
   * so that a new one can be put in front while the old one is still in use. Default none: messages travel in clear.
   * Names of channels and groups are in clear either way (SE3).
   */
  readonly encryptionKeys?: readonly string[];
}

/** The options with their defaults, checked. */
export interface ResolvedRedisOptions {
  readonly target: RedisTarget;
  /** For people: hosts and ports, never a password. */
  readonly address: string;
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly encryptionKeys: readonly string[];
}

/** Fills in the defaults. Throws `LayerOptionInvalid` and `InvalidName`. */
export function resolveRedisOptions(url: string, options: RedisLayerOptions): ResolvedRedisOptions {
  const { prefix = "hotclub", timeoutMs = 5000, maxInFlight = 10_000, encryptionKeys = [] } = options;
  requireKeyPrefix(prefix);
  requirePositive("timeoutMs", timeoutMs);
  requirePositive("maxInFlight", maxInFlight);
  const target = parseRedisUrl(url);
  const nodes = target.kind === "cluster" ? target.seeds : target.shards;
  const databases = [...new Set(nodes.map(({ database }) => database))].join("-");
  return {
    target,
    address: nodes.map(({ address }) => address).join(", "),
    // Pub/sub knows no databases: without this, two sites in two databases of one Redis would share their groups.
    prefix: databases === "0" ? prefix : `${prefix}@${databases}`,
    timeoutMs,
    maxInFlight,
    encryptionKeys,
  };
}

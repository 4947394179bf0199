import { Redis } from "ioredis";

import type { RedisNode } from "./redis-url.js";
import { watchSilence } from "./watch-silence.js";

/** A connection that keeps nothing for later and sends nothing twice. `isRetrying` says whether it is tried again when lost. */
export function createClient(
  { connection }: RedisNode,
  connectionName: string,
  timeoutMs: number,
  isRetrying: () => boolean,
): Redis {
  const options = {
    lazyConnect: true,
    connectionName,
    // What was sent on a lost connection may have been done: sending it again could deliver it twice (L2).
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResubscribe: false,
    connectTimeout: timeoutMs,
    sentinelCommandTimeout: timeoutMs,
    // ioredis takes up its list of Sentinels where it left it, and asks this when it is at the end: hence once more.
    sentinelRetryStrategy: (attempt: number) => (attempt === 1 ? 10 : isRetrying() ? 250 : null),
    retryStrategy: (attempt: number) =>
      isRetrying() ? Math.min(50 * 2 ** (attempt - 1), 2000) * (0.5 + Math.random() / 2) : null,
  };
  const { replyMapping: _, ...found } = typeof connection === "string" ? { replyMapping: undefined } : connection;
  const client = typeof connection === "string" ? new Redis(connection, options) : new Redis({ ...found, ...options });
  watchSilence(client, timeoutMs);
  return client;
}

import { LayerOptionInvalid } from "../errors.js";
import { requirePositive } from "../layer-options.js";

/** How much of its messages a group keeps, for members that were away. The smaller of both counts. */
export interface HistoryLimits {
  /** At most so many. Default 100. */
  readonly messages?: number;
  /** None that is older, in seconds. Default 300. */
  readonly seconds?: number;
}

/** The limits with their defaults. */
export interface ResolvedHistoryLimits {
  readonly messages: number;
  readonly ms: number;
}

/** More would make one join a burden for everybody. */
const maxMessages = 100_000;

/** How long the epoch and the offset of a group outlive its last message: somebody who comes back later starts anew. */
export const positionLifeMs = 24 * 3600 * 1000;

/** How long an idempotency key is remembered. */
export const idempotencyLifeMs = 300_000;

/** Fills in the defaults. Throws `LayerOptionInvalid`. */
export function resolveHistory({ messages = 100, seconds = 300 }: HistoryLimits): ResolvedHistoryLimits {
  requirePositive("history.messages", Math.floor(messages));
  requirePositive("history.seconds", seconds);
  return { messages: Math.min(Math.floor(messages), maxMessages), ms: Math.ceil(seconds * 1000) };
}

/** Throws `LayerOptionInvalid` unless `key` may be an idempotency key. */
export function requireIdempotencyKey(key: string): string {
  if (typeof key === "string" && key.length > 0 && key.length <= 200) return key;
  throw new LayerOptionInvalid({ option: "idempotencyKey", problem: "must be a text of 1 to 200 characters" });
}

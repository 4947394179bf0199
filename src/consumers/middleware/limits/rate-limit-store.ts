import { RateLimitInvalid } from "../../errors.js";

/** How often something may happen for each key. */
export interface RateLimitRule {
  /** Keeps the counts of one rule apart from those of others. */
  readonly name: string;
  readonly limit: number;
  readonly windowS: number;
}

/** What is left for a key after one more. */
export interface RateLimitState {
  /** Whether this one was over the limit. */
  readonly isOver: boolean;
  readonly remaining: number;
  /** When the count begins anew. */
  readonly resetMs: number;
}

/** Counts what keys use up under one rule, in windows that begin with the first use. */
export interface RateLimitStore {
  consume(key: string): Promise<RateLimitState>;
  /** Takes back one that a key has used up, where its window has not ended. */
  giveBack(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the counts of a rule; nothing is connected before they are used. */
export type OpenRateLimitStore = (rule: RateLimitRule) => RateLimitStore;

/** A timer takes no longer time; a week is the longest window. */
const maxWindowS = 604_800;

/** Throws `RateLimitInvalid` for a rule that cannot work. */
export function checkRule({ name, limit, windowS }: RateLimitRule): void {
  if (!/^[\w-]+$/.test(name)) throw new RateLimitInvalid({ problem: `has a name that is no plain word: ${name}` });
  if (!Number.isInteger(limit) || limit < 1)
    throw new RateLimitInvalid({ problem: `needs a whole number of requests from 1 on, and has ${limit}` });
  if (!Number.isInteger(windowS) || windowS < 1 || windowS > maxWindowS)
    throw new RateLimitInvalid({ problem: `needs a window of 1 to ${maxWindowS} whole seconds, and has ${windowS}` });
}

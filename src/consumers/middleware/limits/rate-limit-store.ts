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
  close(): Promise<void>;
}

/** Opens the counts of a rule; nothing is connected before they are used. */
export type OpenRateLimitStore = (rule: RateLimitRule) => RateLimitStore;

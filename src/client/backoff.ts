/** How long to wait before the next try, in milliseconds. */
export interface Backoff {
  /** Before the first. Default 250. */
  readonly minMs: number;
  /** At most. Default 10,000. */
  readonly maxMs: number;
}

/**
 * Doubles with each failed try, and spreads clients that were lost together over half of that time, so that a server
 * that comes back is not met by all of them at once.
 */
export function waitMs({ minMs, maxMs }: Backoff, failures: number, random: () => number = Math.random): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(failures, 30)) * (0.5 + random() / 2);
}

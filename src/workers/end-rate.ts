/** Over which time ends are counted, in milliseconds. */
export const rateWindowMs = 60_000;

/** The ends in a time that are known. */
export interface CountedEnds {
  /** How many there are in the last `rateWindowMs`. */
  readonly count: number;
  /** How long ago the oldest of them was, in milliseconds. */
  readonly oldestMs: number;
}

/**
 * How many ends there are in a second. Where about as many as are kept happened within the window, older ones of it are
 * forgotten: then the time counts in which those that are known happened.
 */
export function endsPerSecond(ends: readonly CountedEnds[], keepCount: number): number {
  let rate = 0;
  for (const { count, oldestMs } of ends) {
    const windowMs = count >= keepCount * 0.8 ? Math.max(oldestMs, 1) : rateWindowMs;
    rate += (count / windowMs) * 1000;
  }
  return rate;
}

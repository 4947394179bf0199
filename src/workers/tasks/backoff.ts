/** How long to wait before a failed task runs again. */
export interface Backoff {
  /** `fixed` waits the same time always; `exponential` doubles it with each failure. */
  readonly type: "fixed" | "exponential";
  /** The wait after the first failure, in milliseconds. */
  readonly delayMs: number;
  /** The longest wait, in milliseconds. Default one hour. */
  readonly maxDelayMs?: number;
  /**
   * The share of the wait, from 0 to 1, that is left to chance, so that what failed together does not return together.
   * Default 0.5: a wait of 10 s becomes 5 to 10 s.
   */
  readonly jitter?: number;
}

/** What tasks do that say nothing: 1 s, 2 s, 4 s … up to an hour, the half of it by chance. */
export const defaultBackoff: Required<Backoff> = {
  type: "exponential",
  delayMs: 1000,
  maxDelayMs: 3_600_000,
  jitter: 0.5,
};

/** The wait in milliseconds after `failures` failures (1 for the first). `random` is from 0 to 1. */
export function retryDelayMs(backoff: Required<Backoff>, failures: number, random: number = Math.random()): number {
  const { type, delayMs, maxDelayMs, jitter } = backoff;
  const full = Math.min(type === "fixed" ? delayMs : delayMs * 2 ** (failures - 1), maxDelayMs);
  return Math.round(full * (1 - jitter * random));
}

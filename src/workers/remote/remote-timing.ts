/** How long the two sides of a remote consumer wait for each other, in milliseconds. */
export interface RemoteTiming {
  /** How often a process tells the others that it is there. Default 1 s. */
  readonly heartbeatMs: number;
  /** A process that is silent for so long is taken for dead. Default 5 s. */
  readonly deadMs: number;
  /** What is not acknowledged for so long is sent again. Default 2 s. */
  readonly resendMs: number;
  /** How long a new connection waits for a worker before it is refused with 503. Default 10 s. */
  readonly openTimeoutMs: number;
  /** How long an open socket waits for a worker to go on before it is closed with 1013. Default 60 s. */
  readonly resumeTimeoutMs: number;
}

export const defaultTiming: RemoteTiming = {
  heartbeatMs: 1000,
  deadMs: 5000,
  resendMs: 2000,
  openTimeoutMs: 10_000,
  resumeTimeoutMs: 60_000,
};

/**
 * For how long this process has not run, in milliseconds, where something that is due every `everyMs` ran last at `before`:
 * meanwhile it could hear nobody, which says nothing about the others.
 */
export function sleptMs(before: number, now: number, everyMs: number): number {
  return Math.max(0, now - before - everyMs);
}

/** Something that a process needs to do its work, looked at when somebody asks whether it is ready. */
export interface HealthCheck {
  /** Unique in the project; shown in the answer. */
  readonly name: string;
  /** Throws or rejects while the process cannot work. `signal` is aborted when the time is up. */
  readonly check: (signal: AbortSignal) => unknown;
  /** How long it may take, in milliseconds. Default 2,000. */
  readonly timeoutMs?: number;
}

/** What became of one check. */
export interface HealthOutcome {
  readonly name: string;
  readonly isWell: boolean;
  readonly tookMs: number;
}

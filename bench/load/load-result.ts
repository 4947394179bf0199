/** What a load generator did and saw. */
export interface LoadResult {
  /** Requests answered, messages echoed. */
  readonly done: number;
  /** Sent and never answered. */
  readonly lost: number;
  /** Milliseconds from sending to the whole answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly seconds: number;
  /** What the server used, where it knows better than its process. */
  readonly cpuSeconds?: number;
  /** Which part of its core the generator used; near 1, it is the generator that was measured. */
  readonly generatorBusy: number;
}

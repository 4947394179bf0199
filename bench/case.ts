import type { LoadResult } from "./load/load-result.js";

/** Says that the preparations are over. */
export type Began = () => Promise<void>;

/** How long a case is measured. */
export interface Effort {
  readonly rounds: number;
  /** In how many of them, spread evenly, those take part that are neither ours nor bare. */
  readonly peerRounds: number;
  readonly secondsPerRound: number;
  readonly warmUpSeconds: number;
}

/** A server that a case needs besides its own. */
export type Service = "redis" | "postgres";

/** One hot path, done by several servers that do the same work. */
export interface BenchCase {
  readonly name: string;
  /** The folder of its servers, where several cases share them. Default: the name. */
  readonly folder?: string;
  /** What is measured, in one sentence. */
  readonly title: string;
  /** What a figure counts; higher is better unless it says otherwise. */
  readonly unit: string;
  /** Whether the figure is what `load` gives as `done`, and not that per second of CPU time. Default false. */
  readonly isCounted?: boolean;
  /** Whether a lower figure is better, such as of bytes. Default false. */
  readonly isLessBetter?: boolean;
  /** Where the case needs another effort than all others. */
  readonly effort?: Partial<Effort>;
  /** The same for a quick look. Default: `effort`. */
  readonly quickEffort?: Partial<Effort>;
  /** The servers by name, each a file beside the case without its ending: `ours`, `bare`, and one per peer. */
  readonly servers: readonly string[];
  /** Fails unless the server at `port` answers as all others must. */
  readonly check: (port: number, server: string) => Promise<void>;
  /** What its servers find at `REDIS_URL` and at `DATABASE_URL`. Default nothing. */
  readonly needs?: readonly Service[];
  /**
   * What it takes beside the seconds of its rounds, in seconds, on a machine as that of the saved figures: each server
   * to start and to be checked (default 0.8), and each load to be prepared and ended (default 0.05). For estimates, and
   * for how long a case may take until it hangs for certain.
   */
  readonly secondsBeside?: { readonly perServer?: number; readonly perLoad?: number };
  /**
   * Loads the server at `port` for `seconds`. The CPU time of the server counts from `began` on, where that is called:
   * what is prepared before, such as its connections, is not what is measured. `memory` asks the server how many bytes
   * its JavaScript holds.
   */
  readonly load: (
    port: number,
    seconds: number,
    server: string,
    began: Began,
    memory: () => Promise<number>,
  ) => Promise<LoadResult>;
}

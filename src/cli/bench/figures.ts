import type { LoadRound } from "./load.js";

/** What `hotclub bench` found out about one target. */
export interface BenchFigures {
  /** `GET /rooms/`, `socket /ws/`, `task mail.send`. */
  readonly name: string;
  /** What is counted: requests, messages, deliveries, sockets, tasks. */
  readonly unit: string;
  /** Units per second of the server's CPU time: the median of the rounds, the lowest and the highest. */
  readonly perCpuSecond: number;
  readonly spread: readonly [lowest: number, highest: number];
  readonly cpuSecondsPerUnit: number;
  /** Units per second by the clock. */
  readonly perSecond: number;
  /** Milliseconds from sending to the whole answer; null where nothing was timed. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Sent, and never answered or delivered. */
  readonly lost: number;
  /** What went otherwise, and how often: `status 500`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Resident memory of the server, before the load and after it. */
  readonly memoryBytes: { readonly before: number; readonly after: number };
  /** Which part of a core each used; of the load null, where the process does both. */
  readonly serverBusy: number;
  readonly loadBusy: number | null;
}

/** From here on, figures by the clock are the load's limit and not the server's. */
export const saturatedFrom = 0.9;

/** A round, and what the server used for it. */
export interface MeasuredRound extends LoadRound {
  readonly cpuSeconds: number;
}

/** What rounds come to. `countOf` gives what is counted of one. */
export function figuresOf(
  name: string,
  unit: string,
  rounds: readonly MeasuredRound[],
  memoryBytes: BenchFigures["memoryBytes"],
  lostAtEnd: number,
  countOf: (round: LoadRound) => number = ({ done }) => done,
): BenchFigures {
  const perCpuSecond = rounds.map((round) => (round.cpuSeconds > 0 ? countOf(round) / round.cpuSeconds : 0));
  const figure = median(perCpuSecond);
  const known = (values: readonly (number | null)[]): number | null => {
    const timed = values.filter((value) => value !== null);
    return timed.length === 0 ? null : median(timed);
  };
  return {
    name,
    unit,
    perCpuSecond: figure,
    spread: [Math.min(...perCpuSecond), Math.max(...perCpuSecond)],
    cpuSecondsPerUnit: figure > 0 ? 1 / figure : 0,
    perSecond: median(rounds.map((round) => countOf(round) / round.seconds)),
    p50: known(rounds.map(({ p50 }) => p50)),
    p99: known(rounds.map(({ p99 }) => p99)),
    lost: rounds.reduce((sum, { lost }) => sum + lost, lostAtEnd),
    errors: sumOf(rounds.map(({ errors }) => errors)),
    memoryBytes,
    serverBusy: median(rounds.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds)),
    loadBusy: median(rounds.map(({ busy }) => busy)),
  };
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? 0) + upper) / 2;
}

/** Counts of the same names, added. */
export function sumOf(tallies: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [what, count] of Object.entries(tally)) sum[what] = (sum[what] ?? 0) + count;
  }
  return sum;
}

/** A number for people: whole, unless little would be left of it. */
export function whole(value: number): string {
  return Math.abs(value) < 100 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en");
}

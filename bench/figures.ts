import type { BenchCase, Effort } from "./case.js";

/** What one server of a case did in one round. */
export interface Round {
  /** Units of work per second of the server's CPU time; of a case that only counts, the count. */
  readonly figure: number;
  /** Units of work per second by the clock. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lost: number;
  /** Which part of its core the load generator used. */
  readonly generatorBusy: number;
  /** Which part of a core the server used. */
  readonly serverBusy: number;
}

/** Lowest and highest of some rounds. */
export type Spread = readonly [lowest: number, highest: number];

/** What one server of a case reached: medians over the rounds, what was lost in all of them together. */
export interface ServerFigures {
  /**
   * Units of work per second of the server's CPU time: the steadier figure on a shared machine, and the one compared.
   * Of a case that only counts, the count.
   */
  readonly figure: number;
  readonly spread: Spread;
  /** Of a case that only counts, null. */
  readonly cpuSecondsPerUnit: number | null;
  readonly perSecond: number;
  /** Milliseconds; null where nothing was timed. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly lost: number;
  readonly generatorBusy: number;
  readonly serverBusy: number;
}

/** Ours divided by another server's in the same round: the median over the rounds, and the lowest and highest. */
export interface Ratio {
  readonly ratio: number;
  readonly spread: Spread;
}

/** A case's figures, in the shape of the JSON document. */
export interface CaseFigures {
  readonly title: string;
  readonly unit: string;
  readonly isCounted: boolean;
  readonly isLessBetter: boolean;
  /** When, of which commit, for how long and with which luck. */
  readonly measuredAt: string;
  readonly commit: string;
  readonly effort: Effort;
  readonly seed: number;
  readonly ours: number | null;
  readonly bare: number | null;
  readonly peers: Readonly<Record<string, number>>;
  /** Ours to bare; null where one of them did not take part. */
  readonly ratio: number | null;
  readonly spread: Spread | null;
  /** Ours to each peer. */
  readonly toPeers: Readonly<Record<string, Ratio>>;
  /** Of ours. */
  readonly lost: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly cpuSecondsPerUnit: number | null;
  /** The highest of the servers' rounds: near 1, the rate by the clock is the generator's. */
  readonly generatorBusy: number;
  readonly isGeneratorSaturated: boolean;
  readonly servers: Readonly<Record<string, ServerFigures>>;
  /** Which peers could not take part, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** From here on, what is measured by the clock is how fast the generator asks. */
const saturatedFrom = 0.9;

/** The rounds of one server, in order; null where it did not take part. */
export type Rounds = readonly (Round | null)[];

/** The rounds of each server by its name, and who could not take part at all. */
export interface Measured {
  readonly rounds: ReadonlyMap<string, Rounds>;
  readonly leftOut: Readonly<Record<string, string>>;
}

/** How a case was measured. */
export type Circumstances = Pick<CaseFigures, "measuredAt" | "commit" | "effort" | "seed">;

/** What the rounds of a case come to. */
export function summarise(
  benchCase: BenchCase,
  { rounds, leftOut }: Measured,
  circumstances: Circumstances,
): CaseFigures {
  const isCounted = benchCase.isCounted === true;
  const servers = Object.fromEntries([...rounds].map(([name, of]) => [name, figuresOf(of, isCounted)]));
  const ours = rounds.get("ours") ?? [];
  const toBare = ratioOf(ours, rounds.get("bare") ?? []);
  const peers = [...rounds.keys()].filter((name) => name !== "ours" && name !== "bare");
  const generatorBusy = Math.max(0, ...Object.values(servers).map((figures) => figures.generatorBusy));
  const { lost = null, p50 = null, p99 = null, cpuSecondsPerUnit = null } = servers["ours"] ?? {};
  return {
    title: benchCase.title,
    unit: benchCase.unit,
    isCounted,
    isLessBetter: benchCase.isLessBetter === true,
    ...circumstances,
    ours: servers["ours"]?.figure ?? null,
    bare: servers["bare"]?.figure ?? null,
    peers: Object.fromEntries(peers.flatMap((name) => (servers[name] ? [[name, servers[name].figure]] : []))),
    ratio: toBare?.ratio ?? null,
    spread: toBare?.spread ?? null,
    toPeers: Object.fromEntries(
      peers.flatMap((name) => {
        const ratio = ratioOf(ours, rounds.get(name) ?? []);
        return ratio === undefined ? [] : [[name, ratio]];
      }),
    ),
    lost,
    p50,
    p99,
    cpuSecondsPerUnit,
    generatorBusy,
    isGeneratorSaturated: generatorBusy >= saturatedFrom,
    servers,
    leftOut,
  };
}

/** Medians over the rounds of one server. */
export function figuresOf(rounds: Rounds, isCounted: boolean): ServerFigures {
  const of = (key: keyof Round): number[] => rounds.flatMap((round) => (round === null ? [] : [round[key]]));
  const figure = median(of("figure"));
  return {
    figure,
    spread: spreadOf(of("figure")),
    cpuSecondsPerUnit: isCounted || !(figure > 0) ? null : 1 / figure,
    perSecond: median(of("perSecond")),
    p50: timed(median(of("p50Ms"))),
    p99: timed(median(of("p99Ms"))),
    lost: of("lost").reduce((total, lost) => total + lost, 0),
    generatorBusy: median(of("generatorBusy")),
    serverBusy: median(of("serverBusy")),
  };
}

/** A load that times nothing gives 0, or nothing that is a number. */
function timed(ms: number): number | null {
  return ms > 0 ? ms : null;
}

/**
 * The median over the rounds of `ours` divided by `other` in the same round: what slows the machine for a while slows
 * neighbours alike. Undefined where one of them has no round.
 */
export function ratioOf(ours: Rounds, other: Rounds): Ratio | undefined {
  const ratios = ratiosOf(ours, other);
  return ratios.length === 0 ? undefined : { ratio: median(ratios), spread: spreadOf(ratios) };
}

/** The ratio of each round that both have. */
export function ratiosOf(ours: Rounds, other: Rounds): readonly number[] {
  return ours.flatMap((round, index) => {
    const beside = other[index] ?? null;
    const ratio = round === null || beside === null ? Number.NaN : round.figure / beside.figure;
    // Beside nothing at all, such as messages of which none arrived, there is no ratio.
    return Number.isFinite(ratio) ? [ratio] : [];
  });
}

export function spreadOf(values: readonly number[]): Spread {
  return [Math.min(...values), Math.max(...values)];
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

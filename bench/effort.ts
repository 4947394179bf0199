import type { BenchCase, Effort } from "./case.js";

/**
 * A run of all cases fits into an hour. Ours and bare have more rounds than the peers: between them are a few parts of a
 * hundred, between ours and a peer mostly a factor.
 */
const fullEffort: Effort = { rounds: 7, peerRounds: 3, secondsPerRound: 1.2, warmUpSeconds: 1 };
const quickEffort: Effort = { rounds: 3, peerRounds: 3, secondsPerRound: 1, warmUpSeconds: 1 };

/** How long a case is measured: as all others, unless the case says otherwise, unless the command line does. */
export function effortOf(
  { effort, quickEffort: ownQuick = effort }: BenchCase,
  isQuick: boolean,
  asked: Partial<Effort>,
): Effort {
  const own = isQuick ? { ...quickEffort, ...ownQuick } : { ...fullEffort, ...effort };
  const { rounds, peerRounds, ...others } = { ...own, ...asked };
  return { rounds, peerRounds: asked.peerRounds ?? asked.rounds ?? Math.min(rounds, peerRounds), ...others };
}

/** Whether a server takes part in a round, counted from 1. */
export function takesPart(server: string, round: number, { rounds, peerRounds }: Effort): boolean {
  if (!isPeer(server)) return true;
  return Math.floor((round * peerRounds) / rounds) > Math.floor(((round - 1) * peerRounds) / rounds);
}

/**
 * Whether a server was loaded for long enough before anything is timed: `seconds` by the clock, of which it has computed
 * `cpuSeconds`. Code is compiled after so many calls; of those that mostly wait, as one flow on PostgreSQL does, a second
 * has only a few.
 */
export function isWarm({ warmUpSeconds }: Effort, seconds: number, cpuSeconds: number): boolean {
  return cpuSeconds >= 0.9 * warmUpSeconds || seconds >= 4 * warmUpSeconds;
}

/** Neither ours, in whatever form, nor bare. */
export function isPeer(server: string): boolean {
  return server !== "bare" && !/^ours\b/.test(server);
}

/** How many loads a server is warmed up by, in the middle of a whole run: one where it computes all the time, up to four. */
const warmUpLoads = 1.3;

/** About how long a case takes, in seconds. */
export function secondsOf({ secondsBeside = {}, servers }: BenchCase, effort: Effort, ofServers = servers): number {
  const { perServer = 0.8, perLoad = 0.05 } = secondsBeside;
  const { rounds, peerRounds, secondsPerRound, warmUpSeconds } = effort;
  const warmUp = warmUpSeconds > 0 ? warmUpLoads * (warmUpSeconds + perLoad) : 0;
  return ofServers.reduce((total, server) => {
    const itsRounds = isPeer(server) ? peerRounds : rounds;
    return total + perServer + warmUp + itsRounds * (secondsPerRound + perLoad);
  }, 1);
}

/** After how long a case hangs for certain, in milliseconds: several times what it takes. */
export function limitMsOf(benchCase: BenchCase, effort: Effort, ofServers?: readonly string[]): number {
  return Math.round(240 + 5 * secondsOf(benchCase, effort, ofServers)) * 1000;
}

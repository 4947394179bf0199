import type { BenchCase, Effort } from "./case.js";

const fullEffort: Effort = { rounds: 7, secondsPerRound: 3, warmUpSeconds: 2 };
const quickEffort: Effort = { rounds: 3, secondsPerRound: 1, warmUpSeconds: 1 };

/** How long a case is measured: as all others, unless the case says otherwise, unless the command line does. */
export function effortOf(
  { effort, quickEffort: ownQuick = effort }: BenchCase,
  isQuick: boolean,
  asked: Partial<Effort>,
): Effort {
  return { ...(isQuick ? { ...quickEffort, ...ownQuick } : { ...fullEffort, ...effort }), ...asked };
}

/** After how long a case hangs for certain, in milliseconds: several times what its rounds ask for, and its preparations. */
export function limitMsOf({ rounds, secondsPerRound, warmUpSeconds }: Effort, contestants: number): number {
  return (240 + contestants * (30 + 5 * (warmUpSeconds + rounds * secondsPerRound))) * 1000;
}

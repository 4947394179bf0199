import type { BenchCase, Effort } from "./case.js";
import { measureCase } from "./case-process.js";
import { limitMsOf } from "./effort.js";

/** For how long a check may take until it hangs for certain. */
const effort: Effort = { rounds: 1, peerRounds: 1, secondsPerRound: 1, warmUpSeconds: 0 };

/** Checks the servers of every case, each case in a process of its own as it is measured. Gives the exit code. */
export async function checkCases(
  cases: readonly BenchCase[],
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const failures: string[] = [];
  const isStopped = (): boolean => signal?.aborted ?? false;
  for (const [index, benchCase] of cases.entries()) {
    if (isStopped()) return 1;
    say(`[${index + 1}/${cases.length}] ${benchCase.name}`);
    const watch = { limitMs: limitMsOf(benchCase, effort), seed: 1, onProgress: (text: string) => say(`  ${text}`) };
    try {
      await measureCase(benchCase, { effort, isOnlyChecked: true }, { ...watch, ...(signal && { signal }) });
    } catch (thrown) {
      if (isStopped()) return 1;
      failures.push(benchCase.name);
      say(`  ${benchCase.name} FAILED: ${(thrown as Error).message}`);
    }
  }
  say(
    failures.length === 0
      ? `All servers of ${cases.length} ${cases.length === 1 ? "case" : "cases"} answer as they should.`
      : `${failures.length} of ${cases.length} cases failed: ${failures.join(", ")}`,
  );
  return failures.length === 0 ? 0 : 1;
}

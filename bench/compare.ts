import { fileURLToPath } from "node:url";

import type { BenchCase, Effort } from "./case.js";
import { type CaseWatch, type CaseRequest, measureCase } from "./case-process.js";
import { type Checkout, checkOut } from "./checkout.js";
import { withoutStack } from "./failure.js";
import { effortOf, limitMsOf } from "./effort.js";
import {
  figuresOf,
  median,
  type Measured,
  type Ratio,
  ratiosOf,
  type Rounds,
  type ServerFigures,
  spreadOf,
} from "./figures.js";
import { describeCommit, describeMachine, describeVersions } from "./machine.js";
import type { BenchCommand } from "./options.js";
import { jsonOf } from "./result.js";
import { aligned, whole } from "./table.js";

/** One case on two commits. */
export interface ComparedCase {
  readonly title: string;
  readonly unit: string;
  readonly isLessBetter: boolean;
  readonly before: ServerFigures;
  readonly after: ServerFigures;
  /** After divided by before in the same round: the median, the lowest and the highest. */
  readonly ratio: number;
  readonly spread: Ratio["spread"];
  /** In how many rounds after was better than before, of how many. */
  readonly betterRounds: number;
  readonly rounds: number;
}

/** More and shorter rounds than where several servers are measured: what is looked for is small. */
const fullEffort: Partial<Effort> = { rounds: 15, secondsPerRound: 1.5 };
const quickEffort: Partial<Effort> = { rounds: 7, secondsPerRound: 0.5 };

/** Both sides of a comparison. `undefined` is what is here. */
interface Sides {
  readonly before: Checkout;
  readonly after: Checkout | undefined;
}

/** Measures ours of each case on two commits, with the cases, loads and servers as they are here. Gives the exit code. */
export async function compareCommits(
  command: Extract<BenchCommand, { command: "compare" }>,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const repository = fileURLToPath(new URL("../..", import.meta.url));
  const options = { repository, benchFolder: ".build/bench", say };
  const before = checkOut({ ...options, ref: command.before });
  try {
    const after = command.after === undefined ? undefined : checkOut({ ...options, ref: command.after });
    try {
      return await compareSides(command, { before, after }, say, signal);
    } finally {
      after?.remove();
    }
  } finally {
    before.remove();
  }
}

async function compareSides(
  { cases, isQuick, isJson, seed, effort: asked }: Extract<BenchCommand, { command: "compare" }>,
  { before, after }: Sides,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const isStopped = (): boolean => signal?.aborted ?? false;
  const compared: Record<string, ComparedCase> = {};
  const failures: Record<string, string> = {};
  say(`seed ${seed}`);
  for (const benchCase of cases) {
    if (isStopped()) break;
    const { name, title } = benchCase;
    say(`${name}: ${title}`);
    const effort = effortOf(benchCase, isQuick, { ...(isQuick ? quickEffort : fullEffort), ...asked });
    const here = fileURLToPath(new URL(".", import.meta.url));
    const file = (side: Checkout | undefined): string => {
      const server = `cases/${benchCase.folder ?? name}/ours.js`;
      return side?.fileOf(server) ?? `${here}${server}`;
    };
    try {
      const request: Omit<CaseRequest, "name"> = {
        effort,
        contestants: [
          { label: "before", server: "ours", file: file(before) },
          { label: "after", server: "ours", file: file(after) },
        ],
      };
      const watch: CaseWatch = {
        limitMs: limitMsOf(benchCase, effort, ["ours", "ours"]),
        seed,
        onProgress: (text) => say(`  ${text}`),
        ...(signal && { signal }),
      };
      compared[name] = compareRounds(benchCase, await measureCase(benchCase, request, watch));
    } catch (thrown) {
      if (isStopped()) break;
      failures[name] = withoutStack((thrown as Error).message);
      say(`  ${name} FAILED: ${(thrown as Error).message}`);
    }
  }
  const commits = { before: before.commit, after: after?.commit ?? describeCommit() };
  if (isJson) {
    const circumstances = { machine: describeMachine(), versions: await describeVersions(), seed };
    const measuredAt = new Date().toISOString();
    process.stdout.write(jsonOf({ format: 1, measuredAt, ...circumstances, ...commits, cases: compared, failures }));
  } else if (Object.keys(compared).length > 0) process.stdout.write(`${comparisonTable(compared, commits)}\n`);
  if (isStopped()) say(`Interrupted: ${Object.keys(compared).length} of ${cases.length} cases were compared.`);
  return Object.keys(failures).length > 0 || isStopped() ? 1 : 0;
}

/** What the rounds of two sides come to. Throws where one of them did not take part. */
export function compareRounds(benchCase: BenchCase, { rounds, leftOut }: Measured): ComparedCase {
  const side = (label: string): Rounds => {
    const its = rounds.get(label) ?? [];
    if (its.length === 0) throw new Error(`${label} has no rounds${leftOut[label] ? `: ${leftOut[label]}` : ""}`);
    return its;
  };
  const [before, after] = [side("before"), side("after")];
  const ratios = ratiosOf(after, before);
  const isLessBetter = benchCase.isLessBetter === true;
  const isCounted = benchCase.isCounted === true;
  return {
    title: benchCase.title,
    unit: benchCase.unit,
    isLessBetter,
    before: figuresOf(before, isCounted),
    after: figuresOf(after, isCounted),
    ratio: median(ratios),
    spread: spreadOf(ratios),
    betterRounds: ratios.filter((ratio) => (isLessBetter ? ratio < 1 : ratio > 1)).length,
    rounds: ratios.length,
  };
}

/** The comparison for a terminal. */
export function comparisonTable(
  compared: Readonly<Record<string, ComparedCase>>,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  const head = ["case", "unit", before, after, "ratio", "lowest", "highest", "better in"];
  const rows = Object.entries(compared).map(([name, its]) => [
    name,
    its.unit,
    whole(its.before.figure),
    whole(its.after.figure),
    its.ratio.toFixed(3),
    its.spread[0].toFixed(3),
    its.spread[1].toFixed(3),
    `${its.betterRounds} of ${its.rounds}`,
  ]);
  return [aligned([head, ...rows]), ...Object.entries(compared).map(verdict)].join("\n");
}

/** Says what can be said: rounds that point both ways show no difference. */
function verdict([name, { betterRounds, rounds, ratio }]: [string, ComparedCase]): string {
  const by = `${(Math.abs(ratio - 1) * 100).toFixed(1)} %`;
  if (betterRounds >= rounds * 0.9) return `${name}: better by ${by}`;
  if (betterRounds <= rounds * 0.1) return `${name}: worse by ${by}`;
  return `${name}: no difference that these rounds can show`;
}

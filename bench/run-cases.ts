import { join } from "node:path";

import { measureCase } from "./case-process.js";
import { effortOf, limitMsOf } from "./effort.js";
import { Estimate } from "./estimate.js";
import { withoutStack } from "./failure.js";
import { type CaseFigures, summarise } from "./figures.js";
import { drawProfile, profileFolder } from "./draw-profile.js";
import { describeCommit, describeMachine, describeVersions } from "./machine.js";
import type { BenchCommand } from "./options.js";
import {
  assertWritable,
  type BenchResult,
  hasFiguresOf,
  jsonOf,
  mergeResults,
  savedResult,
  saveResult,
} from "./result.js";
import { table } from "./table.js";

/**
 * Measures the cases one after the other; those that fail are told, and the others go on. What was measured until
 * `signal` is aborted is told as if that had been all. Gives the exit code.
 */
export async function runCases(
  command: Extract<BenchCommand, { command: "run" }>,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const { cases, isQuick, isJson, seed, save, isOnlyMissing, isProfiled } = command;
  const isStopped = (): boolean => signal?.aborted ?? false;
  const saved = save === undefined ? undefined : savedResult(save);
  if (save !== undefined) assertWritable(save);
  const machine = describeMachine();
  if (!machine.isPinned) {
    say("Server and load share their cores: there is one core, or no taskset. Ratios may be off.");
  }
  const all = cases.map((benchCase) => ({ benchCase, effort: effortOf(benchCase, isQuick, command.effort) }));
  const planned = all.filter(
    ({ benchCase: { name }, effort }) => !isOnlyMissing || saved === undefined || !hasFiguresOf(saved, name, effort),
  );
  if (planned.length === 0 && !isJson) {
    say(`${save} has figures of every case that was asked for.`);
    return 0;
  }
  const estimate = new Estimate(planned);
  const begin = performance.now();
  say(`seed ${seed}; ${estimate.whole}`);
  const folder = isProfiled ? profileFolder(save) : undefined;
  const commit = describeCommit();
  const versions = await describeVersions();
  const figures: Record<string, CaseFigures> = {};
  const failures: Record<string, string> = {};
  const resultSoFar = (): BenchResult => {
    const result: BenchResult = {
      format: 1,
      machine,
      versions,
      commit,
      measuredAt: new Date().toISOString(),
      cases: figures,
      failures,
    };
    return saved === undefined ? result : mergeResults(saved, result);
  };
  // Of another machine, it would be refused after the first case only.
  resultSoFar();
  let isUnsaved = false;
  /** A disk that is full for a while takes no figures from us: the next case is kept with all before it. */
  const keep = (file: string): void => {
    try {
      saveResult(file, resultSoFar());
      isUnsaved = false;
    } catch (error) {
      isUnsaved = true;
      say(`  ${file} cannot be written: ${(error as Error).message}`);
    }
  };

  for (const [index, { benchCase, effort }] of planned.entries()) {
    const { name, title } = benchCase;
    const where = index === 0 ? "" : ` (${estimate.at(index, (performance.now() - begin) / 1000)})`;
    say(`[${index + 1}/${planned.length}]${where} ${name}: ${title}`);
    try {
      const measuredAt = new Date().toISOString();
      const measured = await measureCase(
        benchCase,
        { effort, ...(folder !== undefined && { profileTo: join(folder, `${name}.cpuprofile`) }) },
        {
          limitMs: limitMsOf(benchCase, effort),
          seed,
          onProgress: (text) => say(`  ${text}`),
          ...(signal && { signal }),
        },
      );
      if (folder !== undefined) drawProfile(folder, name, say);
      figures[name] = summarise(benchCase, measured, { measuredAt, commit, effort, seed });
    } catch (thrown) {
      if (isStopped()) break;
      failures[name] = withoutStack((thrown as Error).message);
      say(`  ${name} FAILED: ${(thrown as Error).message}`);
    }
    if (save !== undefined) keep(save);
    if (isStopped()) break;
  }

  if (isJson) process.stdout.write(jsonOf(resultSoFar()));
  else if (Object.keys(figures).length > 0) process.stdout.write(`${table(figures)}\n`);
  if (isStopped()) {
    const rest = save === undefined ? "" : `; --missing goes on with the others`;
    say(`Interrupted: ${Object.keys(figures).length} of ${planned.length} cases were measured${rest}.`);
  }
  const failed = Object.keys(failures);
  if (failed.length > 0) say(`${failed.length} of ${planned.length} cases failed: ${failed.join(", ")}`);
  return failed.length > 0 || isUnsaved || isStopped() ? 1 : 0;
}

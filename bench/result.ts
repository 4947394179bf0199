import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import type { Effort } from "./case.js";
import type { CaseFigures } from "./figures.js";
import type { Machine } from "./machine.js";

/** The JSON document of a run, or of several that were merged by case. */
export interface BenchResult {
  readonly format: 1;
  readonly machine: Machine;
  /** Of Node, the libraries and the servers beside it, as the newest run had them. */
  readonly versions: Readonly<Record<string, string>>;
  /** Of the newest run; each case has its own. */
  readonly commit: string;
  readonly measuredAt: string;
  readonly cases: Readonly<Record<string, CaseFigures>>;
  /** What went wrong, by the name of the case; such a case has no figures of this run. */
  readonly failures: Readonly<Record<string, string>>;
}

const figure = z.number().nullable();
const spread = z.tuple([z.number(), z.number()]).readonly();
const ratio = z.object({ ratio: z.number(), spread });
const server = z.object({
  figure: z.number(),
  spread,
  cpuSecondsPerUnit: figure,
  perSecond: z.number(),
  p50: figure,
  p99: figure,
  lost: z.number(),
  generatorBusy: z.number(),
  serverBusy: z.number(),
});
const benchCase = z.object({
  title: z.string(),
  unit: z.string(),
  isCounted: z.boolean(),
  isLessBetter: z.boolean(),
  measuredAt: z.iso.datetime(),
  commit: z.string(),
  effort: z
    .object({
      rounds: z.number(),
      // Before they had a number of their own, peers took part in all.
      peerRounds: z.number().optional(),
      secondsPerRound: z.number(),
      warmUpSeconds: z.number(),
    })
    .transform(({ rounds, peerRounds = rounds, ...effort }) => ({ rounds, peerRounds, ...effort })),
  seed: z.number(),
  ours: figure,
  bare: figure,
  peers: z.record(z.string(), z.number()),
  ratio: figure,
  spread: spread.nullable(),
  toPeers: z.record(z.string(), ratio),
  lost: figure,
  p50: figure,
  p99: figure,
  cpuSecondsPerUnit: figure,
  generatorBusy: z.number(),
  isGeneratorSaturated: z.boolean(),
  servers: z.record(z.string(), server),
  leftOut: z.record(z.string(), z.string()),
});

/** What every document is checked by that is read again. */
export const resultSchema: z.ZodType<BenchResult> = z.object({
  format: z.literal(1),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    system: z.string(),
    isPinned: z.boolean(),
  }),
  versions: z.record(z.string(), z.string()),
  commit: z.string(),
  measuredAt: z.iso.datetime(),
  cases: z.record(z.string(), benchCase),
  failures: z.record(z.string(), z.string()),
});

/** Reads a document that `--json` or `--save` has written. Throws when it is none, saying where. */
export function readResult(file: string): BenchResult {
  let contents: unknown;
  try {
    contents = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  const parsed = resultSchema.safeParse(contents);
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is no result of the bench:\n${z.prettifyError(parsed.error)}`);
}

/** What was saved in a file so far; undefined where there is no such file. */
export function savedResult(file: string): BenchResult | undefined {
  return existsSync(file) ? readResult(file) : undefined;
}

/** Throws where a document could not be written: that is said before anything is measured. */
export function assertWritable(file: string): void {
  const probe = `${file}.${process.pid}`;
  try {
    makeFolder(dirname(file));
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new Error(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a document whole or not at all: a run that is cut off leaves what was there. */
export function saveResult(file: string, result: BenchResult): void {
  makeFolder(dirname(file));
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, jsonOf(result));
  renameSync(partial, file);
}

/** With those above it. (Node.js itself tries for ever where the system takes none, as in `/proc`.) */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** A document as it is printed and kept: fractions to eight digits, which is more than any figure is worth. */
export function jsonOf(value: object): string {
  const short = (_key: string, part: unknown): unknown =>
    typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(8)) : part;
  return `${JSON.stringify(value, short, 2)}\n`;
}

/** Whether a document has what a run of a case would give: figures of as many and as long rounds, and no failure since. */
export function hasFiguresOf(
  result: BenchResult,
  name: string,
  { rounds, peerRounds, secondsPerRound }: Effort,
): boolean {
  const effort = result.cases[name]?.effort;
  if (effort === undefined || result.failures[name] !== undefined) return false;
  return effort.rounds >= rounds && effort.peerRounds >= peerRounds && effort.secondsPerRound >= secondsPerRound;
}

/**
 * The newer figures over the older, case by case; a case that failed now keeps its older figures beside the failure.
 * Throws where the two are of different machines: their figures do not belong into one table.
 */
export function mergeResults(older: BenchResult, newer: BenchResult): BenchResult {
  if (older.machine.cpu !== newer.machine.cpu || older.machine.cores !== newer.machine.cores) {
    throw new Error(
      `These figures are of two machines (${nameOf(older.machine)}; ${nameOf(newer.machine)}): keep a file for each.`,
    );
  }
  const failures = Object.entries(older.failures).filter(([name]) => newer.cases[name] === undefined);
  return {
    ...newer,
    versions: { ...older.versions, ...newer.versions },
    cases: { ...older.cases, ...newer.cases },
    failures: { ...Object.fromEntries(failures), ...newer.failures },
  };
}

/** A machine in a few words. */
export function nameOf({ cpu, cores, memoryGiB }: Machine): string {
  return `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGiB} GiB`;
}

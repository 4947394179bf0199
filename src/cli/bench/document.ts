import { readFileSync } from "node:fs";
import { availableParallelism, cpus, platform, release, totalmem } from "node:os";

import { canPin } from "./bench-process.js";
import { BenchOptionInvalid } from "./errors.js";
import { type BenchFigures, saturatedFrom, whole } from "./figures.js";

/** What `hotclub bench --json` prints. */
export interface BenchDocument {
  readonly format: 1;
  readonly project: string;
  readonly measuredAt: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly system: string;
    /** Whether server and load had a core each. */
    readonly isPinned: boolean;
  };
  readonly versions: { readonly node: string; readonly hotclub: string };
  readonly benches: readonly BenchFigures[];
  /** What was not measured, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

export function makeDocument(
  project: string,
  hotclub: string,
  benches: readonly BenchFigures[],
  skipped: Readonly<Record<string, string>>,
): BenchDocument {
  return {
    format: 1,
    project,
    measuredAt: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()}`,
      isPinned: canPin,
    },
    versions: { node: process.versions.node, hotclub },
    benches,
    skipped,
  };
}

/** Reads what an earlier run has saved. Throws `BenchOptionInvalid` where the file is something else. */
export function readDocument(option: string, file: string): BenchDocument {
  const fail = (problem: string, cause?: unknown): never => {
    throw new BenchOptionInvalid({ option: `${option} ${file}`, problem }, { cause });
  };
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail((error as Error).message, error);
  }
  const { format, benches, machine } = (read ?? {}) as Partial<BenchDocument>;
  const isOne =
    format === 1 &&
    typeof machine?.cpu === "string" &&
    Array.isArray(benches) &&
    benches.every(
      (its: Partial<BenchFigures>) => typeof its?.name === "string" && typeof its.perCpuSecond === "number",
    );
  return isOne ? (read as BenchDocument) : fail("it is nothing that hotclub bench --json has printed");
}

/** The document for people: a line for each target, and below whatever has to be known beside. */
export function benchTable(document: BenchDocument, baseline: BenchDocument | undefined): string {
  const columns = ["target", "counted", "per CPU s", "lowest", "highest", "per s", "p50 ms", "p99 ms", "lost", "MiB"];
  if (baseline !== undefined) columns.push("to baseline");
  const rows = document.benches.map((its) => {
    const cells = [
      its.name,
      its.unit,
      whole(its.perCpuSecond),
      whole(its.spread[0]),
      whole(its.spread[1]),
      whole(its.perSecond),
      its.p50?.toFixed(2) ?? "",
      its.p99?.toFixed(2) ?? "",
      String(its.lost),
      mebibytes(its.memoryBytes.after),
    ];
    if (baseline !== undefined) cells.push(ratioTo(its, baseline));
    return cells;
  });
  return [aligned([columns, ...rows]), ...remarks(document, baseline)].join("\n");
}

function ratioTo({ name, unit, perCpuSecond }: BenchFigures, { benches }: BenchDocument): string {
  const before = benches.find((its) => its.name === name && its.unit === unit);
  return before === undefined || !(before.perCpuSecond > 0) ? "new" : (perCpuSecond / before.perCpuSecond).toFixed(2);
}

function remarks({ benches, skipped, machine }: BenchDocument, baseline: BenchDocument | undefined): string[] {
  const said = benches.flatMap(({ name, errors, loadBusy, unit }) => {
    const lines = Object.entries(errors).map(([what, count]) => `${name}: ${count.toLocaleString("en")} × ${what}`);
    if (loadBusy !== null && loadBusy >= saturatedFrom) {
      const share = `${Math.round(loadBusy * 100)} %`;
      lines.push(
        `${name}: the load used ${share} of its core: ${unit} per second are its limit, those per CPU second are not.`,
      );
    }
    return lines;
  });
  for (const [target, why] of Object.entries(skipped)) said.push(`${target} was not measured: ${why}`);
  if (!machine.isPinned) said.push("Server and load shared their cores: there is one core, or no taskset.");
  if (baseline !== undefined && baseline.machine.cpu !== machine.cpu) {
    said.push(`The baseline is of another machine (${baseline.machine.cpu}): the ratios say little.`);
  }
  return said;
}

/** Columns as wide as their widest cell; the first two are text. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

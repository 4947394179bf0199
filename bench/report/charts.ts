import type { CaseFigures } from "../figures.js";
import type { BenchResult } from "../result.js";
import { percent, whole } from "../table.js";
import type { Bar, BarChart } from "./chart.js";

/** What each server of a case reached. */
export function caseChart(name: string, { unit, servers, isLessBetter }: CaseFigures): BarChart {
  const bars = Object.entries(servers).map(([server, { figure }]): Bar => {
    const kind = server === "ours" || server === "bare" ? server : "peer";
    return { label: server, value: figure, text: whole(figure), kind };
  });
  return {
    id: name,
    title: `${name}: ${unit}${isLessBetter ? ", less is better" : ""}`,
    description: bars.map(({ label, text }) => `${label} ${text}`).join(", "),
    bars,
  };
}

/** Ours beside the bare library in every case. */
export function ratioChart({ cases }: BenchResult): BarChart {
  const bars = Object.entries(cases).flatMap(([name, { ratio, spread, isLessBetter }]) =>
    ratio === null || spread === null
      ? []
      : [
          {
            label: name,
            // What is many times bare, such as some counts, would leave the others too short to see.
            value: Math.min(ratio, 2),
            text: `${ratio.toFixed(2)} (${spread[0].toFixed(2)} – ${spread[1].toFixed(2)})${isLessBetter ? " less is better" : ""}`,
            kind: "ours" as const,
          },
        ],
  );
  return {
    id: "ratios",
    title: "Ours to the bare library, and the spread over the rounds; the line is 1, bars end at 2",
    description: bars.map(({ label, text }) => `${label} ${text}`).join(", "),
    bars,
    mark: 1,
  };
}

/** What has to be said of a case beside its figures. */
export function remarksOf({ isGeneratorSaturated, generatorBusy, leftOut, lost, seed, effort }: CaseFigures): string[] {
  const { rounds, peerRounds, secondsPerRound } = effort;
  const ofPeers = peerRounds === rounds ? "" : `, ${peerRounds} of them with the others too`;
  const remarks = [`${rounds} ${rounds === 1 ? "round" : "rounds"} of ${secondsPerRound} s${ofPeers}, seed ${seed}.`];
  if (isGeneratorSaturated) {
    remarks.push(`The load used ${percent(generatorBusy)} of its core: figures per second are its limit.`);
  }
  if (lost !== null && lost > 0) remarks.push(`Ours lost ${whole(lost)}.`);
  for (const [peer, reason] of Object.entries(leftOut)) remarks.push(`${peer} was left out: ${reason}.`);
  return remarks;
}

/** The cells of a case's table, a row for each server. */
export function caseRows({ servers, ratio, toPeers }: CaseFigures): readonly (readonly string[])[] {
  return Object.entries(servers).map(([server, its]) => {
    const toIt = server === "bare" ? ratio : (toPeers[server]?.ratio ?? null);
    return [
      server,
      whole(its.figure),
      `${whole(its.spread[0])} – ${whole(its.spread[1])}`,
      toIt === null ? "" : toIt.toFixed(2),
      whole(its.perSecond),
      its.p50 === null ? "" : its.p50.toFixed(2),
      its.p99 === null ? "" : its.p99.toFixed(2),
      whole(its.lost),
      its.cpuSecondsPerUnit === null ? "" : `${(its.cpuSecondsPerUnit * 1e6).toPrecision(3)} µs`,
    ];
  });
}

export const caseColumns = [
  "server",
  "figure",
  "lowest – highest",
  "ours to it",
  "per second",
  "p50 ms",
  "p99 ms",
  "lost",
  "CPU per unit",
];

/** When, where and on what it was measured. */
export function circumstances({ measuredAt, machine, versions, commit }: BenchResult): string {
  const { cpu, cores, memoryGiB, system, isPinned } = machine;
  const node = versions["node"] === undefined ? "" : `, Node ${versions["node"]}`;
  const where = `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGiB} GiB, ${system}${node}`;
  const pinned = isPinned ? "server and load on a core each" : "server and load on the same cores";
  return `Measured on ${measuredAt.slice(0, 10)}: ${where}; ${pinned}; commit ${commit}.`;
}

import { isPeer } from "../effort.js";
import type { CaseFigures } from "../figures.js";
import type { BenchResult } from "../result.js";
import { percent, whole } from "../table.js";
import type { Bar, BarChart } from "./chart.js";

/** What each server of a case reached. */
export function caseChart(name: string, figures: CaseFigures): BarChart {
  const bars = Object.entries(figures.servers).map(([server, { figure }]): Bar => {
    const kind = server === "bare" ? "bare" : isPeer(server) ? "peer" : "ours";
    return { label: server, value: figure, text: whole(figure), kind };
  });
  return {
    id: name,
    title: `${name}: ${unitOf(figures)}`,
    description: bars.map(({ label, text }) => `${label} ${text}`).join(", "),
    bars,
  };
}

/** What a figure counts, and which way is better. */
export function unitOf({ unit, isLessBetter }: CaseFigures): string {
  return `${unit}; ${isLessBetter ? "less" : "more"} is better`;
}

/** So many times the bare library, bars end: what is more would leave the others too short to see. */
const longest = 2;

/** Ours beside the bare library in every case; the longer, the better, also where a figure is the better the lower it is. */
export function ratioChart(cases: readonly (readonly [string, CaseFigures])[]): BarChart {
  const bars = cases.flatMap(([name, { ratio, spread, isLessBetter }]): Bar[] => {
    if (ratio === null || spread === null) return [];
    const values = `${ratio.toFixed(2)} (${spread[0].toFixed(2)} – ${spread[1].toFixed(2)})`;
    return [
      {
        label: isLessBetter ? `${name} (less is better)` : name,
        value: isLessBetter ? 1 / ratio : ratio,
        text: values,
        kind: "ours",
      },
    ];
  });
  return {
    id: "ratios",
    title: "Ours divided by the bare library: the median of the rounds, with the lowest and the highest",
    description: bars.map(({ label, text }) => `${label} ${text}`).join(", "),
    bars,
    axis: {
      end: longest,
      marks: [
        { value: 0, text: "0" },
        { value: 1, text: "1: as the bare library" },
        { value: longest, text: "2 or more" },
      ],
    },
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
      // Of what is only counted, it says nothing.
      its.cpuSecondsPerUnit === null ? "" : whole(its.perSecond),
      its.p50 === null ? "" : its.p50.toFixed(2),
      its.p99 === null ? "" : its.p99.toFixed(2),
      whole(its.lost),
      its.cpuSecondsPerUnit === null ? "" : duration(its.cpuSecondsPerUnit),
    ];
  });
}

function duration(seconds: number): string {
  const [value, unit] = seconds < 1e-3 ? [seconds * 1e6, "µs"] : seconds < 1 ? [seconds * 1e3, "ms"] : [seconds, "s"];
  return `${Number(value.toPrecision(3))} ${unit}`;
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
export function circumstances({ cases, measuredAt, machine, versions, commit }: BenchResult): string {
  const { cpu, cores, memoryGiB, system, isPinned } = machine;
  const node = versions["node"] === undefined ? "" : `, Node ${versions["node"]}`;
  const where = `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}, ${memoryGiB} GiB, ${system}${node}`;
  const pinned = isPinned ? "server and load on a core each" : "server and load on the same cores";
  const all = Object.values(cases);
  const days = unique([...all.map((its) => its.measuredAt), measuredAt].map((at) => at.slice(0, 10)).sort());
  const commits = unique([...all.map((its) => its.commit), ...(all.length === 0 ? [commit] : [])]);
  const when = days.length > 1 ? `between ${days[0]} and ${days.at(-1)}` : `on ${days[0]}`;
  const what = `${commits.length > 1 ? "commits" : "commit"} ${commits.join(", ")}`;
  return `Measured ${when}: ${where}; ${pinned}; ${what}.`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

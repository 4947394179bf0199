import type { CaseFigures } from "./figures.js";

const columns = [
  "case",
  "server",
  "figure",
  "lowest",
  "highest",
  "per s",
  "p50 ms",
  "p99 ms",
  "lost",
  "load",
  "ours to it",
];

/** The figures as a table for a terminal, with a word on each case whose load could not keep up. */
export function table(cases: Readonly<Record<string, CaseFigures>>): string {
  const rows = Object.entries(cases).flatMap(([name, figures]) => rowsOf(name, figures));
  return [aligned([columns, ...rows]), ...Object.entries(cases).flatMap(remarks)].join("\n");
}

function rowsOf(name: string, { servers, ratio, toPeers }: CaseFigures): string[][] {
  return Object.entries(servers).map(([server, its]) => {
    const oursToIt = server === "ours" ? null : server === "bare" ? ratio : (toPeers[server]?.ratio ?? null);
    return [
      name,
      server,
      whole(its.figure),
      whole(its.spread[0]),
      whole(its.spread[1]),
      whole(its.perSecond),
      milliseconds(its.p50),
      milliseconds(its.p99),
      String(its.lost),
      percent(its.generatorBusy),
      oursToIt === null ? "" : oursToIt.toFixed(2),
    ];
  });
}

function remarks([name, { isGeneratorSaturated, generatorBusy, leftOut }]: [string, CaseFigures]): string[] {
  const said = Object.entries(leftOut).map(([peer, reason]) => `${name}: ${peer} is left out: ${reason}`);
  if (isGeneratorSaturated) {
    const share = percent(generatorBusy);
    said.push(
      `${name}: the load used ${share} of its core: "per s" is the load's limit, "figure" is not touched by it.`,
    );
  }
  return said;
}

/** Columns as wide as their widest cell; the first two are names, all others numbers. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Whole, unless little would be left of it. */
export function whole(value: number): string {
  return Math.abs(value) < 100 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en");
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function milliseconds(value: number | null): string {
  return value === null ? "" : value.toFixed(2);
}

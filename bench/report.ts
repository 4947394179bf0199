import type { CaseFigures } from "./measure.js";

const columns = ["case", "server", "per CPU s", "lowest", "highest", "per s", "p50 ms", "p99 ms", "lost", "to bare"];

/** The figures as a table for a terminal. */
export function table(cases: Readonly<Record<string, CaseFigures>>): string {
  const rows = [columns, ...Object.entries(cases).flatMap(([name, figures]) => rowsOf(name, figures))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join("  ")).join("\n");
}

function rowsOf(name: string, { servers, bare, ratio }: CaseFigures): string[][] {
  return Object.entries(servers).map(([server, figures]) => [
    name,
    server,
    whole(figures.perCpuSecond),
    whole(figures.spread[0]),
    whole(figures.spread[1]),
    whole(figures.perSecond),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    String(figures.lost),
    (server === "ours" ? ratio : figures.perCpuSecond / bare).toFixed(2),
  ]);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** The first two columns are names, all others numbers. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}

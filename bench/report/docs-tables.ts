import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { CaseFigures } from "../figures.js";
import type { BenchResult } from "../result.js";
import { whole } from "../table.js";
import { circumstances } from "./charts.js";
import { inOrder } from "./groups.js";
import { markdownTable } from "./pages.js";

/** The files with tables of figures between marks, and how the results are reached from them. */
export const documents: Readonly<Record<string, string>> = {
  "README.md": "bench/results/",
  "bench/README.md": "results/",
};

/** The cases that stand for the hot paths in README.md, in words for who has not read of cases yet. */
const headlines: ReadonlyMap<string, string> = new Map([
  ["http-hello", "hello through a route and a middleware"],
  ["http-middleware", "hello through the default middleware"],
  ["http-echo", "8 KB of JSON, checked and sent back"],
  ["page", "a page of 100 rows of PostgreSQL: session, user, template"],
  ["websocket-echo-json", "a JSON action back to its WebSocket"],
  ["broadcast-redis", "a busy room of 500 sockets, by way of Redis"],
  ["orm-sqlite-getByPk-1", "a row of SQLite by its key"],
  ["orm-postgres-listJoin-32", "lists of 100 joined rows of PostgreSQL, 32 at once"],
  ["tasks-bullmq-endToEnd", "tasks on Redis, enqueued and run"],
  ["templates", "a page of 100 rows from a template"],
]);

/** The newest result that is kept, by its name: `2026-11-21.json`. Undefined where there is none. */
export function newestResult(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  const kept = readdirSync(directory).filter(
    (name) => /^\d{4}-\d{2}-\d{2}.*\.json$/.test(name) && !name.endsWith(".local.json"),
  );
  const newest = kept.sort().at(-1);
  return newest === undefined ? undefined : join(directory, newest);
}

/**
 * A document whose tables, between `<!-- bench:headlines -->` (or `bench:all`) and `<!-- /bench -->`, are those of a
 * result. Where none is kept, it stays as it is.
 */
export function withTables(document: string, result: BenchResult | undefined, page: string): string {
  if (result === undefined) return document;
  const marked = /(<!-- bench:(\w+) -->\n)[^]*?(\n<!-- \/bench -->)/g;
  return document.replaceAll(marked, (_all, begin: string, kind: string, end: string) => {
    return `${begin}${tableOf(result, kind === "headlines", page)}${end}`;
  });
}

function tableOf(result: BenchResult, isHeadlines: boolean, page: string): string {
  const names = isHeadlines ? [...headlines.keys()] : inOrder(result).map(([name]) => name);
  const rows = names.flatMap((name) => {
    const figures = result.cases[name];
    const words = isHeadlines ? headlines.get(name) : undefined;
    return figures === undefined ? [] : [rowOf(words ?? `\`${name}\``, figures)];
  });
  const table = markdownTable(["case", "ours", "to the bare library", "to others"], rows);
  return `${table}\n\n${circumstances(result)} [All figures](${page}).`;
}

function rowOf(what: string, { ours, unit, ratio, toPeers, isLessBetter }: CaseFigures): string[] {
  const peers = Object.entries(toPeers).map(([peer, to]) => `${times(to.ratio)} ${peer}`);
  return [
    what,
    `${ours === null ? "" : whole(ours)} ${unit}${isLessBetter ? " (less is better)" : ""}`,
    ratio === null ? "" : ratio.toFixed(2),
    peers.join(", "),
  ];
}

function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toPrecision(2) : String(Math.round(ratio))} ×`;
}

import { createServer } from "node:http";

import { listenAndAnnounce } from "./listen.js";
import type { LoadResult } from "./load-result.js";

/** What a row of work reached. */
export interface RowResult {
  readonly done: number;
  readonly seconds: number;
  /** How long each took, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** What it used, where it knows better than its process: of all that it started. */
  readonly cpuSeconds?: number;
}

/** Says why this server cannot take part here, and ends: the case goes on with the others. */
export function leaveOut(reason: string): void {
  process.send?.({ leftOut: reason });
}

/** Does one kind of work for so many seconds. */
export type Row = (seconds: number) => Promise<RowResult>;

/** Offers rows of work to the runner, which asks for one at a time over HTTP. */
export function offerRows(rows: Readonly<Record<string, Row>>): void {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const row = rows[url.pathname.slice(1)];
    if (row === undefined) {
      response.writeHead(404).end();
      return;
    }
    row(Number(url.searchParams.get("seconds"))).then(
      (result) => response.end(JSON.stringify(result)),
      (error: unknown) => response.writeHead(500).end(String((error as Error).stack)),
    );
  });
  listenAndAnnounce(server);
}

/** Has a server do a row of work. */
export async function loadRow(port: number, row: string, seconds: number): Promise<LoadResult> {
  const response = await fetch(`http://127.0.0.1:${port}/${row}?seconds=${seconds}`);
  if (!response.ok) throw new Error(await response.text());
  const { latenciesMs, ...result } = (await response.json()) as RowResult;
  const sorted = [...latenciesMs].sort((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { ...result, p50Ms: percentile(0.5), p99Ms: percentile(0.99), lost: 0, generatorBusy: 0 };
}

/** Repeats `work` on `concurrency` flows for so many seconds. `work` gives how many it has done. */
export async function repeat(seconds: number, concurrency: number, work: () => Promise<number>): Promise<RowResult> {
  const latenciesMs: number[] = [];
  let done = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const flow = async (): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now();
      const count = await work();
      done += count;
      latenciesMs.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, flow));
  return { done, seconds: (performance.now() - start) / 1000, latenciesMs };
}

import type { BenchCase, Service } from "../case.js";
import { loadRow } from "./rows.js";

const rows = [
  "getByPk",
  "listJoin",
  "prefetch",
  "filterOrder",
  "aggregate",
  "insertOne",
  "bulkInsert",
  "updateFilter",
] as const;

/** What is called some hundred times in a second is compiled late: see "warm-up" in the README. */
const warmed = { warmUpSeconds: 4 };

/** A case for each row of queries, on 1 and on 32 flows. */
export function ormCases(
  folder: string,
  title: string,
  { peers = [], needs = [] }: { readonly peers?: readonly string[]; readonly needs?: readonly Service[] } = {},
): readonly BenchCase[] {
  return rows.flatMap((row) =>
    [1, 32].map((concurrency): BenchCase => {
      let expected: string | undefined;
      return {
        name: `${folder}-${row}-${concurrency}`,
        folder,
        title: `${title}: ${row}, ${concurrency} at once`,
        unit: "calls per CPU second",
        servers: ["ours", "bare", "drizzle", "kysely", "mikro-orm", ...peers],
        needs,
        // They are many, and each call is short.
        effort: { ...warmed, rounds: 5, peerRounds: 2, secondsPerRound: 1 },
        quickEffort: warmed,
        async check(port, server) {
          const response = await fetch(`http://127.0.0.1:${port}/answers?seconds=0`);
          const answers = await response.text();
          if (!response.ok) throw new Error(`${server}: ${answers}`);
          expected ??= answers;
          if (answers !== expected)
            throw new Error(`${server} gives other answers:\n${differenceOf(expected, answers)}`);
        },
        load: (port, seconds) => loadRow(port, `${row}-${concurrency}`, seconds),
      };
    }),
  );
}

function differenceOf(expected: string, given: string): string {
  let at = 0;
  while (expected[at] === given[at]) at++;
  const part = (text: string): string => text.slice(Math.max(0, at - 60), at + 60);
  return `${part(expected)}\n${part(given)}`;
}

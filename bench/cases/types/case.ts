import { ok } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import type { CompileResult } from "../../load/compile.js";
import { loadRow } from "../../load/rows.js";
import { instantiationsAtMost } from "./size.js";

/** What the compiler pays for an app. */
export const types: readonly BenchCase[] = [
  caseOf("types", "typescript7", "TypeScript 7", 3, 3),
  caseOf("types-5.9", "typescript5", "TypeScript 5.9", 1, 30),
];

function caseOf(name: string, row: string, compiler: string, rounds: number, perLoad: number): BenchCase {
  return {
    name,
    folder: "types",
    title: `${compiler} checks an app of 200 models and 200 routes; bare is plain interfaces and functions. Less is better`,
    unit: "CPU seconds of the compiler",
    isCounted: true,
    isLessBetter: true,
    effort: { rounds, secondsPerRound: 0, warmUpSeconds: 0 },
    quickEffort: { rounds: 1, secondsPerRound: 0, warmUpSeconds: 0 },
    secondsBeside: { perServer: 5, perLoad },
    servers: ["ours", "bare", "drizzle"],
    async check(port, server) {
      const response = await fetch(`http://127.0.0.1:${port}/typescript7?seconds=0`);
      if (!response.ok) throw new Error(await response.text());
      const { instantiations } = (await response.json()) as CompileResult;
      // The same on every machine, so that it is this that has a budget.
      ok(server !== "ours" || instantiations < instantiationsAtMost, `${instantiations} instantiations`);
    },
    load: (port) => loadRow(port, row, 1),
  };
}

import { ok } from "node:assert/strict";

import type { BenchCase } from "../../case.js";
import { loadRow } from "../../load/rows.js";

/** From nothing to the first answer. Each app is a process of its own, as plain JavaScript; the chat is the command's. */
export const startUp: readonly BenchCase[] = [
  caseOf("start-up", "cpu", "the CPU time of an empty app until it has answered its first request", "ms of CPU time"),
  caseOf("start-up-memory", "memory", "what an empty app holds when it has answered its first request", "MiB resident"),
];

function caseOf(name: string, row: string, what: string, unit: string): BenchCase {
  return {
    name,
    folder: "start-up",
    title: `${what}; ours, and the chat of the examples. Less is better`,
    unit,
    isCounted: true,
    isLessBetter: true,
    effort: { rounds: 5, secondsPerRound: 1, warmUpSeconds: 0 },
    secondsBeside: { perServer: 1.5, perLoad: 0.3 },
    quickEffort: { rounds: 1, secondsPerRound: 0.5, warmUpSeconds: 0 },
    servers: ["ours", "ours-chat", "bare", "fastify", "hono", "express", "nestjs"],
    async check(port) {
      // It is also what fills the caches of the disk.
      const { done } = await loadRow(port, row, 0);
      ok(done > 0);
    },
    load: (port, seconds) => loadRow(port, row, seconds),
  };
}

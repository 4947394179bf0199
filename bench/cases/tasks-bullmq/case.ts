import type { BenchCase, Service } from "../../case.js";
import { loadRow } from "../../load/rows.js";

/** A case for each row of work with tasks. */
export function taskCases(
  folder: string,
  title: string,
  { peers = [], needs }: { readonly peers?: readonly string[]; readonly needs: readonly Service[] },
): readonly BenchCase[] {
  const rows = {
    enqueue: "50 flows enqueue one after the other",
    enqueueMany: "1,000 at a time",
    endToEnd: "5,000 enqueued by thousands, then run by one worker, 50 at once",
  };
  return Object.entries(rows).map(([row, what]) => ({
    name: `${folder}-${row}`,
    folder,
    title: `${title}: ${what}`,
    unit: "tasks per CPU second",
    servers: ["ours", "bare", ...peers],
    needs,
    // A drain that was begun is ended, and takes Celery ten seconds.
    secondsBeside: { perLoad: row === "endToEnd" ? 2 : 0.2 },
    async check(port) {
      await loadRow(port, row, 0.01);
    },
    load: (port, seconds) => loadRow(port, row, seconds),
  }));
}

export const tasksBullmq: readonly BenchCase[] = taskCases("tasks-bullmq", "tasks on BullMQ beside BullMQ alone", {
  peers: ["celery"],
  needs: ["redis"],
});

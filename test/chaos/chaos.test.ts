import { describe, expect, it } from "vitest";

import { runChaos } from "./chaos-run.js";

/** The short form; `npm run chaos` has 20,000 tasks. */
describe.each(["bullmq", "database"] as const)(
  "tasks of the backend %s whose workers and server are killed",
  (kind) => {
    const seed = Math.floor(Math.random() * 2 ** 31);

    it(`all run, and those of one key never side by side (seed ${seed})`, { timeout: 180_000 }, async () => {
      const result = await runChaos({ kind, tasks: 400, workers: 2, killEveryMs: 1500, seed });
      expect(result).toMatchObject({ lost: 0, unfinished: 0, sideBySide: 0 });
      expect(result.enqueued).toBeGreaterThanOrEqual(400);
    });
  },
);

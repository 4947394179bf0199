/** `npm run chaos -- [--kind bullmq|database] [--tasks 20000] [--workers 3] [--seed N]` */
import { parseArgs } from "node:util";

import { runChaos } from "./chaos-run.js";

const { values } = parseArgs({
  options: {
    kind: { type: "string" },
    tasks: { type: "string", default: "20000" },
    workers: { type: "string", default: "3" },
    every: { type: "string", default: "1500" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});

const kinds = values.kind === undefined ? (["bullmq", "database"] as const) : [values.kind as "bullmq" | "database"];
let isGood = true;
for (const kind of kinds) {
  const result = await runChaos({
    kind,
    tasks: Number(values.tasks),
    workers: Number(values.workers),
    killEveryMs: Number(values.every),
    seed: Number(values.seed),
    say: (text) => process.stderr.write(`${kind}: ${text}\n`),
  });
  process.stdout.write(`${JSON.stringify({ kind, ...result })}\n`);
  isGood &&= result.lost === 0 && result.unfinished === 0 && result.sideBySide === 0;
}
process.exit(isGood ? 0 : 1);

import { parseArgs } from "node:util";

import { broken, soak } from "./soak.js";

const usage = "npm run bench -- soak [--sockets N] [--seconds N] [--seed N] [--quick] [--json]\n";

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    sockets: { type: "string" },
    seconds: { type: "string" },
    seed: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

const sockets = Number(values.sockets ?? (values.quick ? 120 : 2000));
const seconds = Number(values.seconds ?? (values.quick ? 35 : 600));
const outcome = await soak({ sockets, seconds, seed: Number(values.seed ?? 1) }, (line) =>
  process.stderr.write(`${line}\n`),
);
const problems = broken(outcome);
const verdict = problems.length === 0 ? "good" : `BAD: ${problems.join("; ")}`;
process.stdout.write(`${JSON.stringify({ ...outcome, problems }, null, values.json ? 2 : undefined)}\n`);
process.stderr.write(`soak: ${verdict}\n`);
process.exit(problems.length === 0 ? 0 : 1);

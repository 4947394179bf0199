import { parseArgs } from "node:util";

import { broken, soak } from "./soak.js";

const usage = "npm run bench -- soak [--sockets N] [--seconds N] [--seed N] [--quick] [--json]\n";

function refuse(problem: string): never {
  process.stderr.write(`${problem}\n\n${usage}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        sockets: { type: "string" },
        seconds: { type: "string" },
        seed: { type: "string" },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = readOptions();
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

function count(option: "sockets" | "seconds" | "seed", standard: number, most: number): number {
  const value = Number(values[option] ?? standard);
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
  return refuse(`--${option} must be a whole number from 1 to ${most}, not ${values[option] ?? ""}.`);
}

const load = {
  sockets: count("sockets", values.quick ? 120 : 2000, 50_000),
  seconds: count("seconds", values.quick ? 35 : 600, 7 * 86_400),
  seed: count("seed", 1, Number.MAX_SAFE_INTEGER),
};
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
process.on("disconnect", () => stop.abort());

try {
  const outcome = await soak({ ...load, signal: stop.signal }, (line) => process.stderr.write(`${line}\n`));
  const problems = broken(outcome);
  const verdict = problems.length === 0 ? "good" : `BAD: ${problems.join("; ")}`;
  process.stdout.write(`${JSON.stringify({ ...outcome, problems }, null, values.json ? 2 : undefined)}\n`);
  process.stderr.write(`soak: ${verdict}\n`);
  process.exit(problems.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`soak: ${(error as Error).message}\n`);
  process.exit(stop.signal.aborted ? 130 : 1);
}

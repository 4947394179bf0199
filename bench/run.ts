/** `npm run bench`: see bench/README.md. */
import { constants } from "node:os";

import { allCases } from "./all-cases.js";
import { checkCases } from "./check-cases.js";
import { compareCommits } from "./compare.js";
import { BadUsage, type BenchCommand, parseCommand, usage } from "./options.js";
import { writeReport } from "./report/write-report.js";
import { runCases } from "./run-cases.js";

/** After so long, in milliseconds, what is left is left: the databases of a server that does not answer. */
const patienceMs = 10_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const interrupted = new AbortController();

async function run(command: BenchCommand): Promise<number> {
  const { signal } = interrupted;
  if (command.command === "run") return runCases(command, say, signal);
  if (command.command === "check") return checkCases(command.cases, say, signal);
  if (command.command === "compare") return compareCommits(command, say, signal);
  if (command.command === "report") return writeReport(command, say);
  process.stdout.write(`${usage}\ncases: ${allCases.map(({ name }) => name).join(", ")}\n`);
  return 0;
}

/** What was begun is ended, and what was measured is told. */
function interrupt(exitCode: number): void {
  if (interrupted.signal.aborted) return;
  stopped = exitCode;
  interrupted.abort();
  setTimeout(() => process.exit(exitCode), patienceMs).unref();
}

let stopped: number | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interrupt(128 + constants.signals[signal]));
}
// Whoever started this has ended: so does it, and it does not go on for its sake.
process.on("disconnect", () => interrupt(1));
process.channel?.unref();

try {
  process.exitCode = await run(parseCommand(process.argv.slice(2), allCases));
} catch (thrown) {
  // What went wrong is said by its message: an option that there is not, a file that is no result, an unknown commit.
  const isUsage = thrown instanceof BadUsage;
  say(`${(thrown as Error).message}${isUsage ? `\n\n${usage}` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}
if (stopped !== undefined) process.exitCode = stopped;

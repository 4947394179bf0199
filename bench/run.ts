/** `npm run bench`: see bench/README.md. */
import { allCases } from "./all-cases.js";
import { checkCases } from "./check.js";
import { compareCommits } from "./compare.js";
import { BadUsage, type BenchCommand, parseCommand, usage } from "./options.js";
import { writeReport } from "./report/write-report.js";
import { runCases } from "./run-cases.js";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run(command: BenchCommand): Promise<number> {
  if (command.command === "run") return runCases(command, say);
  if (command.command === "check") return checkCases(command.cases, say);
  if (command.command === "compare") return compareCommits(command, say);
  if (command.command === "report") return writeReport(command, say);
  process.stdout.write(`${usage}\ncases: ${allCases.map(({ name }) => name).join(", ")}\n`);
  return 0;
}

// What was begun is ended on `exit`: processes, checked out commits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = await run(parseCommand(process.argv.slice(2), allCases));
} catch (thrown) {
  // What went wrong is said by its message: an option that there is not, a file that is no result, an unknown commit.
  const isUsage = thrown instanceof BadUsage;
  process.stderr.write(`${(thrown as Error).message}\n${isUsage ? `\n${usage}` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}

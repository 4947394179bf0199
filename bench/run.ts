import { parseArgs } from "node:util";

import { allCases } from "./all-cases.js";
import type { BenchCase, Effort } from "./case.js";
import { checkCase } from "./check.js";
import { describeCommit, describeMachine, describeVersions } from "./machine.js";
import { type CaseFigures, measure } from "./measure.js";
import { table } from "./report.js";
import { canPin, pin } from "./server-process.js";

const fullEffort: Effort = { rounds: 7, secondsPerRound: 3, warmUpSeconds: 2 };
const quickEffort: Effort = { rounds: 3, secondsPerRound: 1, warmUpSeconds: 1 };

const usage = `npm run bench -- [--case NAME[,NAME]] [--quick] [--json]
npm run bench -- --check [--case NAME[,NAME]]
npm run bench -- soak [--sockets N] [--seconds N] [--quick] [--json]
npm run bench -- drop [--quick] [--json]
cases: ${allCases.map(({ name }) => name).join(", ")}
`;

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

const chosen = chooseCases(values.case);
if (canPin) pin(process.pid, 1);
else process.stderr.write("Server and load share their cores: there is one core, or no taskset. Ratios may be off.\n");

if (values.check) {
  let failures = 0;
  for (const benchCase of chosen) failures += await checkCase(benchCase, (text) => process.stderr.write(`  ${text}\n`));
  process.exit(failures === 0 ? 0 : 1);
}

const cases: Record<string, CaseFigures> = {};
for (const benchCase of chosen) {
  process.stderr.write(`${benchCase.name}: ${benchCase.title}\n`);
  cases[benchCase.name] = await measure(benchCase, values.quick ? quickEffort : fullEffort, values.quick, (text) =>
    process.stderr.write(`  ${text}\n`),
  );
}

const versions = describeVersions([
  "uWebSockets.js",
  "fastify",
  "hono",
  "socket.io",
  "bullmq",
  "better-sqlite3",
  "postgres",
  "drizzle-orm",
  "kysely",
  "@mikro-orm/core",
  "typescript",
]);
const result = { machine: describeMachine(), versions, commit: describeCommit(), cases };
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${table(cases)}\n`);

function chooseCases(names: string | undefined): readonly BenchCase[] {
  if (names === undefined) return allCases;
  const wanted = names.split(",");
  const isCalled = ({ name, folder }: BenchCase, wantedName: string) => name === wantedName || folder === wantedName;
  const unknown = wanted.filter((name) => !allCases.some((benchCase) => isCalled(benchCase, name)));
  if (unknown.length > 0) {
    process.stderr.write(`There is no case ${unknown.join(", ")}.\n${usage}`);
    process.exit(2);
  }
  return allCases.filter((benchCase) => wanted.some((name) => isCalled(benchCase, name)));
}

import { parseArgs } from "node:util";

import type { BenchCase, Effort } from "./case.js";
import { adminList } from "./cases/admin-list/case.js";
import { broadcastRedis } from "./cases/broadcast-redis/case.js";
import { httpEcho } from "./cases/http-echo/case.js";
import { httpHello } from "./cases/http-hello/case.js";
import { httpMiddleware } from "./cases/http-middleware/case.js";
import { httpRouting1000 } from "./cases/http-routing-1000/case.js";
import { layerGroup } from "./cases/layer-group/case.js";
import { ormPostgres } from "./cases/orm-postgres/case.js";
import { ormSqlite } from "./cases/orm-sqlite/case.js";
import { page } from "./cases/page/case.js";
import { presence } from "./cases/presence/case.js";
import { recovery } from "./cases/recovery/case.js";
import { sseFanout } from "./cases/sse-fanout/case.js";
import { tasksBullmq } from "./cases/tasks-bullmq/case.js";
import { tasksDatabase } from "./cases/tasks-database/case.js";
import { templates } from "./cases/templates/case.js";
import { websocketEcho } from "./cases/websocket-echo/case.js";
import { websocketIdle } from "./cases/websocket-idle/case.js";
import { describeCommit, describeMachine, describeVersions } from "./machine.js";
import { type CaseFigures, measure } from "./measure.js";
import { table } from "./report.js";
import { canPin, pin } from "./server-process.js";

const allCases: readonly BenchCase[] = [
  ...broadcastRedis,
  httpHello,
  httpEcho,
  httpMiddleware,
  httpRouting1000,
  sseFanout,
  websocketEcho,
  websocketIdle,
  ...recovery,
  presence,
  ...tasksBullmq,
  ...tasksDatabase,
  templates,
  page,
  adminList,
  layerGroup,
  ...ormSqlite,
  ...ormPostgres,
];
const fullEffort: Effort = { rounds: 7, secondsPerRound: 3, warmUpSeconds: 2 };
const quickEffort: Effort = { rounds: 3, secondsPerRound: 1, warmUpSeconds: 1 };

const usage = `npm run bench -- [--case NAME[,NAME]] [--quick] [--json]
npm run bench -- soak [--sockets N] [--seconds N] [--quick] [--json]
npm run bench -- drop [--quick] [--json]
cases: ${allCases.map(({ name }) => name).join(", ")}
`;

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
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

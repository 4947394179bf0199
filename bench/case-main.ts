/** The process that measures one case: it is the load generator, and starts the servers. */
import { once } from "node:events";

import { allCases } from "./all-cases.js";
import type { CaseReport, CaseRequest } from "./case-process.js";
import { checkCase } from "./check.js";
import { failureText } from "./failure.js";
import { contestantsOf, measure } from "./measure.js";
import { canPin, pin } from "./server-process.js";

function tell(report: CaseReport): Promise<void> {
  return new Promise((resolve) => process.send?.(report, () => resolve()));
}

async function fail(thrown: unknown): Promise<never> {
  await tell({ failure: failureText(thrown) });
  process.exit(1);
}

// Whoever asked has ended.
process.on("disconnect", () => process.exit(1));
process.on("uncaughtException", (thrown) => void fail(thrown));
process.on("unhandledRejection", (thrown) => void fail(thrown));

if (canPin) pin(process.pid, 1);
const [request] = (await once(process, "message")) as [CaseRequest];
const benchCase = allCases.find(({ name }) => name === request.name);
if (benchCase === undefined) await fail(`There is no case ${request.name}.`);
else {
  const { contestants = contestantsOf(benchCase), effort, isOnlyChecked = false, profileTo } = request;
  const onProgress = (progress: string): void => void tell({ progress });
  const measuring = isOnlyChecked
    ? checkCase(benchCase, onProgress)
    : measure(benchCase, contestants, effort, onProgress, profileTo);
  const { rounds, leftOut } = await measuring.catch(fail);
  await tell({ rounds: [...rounds], leftOut });
  process.exit();
}

import { beforeEach, describe } from "vitest";

import { describeCancelling } from "./task-backend/cancelling.js";
import { describeFailures } from "./task-backend/failures.js";
import { describeInspection } from "./task-backend/inspection.js";
import { describeLimits } from "./task-backend/limits.js";
import { describeProgress } from "./task-backend/progress.js";
import type { TaskEngine } from "./task-backend/stage.js";
import { describeTasks } from "./task-backend/tasks.js";
import { describeTurns } from "./task-backend/turns.js";
import { describeUniqueKeys } from "./task-backend/unique-keys.js";
import { describeWorkers } from "./task-backend/workers.js";

export type { BackendPair, TaskEngine } from "./task-backend/stage.js";

/** What every task backend does, and what tasks and workers do on it. */
export function describeTaskBackend(engine: TaskEngine): void {
  describe(`the task backend ${engine.name}`, () => {
    beforeEach(({ task: { name }, skip }) => {
      const reason = engine.skip?.find(({ tests }) => tests.some((part) => name.includes(part)))?.reason;
      if (reason !== undefined) skip(reason);
    });

    describeTasks(engine);
    describeFailures(engine);
    describeWorkers(engine);
    describeTurns(engine);
    describeUniqueKeys(engine);
    describeLimits(engine);
    describeCancelling(engine);
    describeProgress(engine);
    describeInspection(engine);
  });
}

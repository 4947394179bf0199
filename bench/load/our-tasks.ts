import { createLogger, setLogger } from "hotclub/core";
import { runWorker, task, type TaskBackend, taskBackends } from "hotclub/workers";

import type { TaskContender } from "./task-rows.js";

/** Tasks as a project of Hotclub has them, on one backend. */
export function ourTasks(backend: TaskBackend, clear: () => Promise<unknown>): TaskContender {
  setLogger(createLogger({ level: "warn" }));
  taskBackends.set("default", backend);
  let tell = (): void => {};
  const double = task("double", { queue: "numbers" }, async (_run, { n }: { n: number }) => {
    tell();
    return n * 2;
  });
  return {
    enqueue: (n) => double.enqueue({ n }),
    enqueueMany: (numbers) => double.enqueueMany(numbers.map((n) => ({ n }))),
    async work(onDone) {
      tell = onDone;
      const worker = await runWorker({ tasks: [double], concurrency: 50, backend });
      return () => worker.close();
    },
    clear,
  };
}

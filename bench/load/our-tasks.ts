import { createLogger, setLogger } from "hotclub/core";
import { connectDatabase, createTables, databases } from "hotclub/orm";
import { DatabaseTaskBackend, runWorker, task, type TaskBackend, taskBackends, taskModels } from "hotclub/workers";

import { offerRows } from "./rows.js";
import { type TaskContender, taskRows } from "./task-rows.js";

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

/** Offers the rows with the queue in a database, whose table `clear` empties. */
export async function serveTaskTable(url: string, clear: string): Promise<void> {
  const database = await connectDatabase(url);
  databases.set("default", database);
  await createTables(taskModels);
  const empty = () => database.query(clear, [], { hasRows: false });
  offerRows(taskRows(ourTasks(new DatabaseTaskBackend(), empty)));
}

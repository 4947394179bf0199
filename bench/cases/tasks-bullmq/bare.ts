import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

import { offerRows } from "../../load/rows.js";
import { taskRows } from "../../load/task-rows.js";

const connection = new Redis(process.env["REDIS_URL"] ?? "", { maxRetriesPerRequest: null });
const prefix = `bench-bare-${process.pid}`;
const queue = new Queue("numbers", { connection, prefix });

offerRows(
  taskRows({
    enqueue: (n) => queue.add("double", { n }),
    enqueueMany: (numbers) => queue.addBulk(numbers.map((n) => ({ name: "double", data: { n } }))),
    async work(onDone) {
      const worker = new Worker(
        "numbers",
        async (job: { data: { n: number } }) => {
          onDone();
          return job.data.n * 2;
        },
        { connection, prefix, concurrency: 50, removeOnComplete: { age: 3600, count: 10_000 } },
      );
      await worker.waitUntilReady();
      return () => worker.close();
    },
    clear: () => queue.obliterate({ force: true }),
  }),
);

import { Queue } from "bullmq";
import { BullmqTaskBackend } from "hotclub/workers";
import { Redis } from "ioredis";

import { offerRows } from "../../load/rows.js";
import { ourTasks } from "../../load/our-tasks.js";
import { taskRows } from "../../load/task-rows.js";

const url = process.env["REDIS_URL"] ?? "";
const prefix = `bench-ours-${process.pid}`;
const queue = new Queue("numbers", { connection: new Redis(url, { maxRetriesPerRequest: null }), prefix });
const backend = new BullmqTaskBackend({ url, prefix });
await backend.connect();
offerRows(taskRows(ourTasks(backend, () => queue.obliterate({ force: true }))));

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { createLogger, setLogger } from "hotclub/core";
import { connectDatabase } from "hotclub/orm";
import { BullmqTaskBackend, DatabaseTaskBackend, runWorker, task, type TaskBackend } from "hotclub/workers";

/** Where the tasks of a run are kept, and where its workers write what they do. */
export interface ChaosPlace {
  readonly kind: "bullmq" | "database";
  readonly url: string;
  readonly prefix: string;
  readonly leaseMs: number;
  readonly ledger: string;
}

/** So many keys share the tasks of which one at a time may run. */
export const keyCount = 20;

let ledger = "";

/** A line that is with the system before this returns, so that it outlives the process. */
function note(what: "start" | "end", id: string, key = "-"): void {
  appendFileSync(ledger, `${what} ${id} ${key} ${process.pid} ${process.hrtime.bigint()}\n`);
}

/** Any number of these run at once. */
export const free = task("chaos.free", { queue: "free", retries: 20, backoff: 50 }, async (run, ms: number) => {
  note("start", run.id);
  await sleep(ms);
  note("end", run.id);
});

/** One of each key runs at a time. */
export const single = task(
  "chaos.single",
  { queue: "single", retries: 20, backoff: 50, concurrency: { max: 1, by: (args: { key: number }) => args.key } },
  async (run, { key }) => {
    note("start", run.id, `single-${key}`);
    await sleep(1);
    note("end", run.id, `single-${key}`);
  },
);

/** One of each key is in the queue at a time. */
export const unique = task(
  "chaos.unique",
  { queue: "unique", retries: 20, backoff: 50, unique: { by: (args: { key: number }) => args.key } },
  async (run, { key }) => {
    note("start", run.id, `unique-${key}`);
    await sleep(1);
    note("end", run.id, `unique-${key}`);
  },
);

/** Opens a process's own backend. */
export async function openBackend({ kind, url, prefix, leaseMs }: ChaosPlace): Promise<TaskBackend> {
  // Whatever may kill a worker here is no fault of its task.
  const maxStalls = 1000;
  if (kind === "bullmq") return new BullmqTaskBackend({ url, prefix, leaseMs, maxStalls, keepCount: 1_000_000 });
  const database = await connectDatabase(url, { poolSize: 4 });
  return new DatabaseTaskBackend({ database, leaseMs, maxStalls, keepCount: 1_000_000 });
}

const [, script, given] = process.argv;
if (given !== undefined && script?.endsWith("chaos-worker.js") === true) {
  setLogger(createLogger({ level: "silent" }));
  // The server may be away just now: another worker takes this one's place.
  process.on("uncaughtException", () => process.exit(1));
  const place = JSON.parse(given) as ChaosPlace;
  ({ ledger } = place);
  const worker = await runWorker({ tasks: [free, single, unique], backend: await openBackend(place), concurrency: 20 });
  process.once("SIGTERM", () => void worker.close({ timeoutMs: 1000 }).then(() => process.exit(0)));
  process.stdout.write("works\n");
}

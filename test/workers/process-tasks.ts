import { createLogger, setLogger } from "hotclub/core";
import { BullmqTaskBackend, runWorker, task } from "hotclub/workers";

/** Tells standard output that it has begun, and never ends, unless it is run a second time. */
export const hold = task("process.hold", {}, async (run) => {
  if (run.attempt > 1) return run.attempt;
  process.stdout.write(`begun ${run.id} ${run.attempt}\n`);
  return new Promise<number>(() => {});
});

/** Kills the process that runs it. */
export const poison = task("process.poison", {}, async () => {
  process.kill(process.pid, "SIGKILL");
});

/** What a worker process needs to know. */
export interface WorkerProcessOptions {
  readonly url: string;
  readonly prefix: string;
  readonly leaseMs: number;
  readonly maxStalls?: number;
}

const [, script, given] = process.argv;
if (given !== undefined && script?.endsWith("process-tasks.js") === true) {
  setLogger(createLogger({ level: "silent" }));
  const options = JSON.parse(given) as WorkerProcessOptions;
  const working = runWorker({ tasks: [hold, poison], backend: new BullmqTaskBackend(options) });
  process.once("SIGTERM", () => {
    void working.then((worker) => worker.close({ timeoutMs: 200 })).then(() => process.exit(0));
  });
  await working;
}

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { createLogger, setLogger } from "../../src/core/index.js";
import { BullmqTaskBackend, runWorker, task } from "../../src/workers/index.js";

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

/** Starts a process with a worker. `begun` resolves when it runs a task. */
export function startWorkerProcess(options: WorkerProcessOptions) {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), JSON.stringify(options)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const begun = new Promise<string>((resolve) => {
    if (child.stdout !== null) createInterface(child.stdout).once("line", resolve);
  });
  return { child, begun, exited };
}

const [, script, given] = process.argv;
if (script === fileURLToPath(import.meta.url) && given !== undefined) {
  setLogger(createLogger({ level: "silent" }));
  const options = JSON.parse(given) as WorkerProcessOptions;
  const working = runWorker({ tasks: [hold, poison], backend: new BullmqTaskBackend(options) });
  process.once("SIGTERM", () => {
    void working.then((worker) => worker.close({ timeoutMs: 200 })).then(() => process.exit(0));
  });
  await working;
}
